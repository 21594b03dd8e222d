/**
 * What the screens of clients read and do, wherever they open: at a manager's device its own core answers, which needs no
 * network for most of it; in a browser without a core (a phone, a WebView) the server's `/api/manager` does.
 */
import { createContext, type ReactNode, use } from 'react';
import type { ApplianceKind } from '#shared/clients/appliances.schema.ts';
import type { ClientEdit } from '#shared/clients/clients.mutators.ts';
import type { Client, ClientCard, ClientTab } from '#shared/clients/clients.schema.ts';
import type { Draft, Drafts } from '#shared/clients/drafts.schema.ts';
import type { LateEdit, PassportView } from '#shared/clients/file.view.ts';
import type { PassportText, PassportValues } from '#shared/clients/passport.schema.ts';
import type { Contract, Invoice, Signature } from '#shared/contracts/contracts.schema.ts';
import type { ClientConflict } from '#shared/rpc/clients.contract.ts';
import type { ContractCard, PdfBytes, ProviderBill } from '#shared/rpc/contracts.contract.ts';
import type { EditKey } from '#shared/sync/conflict.schema.ts';
import { type Format, useFormat } from './format.ts';

export interface ClientsPage {
  readonly clients: readonly ClientCard[];
  readonly counts: Readonly<Record<ClientTab, number>>;
  /** Files on which people disagree, whatever tab they are in. */
  readonly disputed: readonly { readonly id: string; readonly name: string }[];
}

/** A picture of a passport or of an appliance. */
export interface Picture {
  readonly id: string;
  /** Shown as it is; absent while the bytes are elsewhere. */
  readonly url?: string;
  readonly state: 'waiting' | 'sending' | 'sent' | 'missing';
  /** Of one that is being sent, 0…1. */
  readonly sent?: number;
}

export interface ApplianceView {
  readonly id: string;
  readonly kind: ApplianceKind;
  readonly title: string;
  readonly description?: string;
  readonly specs: Readonly<Record<string, string>>;
  readonly extraFeeMinor: number;
  readonly pictures: readonly Picture[];
}

export interface ApplianceDraft {
  readonly kind: ApplianceKind;
  readonly title: string;
  readonly description: string;
  readonly specs: Readonly<Record<string, string>>;
  readonly extraFeeMinor: number;
}

/** What the screens show of a contract; a device knows more of it. */
export type ContractView = Pick<Contract, 'id' | 'number' | 'status' | 'code'> & {
  readonly signature?: SignatureView | undefined;
};
export type SignatureView = Omit<Signature, 'memberId' | 'trail'> & { readonly trail?: { readonly seq: number } };
export type InvoiceView = Pick<Invoice, 'id' | 'amountMinor' | 'description' | 'dueDate' | 'status' | 'payment'>;
export type ContractState = Pick<ContractCard, 'isChanged' | 'lacks' | 'fees' | 'messages' | 'isOnline'> & {
  /** The one at hand. */
  readonly current: ContractView | null;
  /** Newest first. */
  readonly invoices: readonly InvoiceView[];
};

export interface ClientFile {
  /** What stood in the file when it was read; absent where edits of several people merge by themselves. */
  readonly version?: string;
  readonly client: Client;
  /** The name of the member whose client this is. */
  readonly assignedName?: string;
  /** Values that people wrote into one field without knowing of each other. */
  readonly conflicts: readonly ClientConflict[];
  /** Changes made here that came after the contract was signed elsewhere. */
  readonly late: readonly LateEdit[];
  /** Masked. */
  readonly passport: Omit<PassportView, 'photo'>;
  readonly passportPicture?: Picture;
  readonly appliances: readonly ApplianceView[];
  readonly contract: ContractState;
}

export interface TariffView {
  readonly id: string;
  readonly name: string;
  readonly baseFeeMinor: number;
  readonly extraPerApplianceMinor: number;
  /** From when its prices are these. */
  readonly effectiveFrom?: number;
}

/** A document as it is handed to whoever looks: pages are counted where it is drawn, a hash is taken where that can be done. */
export type Paper = Pick<PdfBytes, 'name' | 'base64'> & Partial<PdfBytes>;

/** Tells how much of a picture is given, 0…1. */
export type Progress = (share: number) => void;

export interface NewFile {
  readonly id: string;
  readonly name: string;
  readonly phone?: string;
}

export type ProfileEdit = Omit<ClientEdit, 'assignedTo' | 'tariffId'>;

/** Each refuses with the code of whoever answers. */
export interface ManagerSource {
  readonly kind: 'device' | 'server';
  readonly timeZone: string;
  readonly me: { readonly id: string; readonly name: string };
  readonly clients: (
    query: { readonly tab: ClientTab; readonly text: string },
    signal: AbortSignal,
  ) => Promise<ClientsPage>;
  /** Null when there is none, or none any more. */
  readonly file: (id: string, signal: AbortSignal) => Promise<ClientFile | null>;
  readonly members: (signal: AbortSignal) => Promise<readonly { readonly id: string; readonly name: string }[]>;
  readonly tariffs: (signal: AbortSignal) => Promise<readonly TariffView[]>;

