/**
 * What a partner's pages read and do, wherever they open: in a browser they ask the server, at a manager's desk the device's
 * own copy, which may be as old as its last synchronisation and can only be read.
 */
import { createContext, type ReactNode, use } from 'react';
import type {
  IssuedRoundCode,
  KioskBalance,
  KioskStatus,
  MarkOrderRequest,
  PartnerDailyCounters,
  PartnerDays,
  PartnerKiosk,
  PartnerKioskError,
  PartnerKiosksQuery,
  PartnerOrder,
  PartnerOrderStatus,
  PartnerOrders,
} from '#shared/partner/partner.api.ts';
import type { Language } from '#shared/visits/visits.schema.ts';

/** Days are `2026-11-21`, of the organisation's zone, both included. */
export interface PartnerOrdersFilter {
  readonly status?: PartnerOrderStatus;
  readonly from?: string;
  readonly to?: string;
  readonly kioskId?: string;
  readonly q?: string;
}

export type PartnerKiosksFilter = Pick<PartnerKiosksQuery, 'q' | 'look'>;
export interface PartnerKiosksPage {
  readonly kiosks: readonly PartnerKiosk[];
  readonly next: string | undefined;
}

/** Each refuses with the code of whoever answers. */
export interface PartnerActs {
  readonly mark: (id: string, status: MarkOrderRequest['status']) => Promise<PartnerOrder>;
  readonly setStatus: (kioskId: string, status: KioskStatus) => Promise<PartnerKiosk>;
  readonly setLanguage: (kioskId: string, language: Language) => Promise<PartnerKiosk>;
  readonly issueCode: (kioskId: string) => Promise<IssuedRoundCode>;
  readonly clearErrors: (kioskId: string) => Promise<PartnerKiosk>;
}

export interface PartnerSource {
  readonly timeZone: string;
  readonly newOrders: (signal: AbortSignal) => Promise<readonly PartnerOrder[]>;
  readonly orders: (
    filter: PartnerOrdersFilter,
    cursor: string | undefined,
    signal: AbortSignal,
  ) => Promise<PartnerOrders>;
  readonly order: (id: string, signal: AbortSignal) => Promise<PartnerOrder>;
  readonly counters: (signal: AbortSignal) => Promise<PartnerDailyCounters>;
  readonly days: (signal: AbortSignal) => Promise<PartnerDays>;
  readonly kiosks: (
    filter: PartnerKiosksFilter,
    cursor: string | undefined,
    signal: AbortSignal,
  ) => Promise<PartnerKiosksPage>;
  /** What its codes come to is the server's alone to say. */
  readonly kiosk: (
    id: string,
    signal: AbortSignal,
  ) => Promise<PartnerKiosk & { readonly balance?: KioskBalance | undefined }>;
  /** Newest first. */
  readonly errors: (kioskId: string, limit: number, signal: AbortSignal) => Promise<readonly PartnerKioskError[]>;
  /** Absent where one may only look. */
  readonly acts?: PartnerActs;
}

/** Query keys begin with the collection that a hint names. */
export const partnerKeys = {
  orders: ['partner', 'orders'] as const,
  newOrders: ['partner', 'orders', 'new'] as const,
  kiosks: ['partner', 'kiosks'] as const,
};

const PartnerContext = createContext<PartnerSource | undefined>(undefined);

export function PartnerProvider({
  source,
  children,
}: {
  readonly source: PartnerSource;
  readonly children: ReactNode;
}) {
  return <PartnerContext value={source}>{children}</PartnerContext>;
}

export function usePartner(): PartnerSource {
  const source = use(PartnerContext);
  if (!source) throw new Error('PartnerProvider is missing');
  return source;
}
