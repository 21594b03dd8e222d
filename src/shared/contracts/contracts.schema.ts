/** Contracts, invoices and messages to clients, as every manager's device of the shop has them: no code, no passport. */
import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { Id, Millis, Minor, PositiveMinor } from '../kernel/schemas.ts';

const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
/** A day of the organisation's calendar, `2025-10-18`. */
export const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day as 2025-10-18');
/** `ПЕ-251015-01`: two letters of the surname, the day, and the place in it among all contracts of the organisation. */
export const ContractNumber = z.string().regex(/^\p{Lu}{2}-\d{6}-\d{2,6}$/u, 'must look like ПЕ-251015-01');

/** SM-6. A draft is no row: it is drawn on a device and kept nowhere. */
export const CONTRACT_STATUSES = [
  'generated',
  'otp_sent',
  'otp_locked',
  'signed',
  'paid',
  'superseded',
  'void',
] as const;
export const ContractStatus = z.enum(CONTRACT_STATUSES);
export type ContractStatus = z.infer<typeof ContractStatus>;

/** A client's item as the contract names it, with what it costs. */
export const ContractAppliance = z.object({
  id: Id,
  kind: z.string().min(1).max(64),
  title: z.string().min(1).max(128),
  feeMinor: Minor,
  /** Paid for with this contract; false for one that an earlier contract was paid for. */
  isBilled: z.boolean(),
});
export type ContractAppliance = z.infer<typeof ContractAppliance>;

/** The price as it was when the contract was made, whatever becomes of the tariff. */
export const ContractTariff = z.object({
  id: Id,
  name: z.string().min(1).max(128),
  baseFeeMinor: Minor,
  extraPerApplianceMinor: Minor,
});
export type ContractTariff = z.infer<typeof ContractTariff>;

/** How the client's code stands. The code itself is on no device and in no answer. */
export const CodeStanding = z.object({
  /** Since when the code is on its way. */
  askedAt: Millis,
  /** Its ten minutes begin here; absent while the channel has not taken it. */
  deliveredAt: Millis.optional(),
  expiresAt: Millis.optional(),
  /** From when another may be asked for. */
  nextAt: Millis,
  attemptsLeft: z.int().min(0),
});
export type CodeStanding = z.infer<typeof CodeStanding>;

/** A row of the server's hash-chained audit: with the hash before it, its own hash can be computed anew. */
export const AuditLink = z.object({
  organizationId: Id,
  seq: z.int().min(1),
  at: Millis,
  event: z.string().max(64),
  actorKind: z.string().max(16),
  actorId: z.string().max(64),
  entityType: z.string().max(64),
  entityId: z.string().max(64),
  details: z.record(z.string(), z.unknown()),
  ip: z.string().max(64).nullable(),
  previous: z.string().max(64),
  hash: Sha256Hex,
});
export type AuditLink = z.infer<typeof AuditLink>;

/** M-23: what proves that the client signed these bytes. Never changed. */
export const Signature = z.object({
  signedAt: Millis,
  /** When the client agreed to sign with a simple electronic signature. */
  pepAgreedAt: Millis,
  /** SHA-256 of the PDF's bytes. */
  hash: Sha256Hex,
  /** HMAC-SHA256 of `hash` under a secret of the server. */
  hmac: Sha256Hex,
  ip: z.string().max(64),
  userAgent: z.string().max(512),
  /** The manager at whose screen the code was entered. */
  memberId: z.string().max(64),
  trail: AuditLink,
});
export type Signature = z.infer<typeof Signature>;

export const Contract = z.object({
  id: Id,
  shopId: Id,
  clientId: Id,
  number: ContractNumber,
  /** From 1, by client. */
  version: z.int().min(1),
  status: ContractStatus,
  createdAt: Millis,
  /** Of what it was made of: passport as sealed, client, appliances without photos, tariff. */
  snapshotHash: Sha256Hex,
  /** Of which photos the PDF shows: they count until it is signed. */
  photosHash: Sha256Hex,
  /** The PDF, sealed: a file of its own name. */
  fileId: BlobId,
  /** SHA-256 of the PDF itself. */
  pdfSha256: Sha256Hex,
  appliances: z.array(ContractAppliance).max(100),
  tariff: ContractTariff,
  /** Everything that it costs, and what of it is still to be paid with this contract. */
  totalMinor: Minor,
  dueMinor: Minor,
  /** The signed contract that this one takes the place of. */
  supersedesId: Id.optional(),
  /** Absent once it is signed or void. */
  code: CodeStanding.optional(),
  signature: Signature.optional(),
  paidAt: Millis.optional(),
});
export type Contract = z.infer<typeof Contract>;

/** SM-11. */
export const InvoiceStatus = z.enum(['pending', 'paid', 'canceled']);
export type InvoiceStatus = z.infer<typeof InvoiceStatus>;

export const InvoicePayment = z.object({
  at: Millis,
  /** A manager's word, or the payment provider's. */
  source: z.enum(['manual', 'psp']),
  amountMinor: Minor,
  /** Why a manager took another sum than was due. */
  reason: z.string().max(256).optional(),
  memberId: z.string().max(64).optional(),
  /** The fiscal task of its receipt; absent where the shop has no register. */
  fiscalTaskId: Id.optional(),
});

export const Invoice = z.object({
  id: Id,
  shopId: Id,
  clientId: Id,
  contractId: Id,
  contractNumber: ContractNumber,
  /** Issued with a signature, or by a manager for something more. */
  kind: z.enum(['contract', 'extra']),
  amountMinor: PositiveMinor,
  description: z.string().min(1).max(128),
  dueDate: Day,
  status: InvoiceStatus,
  createdAt: Millis,
  payment: InvoicePayment.optional(),
});
export type Invoice = z.infer<typeof Invoice>;

/** One message of a client's support ticket; a code in it is masked. */
export const SupportMessage = z.object({
  id: Id,
  shopId: Id,
  clientId: Id,
  ticketId: Id,
  kind: z.enum(['text', 'otp', 'invoice', 'payment', 'note']),
  author: z.enum(['user', 'support', 'system']),
  body: z.string().min(1).max(4000),
  at: Millis,
  /** Absent while it waits for the channel. */
  deliveredAt: Millis.optional(),
});
export type SupportMessage = z.infer<typeof SupportMessage>;