  /** A new file. The same id again is the same file, whatever became of the first answer. */
  readonly create: (file: NewFile) => Promise<{ readonly id: string }>;
  readonly remove?: (id: string) => Promise<unknown>;
  readonly setTags?: (id: string, add: readonly string[], remove: readonly string[]) => Promise<unknown>;
  readonly resolve: (id: string, conflict: ClientConflict, choose: EditKey) => Promise<unknown>;
  /** Makes changes that came too late anew, or lets them go. */
  readonly settleLate?: (id: string, act: 'redo' | 'dismiss') => Promise<unknown>;
  /**
   * Contact data, and the file is looked into.
   *
   * @param seen the version that the edit is of: refused with `clients.changed_meanwhile` when there is another by now.
   */
  readonly saveProfile: (id: string, set: ProfileEdit, seen?: string) => Promise<unknown>;
  /** What this person typed into the file's forms and could not save. */
  readonly drafts: (id: string, signal: AbortSignal) => Promise<Drafts>;
  /** Keeps such text outside this page; a draft without any is let go. */
  readonly keepDraft: (id: string, form: string, draft: Draft) => Promise<unknown>;
  readonly assign: (id: string, memberId: string) => Promise<unknown>;
  /** Written down: who looked at whose passport, and when. */
  readonly reveal: (id: string) => Promise<PassportValues>;
  readonly patchPassport: (id: string, set: PassportText, seen?: string) => Promise<unknown>;
  readonly givePassportPicture: (id: string, file: Blob, onProgress: Progress) => Promise<unknown>;
  readonly dropPassportPicture: (id: string) => Promise<unknown>;
  /** An address of the passport's picture to be shown now; written down like a reveal. */
  readonly showPassportPicture: (id: string) => Promise<string>;
  readonly addAppliance: (id: string, draft: ApplianceDraft) => Promise<{ readonly id: string }>;
  readonly patchAppliance: (
    id: string,
    applianceId: string,
    set: Partial<ApplianceDraft>,
    seen?: string,
  ) => Promise<unknown>;
  readonly removeAppliance: (id: string, applianceId: string) => Promise<unknown>;
  readonly givePicture: (id: string, applianceId: string, file: Blob, onProgress: Progress) => Promise<unknown>;
  readonly dropPicture: (id: string, applianceId: string, pictureId: string) => Promise<unknown>;
  readonly chooseTariff: (id: string, tariffId: string) => Promise<unknown>;
  /** A preview that is drawn here; absent where it cannot be. */
  readonly draft?: (id: string) => Promise<Paper>;
  /** The PDF that was made and signed; absent where it is not given out. */
  readonly document?: (id: string, contract: Pick<ContractView, 'id' | 'number'>) => Promise<Paper>;
  readonly generate: (id: string) => Promise<unknown>;
  readonly requestOtp: (id: string) => Promise<unknown>;
  readonly confirm: (id: string, code: string) => Promise<unknown>;
  readonly confirmPayment: (
    id: string,
    payment: { readonly amountMinor?: number; readonly reason?: string },
  ) => Promise<unknown>;
  /** A payment at the provider; absent where it is not offered. */
  readonly payOnline?: (id: string, invoiceId: string) => Promise<ProviderBill>;
  readonly notifyBilling: (
    id: string,
    bill: {
      readonly amountMinor: number;
      readonly description: string;
      readonly contractNumber: string;
      readonly dueDate: string;
    },
  ) => Promise<unknown>;
}

export const managerKeys = {
  all: ['manager'] as const,
  clients: ['manager', 'clients'] as const,
  files: ['manager', 'file'] as const,
  file: (id: string) => ['manager', 'file', id] as const,
  /** Not among what a change invalidates: the page knows better what was typed on it. */
  drafts: (id: string) => ['drafts', id] as const,
  members: ['manager', 'members'] as const,
  tariffs: ['manager', 'tariffs'] as const,
};

const ManagerContext = createContext<ManagerSource | undefined>(undefined);

export function ManagerProvider({
  source,
  children,
}: {
  readonly source: ManagerSource;
  readonly children: ReactNode;
}) {
  return <ManagerContext value={source}>{children}</ManagerContext>;
}

export function useManager(): ManagerSource {
  const source = use(ManagerContext);
  if (!source) throw new Error('ManagerProvider is missing');
  return source;
}

/** Formats whose times are those of the manager's shop. */
export const useManagerFormat = (): Format => useFormat(useManager().timeZone);
