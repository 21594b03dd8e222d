/**
 * Contracts at a manager's device. What there is comes by sync; a draft is drawn here; everything that binds anybody is done by
 * the server, after what was changed here has reached it.
 *
 * Composition: `createContracts(core, { wire, passports, photos, fonts, shop, signedIn, sendAll, sendPhotos, readAnew, isOnline })`.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Core } from '#main/core.ts';
import type { ContractPhoto } from '#node/contract-pdf/contract-content.ts';
import type { ReportFonts } from '#node/pdf/paper.ts';
import { sha256 } from '#node/sha256.ts';
import type { RevealedPassport } from '#shared/clients/file.view.ts';
import type { PassportValues } from '#shared/clients/passport.schema.ts';
import { contractInForce, currentContract, isOf } from '#shared/contracts/contracts.rules.ts';
import { Contract, Invoice } from '#shared/contracts/contracts.schema.ts';
import { feesOf } from '#shared/contracts/fees.rules.ts';
import { lacksOf, printOf, snapshotOf } from '#shared/contracts/snapshot.rules.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { minorToRoubles } from '#shared/kernel/money.ts';
import type { ContractCard, PdfBytes, ProviderBill } from '#shared/rpc/contracts.contract.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import type { ManagerWire } from './contracts.http.ts';
import { listContracts, listInvoices, listMessages, readFile } from './contracts.repo.ts';

export interface ContractDeps {
  readonly wire: ManagerWire;
  /** A passport in clear; whoever asks is written down. */
  readonly reveal: (clientId: string) => Promise<RevealedPassport>;
  /** Bytes of a photo that are on this device; undefined when they are not. */
  readonly photo: (id: string) => Promise<Uint8Array | undefined>;
  readonly fonts: () => Promise<ReportFonts>;
  /** @throws AppError `device.not_enrolled` */
  readonly shop: () => Shop;
  readonly signedIn: () => StaffMember | undefined;
  /** Brings the server what was changed here. @returns how many changes it has not got still. */
  readonly sendAll: () => Promise<number>;
  /** Brings the server these photos, or gives up after a while: it says then what it lacks. */
  readonly sendPhotos: (ids: readonly string[]) => Promise<void>;
  /** Brings what the server has written. */
  readonly readAnew: () => Promise<unknown>;
  readonly isOnline: () => boolean;
}

export type ContractService = ReturnType<typeof createContracts>;

const MESSAGES = 200;
/** Letters and shapes weigh more than the rest of a laptop's start. */
const drawing = () => import('#node/contract-pdf/contract.pdf.ts');
/** As the server's setting has it where nobody changed it: a draft is not what is signed. */
const DRAFT_PAY_DAYS = 3;

const ContractReply = z.looseObject({ row: Contract });
const InvoiceReply = z.looseObject({ row: Invoice });
const BillReply = z.looseObject({
  confirmation_url: z.string().nullable(),
  amount: z.number(),
  expires_at: z.string(),
  status: z.enum(['waiting', 'paid', 'over']),
});

