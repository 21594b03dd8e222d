import { z } from 'zod';
import { Contract, Day, Invoice, SupportMessage } from '../contracts/contracts.schema.ts';
import { Id, Millis, Minor, PositiveMinor } from '../kernel/schemas.ts';
import { command, faults, query } from './procedure.ts';

/** What a contract still lacks, in the order of the wizard. */
export const ContractLack = z.enum(['profile', 'passport', 'appliances', 'tariff']);
export type ContractLack = z.infer<typeof ContractLack>;

/** A fee of a contract as it would be made now. */
export const FeeLine = z.object({
  applianceId: Id,
  kind: z.string(),
  title: z.string(),
  feeMinor: Minor,
  /** False for what an earlier signed contract has billed. */
  isBilled: z.boolean(),
});
export type FeeLine = z.infer<typeof FeeLine>;

/** Everything the last step and the success page show of one client. */
export const ContractCard = z.object({
  /** Newest first; the first that is neither void nor superseded is the one at hand. */
  contracts: z.array(Contract),
  current: Contract.nullable(),
  /** The client's data are others than those of `current`: unsigned, it has to be made again; signed, it needs another. */
  isChanged: z.boolean(),
  /** What keeps a contract from being made; empty: it can be. */
  lacks: z.array(ContractLack),
  /** What a contract made now would say; null where there is no tariff yet. */
  fees: z
    .object({
      tariffName: z.string(),
      baseFeeMinor: Minor,
      lines: z.array(FeeLine),
      totalMinor: Minor,
      /** What would be billed. */
      dueMinor: Minor,
    })
    .nullable(),
  /** Newest first. */
  invoices: z.array(Invoice),
  /** Oldest first; codes are masked. */
  messages: z.array(SupportMessage),
  /** Whether the server answered last: signing needs it. */
  isOnline: z.boolean(),
});
export type ContractCard = z.infer<typeof ContractCard>;

/** A document for a page to show from memory; it is written nowhere. */
export const PdfBytes = z.object({ name: z.string(), base64: z.string(), pages: z.int().min(1), sha256: z.string() });
export type PdfBytes = z.infer<typeof PdfBytes>;

/** A payment at the provider that the client makes at once. */
export const ProviderBill = z.object({
  /** Where the client pays: what a QR code holds; absent when it is paid already. */
  confirmationUrl: z.string().optional(),
  amountMinor: PositiveMinor,
  expiresAt: Millis,
  status: z.enum(['waiting', 'paid', 'over']),
});
export type ProviderBill = z.infer<typeof ProviderBill>;

const OfClient = z.strictObject({ clientId: Id });
/** What every act needs that only the server can do. */
const ONLINE = [
  'contracts.offline',
  'device.not_enrolled',
  'clients.not_found',
  'clients.assigned_to_other',
  'app.conflict',
] as const;

export const contractsContract = {
  /** From what is on this device; null when there is no such client. */
  card: query(['manager']).input(OfClient).output(ContractCard.nullable()).errors(faults()),
  /** A preview with «ЧЕРНОВИК» on it, made here; it shows the passport, so it is written down as a reveal. */
  draft: command(['manager'], { signedIn: true })
    .input(OfClient)
    .output(PdfBytes)
    .errors(
      faults(
        'clients.not_found',
        'clients.key_missing',
        'clients.seal_broken',
        'contracts.passport_required',
        'contracts.tariff_required',
        'device.not_enrolled',
      ),
    ),
  /** The PDF of a contract as it was made and signed. */
  document: command(['manager'], { signedIn: true })
    .input(z.strictObject({ clientId: Id, contractId: Id }))
    .output(PdfBytes)
    .errors(faults(...ONLINE, 'contracts.not_found', 'contracts.pdf_changed')),
  /** Makes the contract and has its code sent; asked again with nothing changed it is the same contract. */
  generate: command(['manager'], { signedIn: true })
    .input(OfClient)
    .output(Contract)
    .errors(
      faults(
        ...ONLINE,
        'contracts.passport_required',
        'contracts.tariff_required',
        'contracts.appliances_required',
        'contracts.photos_missing',
        'contracts.otp_paused',
      ),
    ),
  /** Another code: 60 s after the last, `details.retryAfterSeconds` says how long. */
  requestOtp: command(['manager'], { signedIn: true })
    .input(OfClient)
    .output(Contract)
    .errors(
      faults(
        ...ONLINE,
        'contracts.not_found',
        'contracts.already_signed',
        'contracts.outdated',
        'contracts.otp_cooldown',
        'contracts.otp_paused',
      ),
    ),
  /** Signs with the client's code. */
  confirm: command(['manager'], { signedIn: true })
    .input(z.strictObject({ clientId: Id, code: z.string().max(16) }))
    .output(Contract)
    .errors(
      faults(
        ...ONLINE,
        'contracts.not_found',
        'contracts.already_signed',
        'contracts.outdated',
        'contracts.pdf_changed',
        'contracts.otp_invalid',
        'contracts.otp_expired',
        'contracts.otp_locked',
      ),
    ),
  /** The manager has the money. Another sum than is due needs a reason. */
  confirmPayment: command(['manager'], { signedIn: true })
    .input(
      z.strictObject({
        clientId: Id,
        amountMinor: Minor.optional(),
        /** Why another sum is taken for the whole. */
        reason: z.string().trim().min(3).max(256).optional(),
        /** What the receipt says. */
        tender: z.enum(['cash', 'card']).default('card'),
      }),
    )
    .output(Invoice.nullable())
    .errors(faults(...ONLINE, 'contracts.not_signed', 'contracts.amount_mismatch')),
  /** Opens a payment at the provider for the unpaid invoice; asked again while it is open it is the same. */
  payOnline: command(['manager'], { signedIn: true })
    .input(z.strictObject({ clientId: Id, invoiceId: Id }))
    .output(ProviderBill)
    .errors(
      faults(
        ...ONLINE,
        'contracts.invoice_not_found',
        'payments.provider_unavailable',
        'payments.provider_refused',
        'app.rate_limited',
      ),
    ),
  /** Bills the client for something more: an invoice, and a message that says so. */
  notifyBilling: command(['manager'], { signedIn: true })
    .input(
      z.strictObject({
        clientId: Id,
        amountMinor: PositiveMinor,
        description: z.string().trim().min(1).max(128),
        contractNumber: z.string().max(32),
        dueDate: Day,
      }),
    )
    .output(Invoice)
    .errors(faults(...ONLINE, 'contracts.not_found', 'contracts.not_signed', 'contracts.invoice_pending')),
};