export function createContracts(core: Pick<Core, 'db' | 'now' | 'changes'>, deps: ContractDeps) {
  const { db, now } = core;
  const { wire } = deps;

  function card(clientId: string): ContractCard | null {
    const file = readFile(db, clientId);
    if (file === undefined) return null;
    const contracts = listContracts(db, clientId);
    const current = currentContract(contracts);
    const snapshot = snapshotOf(file);
    const fees = snapshot === undefined ? undefined : feesOf(snapshot, contracts);
    return {
      contracts,
      current: current ?? null,
      isChanged: current !== undefined && (snapshot === undefined || !isOf(current, printOf(snapshot, file, sha256))),
      lacks: lacksOf(file),
      fees:
        fees === undefined
          ? null
          : {
              tariffName: fees.tariff.name,
              baseFeeMinor: fees.tariff.baseFeeMinor,
              lines: fees.appliances.map(({ id, ...line }) => ({ ...line, applianceId: id })),
              totalMinor: fees.totalMinor,
              dueMinor: fees.dueMinor,
            },
      invoices: listInvoices(db, clientId),
      messages: listMessages(db, clientId, MESSAGES),
      isOnline: deps.isOnline(),
    };
  }

  const pdfOf = (name: string, bytes: Uint8Array, pages: number): PdfBytes => ({
    name,
    base64: Buffer.from(bytes).toString('base64'),
    pages,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });

  /** @throws AppError `clients.not_found`, `contracts.passport_required`, `contracts.tariff_required`; those of `reveal` */
  async function draft(clientId: string): Promise<PdfBytes> {
    const file = readFile(db, clientId);
    if (file === undefined) throw new AppError('clients.not_found', 'there is no such client');
    const snapshot = snapshotOf(file);
    if (snapshot === undefined) {
      const lacks = lacksOf(file);
      const code = lacks.includes('passport') ? 'contracts.passport_required' : 'contracts.tariff_required';
      throw new AppError(code, `a contract needs: ${lacks.join(', ')}`, { details: { lacks } });
    }
    const { values } = await deps.reveal(clientId);
    const passport: PassportValues = Object.fromEntries(
      Object.entries(values).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
    );
    const { organizationName: organization, organizationInn: inn, name: shop, address, timeZone } = deps.shop();
    const contracts = listContracts(db, clientId);
    const photos = new Map<string, ContractPhoto[]>();
    for (const { id, photos: own } of file.appliances) {
      photos.set(id, await Promise.all(own.map(async (photo) => ({ id: photo, bytes: await deps.photo(photo) }))));
    }
    const { drawContract } = await drawing();
    const { bytes, pages } = await drawContract(
      {
        number: undefined,
        createdAt: now(),
        timeZone,
        party: { organization, inn, shop, address },
        client: snapshot.client,
        passport,
        appliances: snapshot.appliances,
        fees: feesOf(snapshot, contracts),
        photos,
        payWithinDays: DRAFT_PAY_DAYS,
        supersedes: contractInForce(contracts)?.number,
      },
      await deps.fonts(),
    );
    return pdfOf('draft.pdf', bytes, pages);
  }

  const member = (): string => {
    const signedIn = deps.signedIn();
    if (signedIn === undefined) throw new AppError('staff.not_signed_in', 'nobody is signed in at this device');
    return signedIn.id;
  };

  /** What is signed is what the server has: everything of here goes there first. */
  async function online<T>(clientId: string, act: (memberId: string, path: string) => Promise<T>): Promise<T> {
    const memberId = member();
    const unsent = await deps.sendAll();
    if (unsent > 0) {
      throw new AppError('contracts.offline', 'the server has not got the last changes of this device', {
        details: { unsent },
      });
    }
    try {
      return await act(memberId, `/clients/${clientId}`);
    } finally {
      await deps.readAnew();
      core.changes.emit({ collection: 'contracts', ids: [clientId] });
    }
  }

  const postContract = (clientId: string, path: string, body: object) =>
    online(clientId, async (by, of) => (await wire.post(by, `${of}${path}`, body, ContractReply)).row);

  return {
    card,
    draft,
    generate: (clientId: string) =>
      online(clientId, async (by, of) => {
        await deps.sendPhotos(readFile(db, clientId)?.appliances.flatMap(({ photos }) => photos) ?? []);
        return (await wire.post(by, `${of}/contract/generate`, {}, ContractReply)).row;
      }),
    requestOtp: (clientId: string) => postContract(clientId, '/contract/request-otp', {}),
    confirm: (clientId: string, code: string) => postContract(clientId, '/contract/confirm', { otp_code: code }),

    /** Bytes that do not hash to what the row says are shown to nobody. */
    document: async (clientId: string, contractId: string): Promise<PdfBytes> => {
      const contract = listContracts(db, clientId).find(({ id }) => id === contractId);
      if (contract === undefined) throw new AppError('contracts.not_found', 'this client has no such contract');
      const bytes = await wire.file(member(), `/clients/${clientId}/contracts/${contractId}/pdf`);
      const { countPages } = await drawing();
      const pdf = pdfOf(`${contract.number}.pdf`, bytes, await countPages(bytes));
      if (pdf.sha256 === contract.pdfSha256) return pdf;
      throw new AppError('contracts.pdf_changed', `contract ${contract.number} came as another file`);
    },

    confirmPayment: (word: {
      readonly clientId: string;
      readonly amountMinor?: number | undefined;
      readonly reason?: string | undefined;
      readonly tender: 'cash' | 'card';
    }) =>
      online(word.clientId, async (by, of) => {
        const body = {
          tender: word.tender,
          ...(word.amountMinor === undefined ? {} : { amount: minorToRoubles(word.amountMinor) }),
          ...(word.reason === undefined ? {} : { force: true, reason: word.reason }),
        };
        return (await wire.post(by, `${of}/payment/confirm`, body, InvoiceReply.nullable()))?.row ?? null;
      }),

    payOnline: (clientId: string, invoiceId: string) =>
      online(clientId, async (by, of): Promise<ProviderBill> => {
        const bill = await wire.post(by, `${of}/invoices/${invoiceId}/pay-online`, {}, BillReply);
        return {
          amountMinor: Math.round(bill.amount * 100),
          expiresAt: Date.parse(bill.expires_at),
          status: bill.status,
          ...(bill.confirmation_url === null ? {} : { confirmationUrl: bill.confirmation_url }),
        };
      }),

    notifyBilling: (bill: {
      readonly clientId: string;
      readonly amountMinor: number;
      readonly description: string;
      readonly contractNumber: string;
      readonly dueDate: string;
    }) =>
      online(bill.clientId, async (by, of) => {
        const body = {
          amount: minorToRoubles(bill.amountMinor),
          description: bill.description,
          contract_number: bill.contractNumber,
          due_date: bill.dueDate,
        };
        return (await wire.post(by, `${of}/billing/notify`, body, InvoiceReply)).row;
      }),
  };
}
