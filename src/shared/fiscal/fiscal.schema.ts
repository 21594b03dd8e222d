/**
 * Fiscal documents as device, server and screens agree on them. Money is minor units, quantity thousandths.
 * The seed's wire form (roubles) is in `fiscal.wire.ts`.
 */
import { z } from 'zod';
import { isInn } from '../kernel/inn.ts';
import { Id, Millis, Minor, PositiveMinor, QuantityMilli } from '../kernel/schemas.ts';

/** What the server's queue carries: the seed's four. */
export const WIRE_TASK_TYPES = ['open_shift', 'close_shift', 'sale', 'refund'] as const;
/** What a register's queue on a device carries: cash moves are made at the desk alone. */
export const FISCAL_TASK_TYPES = [...WIRE_TASK_TYPES, 'cash_in', 'cash_out'] as const;
export const FiscalTaskType = z.enum(FISCAL_TASK_TYPES);
export type FiscalTaskType = z.infer<typeof FiscalTaskType>;

/** VAT rates of 54-FZ as of 2026, by our names. Which of them a register can take depends on its driver's version. */
export const VAT_TYPES = [
  'none',
  'vat0',
  'vat5',
  'vat7',
  'vat10',
  'vat20',
  'vat22',
  'vat105',
  'vat107',
  'vat110',
  'vat120',
  'vat122',
] as const;
export const VatType = z.enum(VAT_TYPES);
export type VatType = z.infer<typeof VatType>;

export const FISCAL_TAX_SYSTEMS = ['osn', 'usn_income', 'usn_income_outcome', 'esn', 'patent'] as const;
export const TaxationSystem = z.enum(FISCAL_TAX_SYSTEMS);
export type TaxationSystem = z.infer<typeof TaxationSystem>;

/** FFD tag 1212: what is sold. */
export const PaymentObject = z.enum(['commodity', 'excise', 'job', 'service', 'payment', 'composite', 'another']);
export type PaymentObject = z.infer<typeof PaymentObject>;
/** FFD tag 1214: how it is paid for. */
export const PaymentMethod = z.enum([
  'full_prepayment',
  'prepayment',
  'advance',
  'full_payment',
  'partial_payment',
  'credit',
  'credit_payment',
]);
export type PaymentMethod = z.infer<typeof PaymentMethod>;
/** FFD tag 2108: the unit of quantity. */
export const MeasurementUnit = z.enum([
  'piece',
  'gram',
  'kilogram',
  'liter',
  'meter',
  'square_meter',
  'hour',
  'day',
  'other',
]);
export type MeasurementUnit = z.infer<typeof MeasurementUnit>;

export const TenderType = z.enum(['cash', 'card']);
export type TenderType = z.infer<typeof TenderType>;

export const Inn = z.string().refine(isInn, 'must be an INN of 10 or 12 digits whose check digits agree');

export const Operator = z.object({
  name: z.string().trim().min(1).max(64),
  vatin: Inn.optional(),
});
export type Operator = z.infer<typeof Operator>;

export const ReceiptItem = z.strictObject({
  name: z.string().trim().min(1).max(128),
  priceMinor: Minor,
  quantityMilli: QuantityMilli,
  /** The line's total after discounts; what the register writes as tag 1043. */
  totalMinor: Minor,
  vat: VatType,
  paymentObject: PaymentObject.default('commodity'),
  paymentMethod: PaymentMethod.default('full_payment'),
  unit: MeasurementUnit.default('piece'),
});
export type ReceiptItem = z.infer<typeof ReceiptItem>;

export const Tender = z.strictObject({ type: TenderType, sumMinor: PositiveMinor });
export type Tender = z.infer<typeof Tender>;

export const ReceiptKind = z.enum(['sell', 'sell_return']);
export type ReceiptKind = z.infer<typeof ReceiptKind>;

/** What a sale or a refund prints. Totals have been checked to the kopeck by `checkReceipt`. */
export const Receipt = z.strictObject({
  kind: ReceiptKind,
  taxationSystem: TaxationSystem,
  items: z.array(ReceiptItem).min(1).max(500),
  payments: z.array(Tender).min(1).max(10),
  totalMinor: Minor,
  /** Tag 1008: where the electronic copy goes. */
  customerContact: z.string().max(254).optional(),
});
export type Receipt = z.infer<typeof Receipt>;

export const KktAddress = z.strictObject({ ip: z.string().min(1).max(253), port: z.int().min(1).max(65535) });
export type KktAddress = z.infer<typeof KktAddress>;

/** Cash put into the drawer or taken out of it, and why. */
export const CashMove = z.strictObject({ amountMinor: PositiveMinor, reason: z.string().trim().min(1).max(200) });
export type CashMove = z.infer<typeof CashMove>;

/** One thing for a register to do. `receipt` is there exactly for `sale` and `refund`, `cash` for `cash_in` and `cash_out`. */
export const FiscalTask = z.strictObject({
  id: Id,
  type: FiscalTaskType,
  fiscalDeviceId: z.string().min(1).max(64),
  kkt: KktAddress.optional(),
  operator: Operator,
  receipt: Receipt.optional(),
  cash: CashMove.optional(),
  /** A `close_shift` that the queue asked for itself, because a receipt met a shift past its 24 hours. */
  automatic: z.boolean().optional(),
  /** The order this receipt is for, when it was made by a sale of ours. */
  orderId: Id.optional(),
});
export type FiscalTask = z.infer<typeof FiscalTask>;

/**
 * Where a task is on the device. `closed` means the fiscal memory holds the document (so it is fiscalised, printed or
 * not); `unknown` is never left by a machine without a proof.
 */
export const FISCAL_STATES = [
  'queued',
  'claimed',
  'baseline',
  'sending',
  'closed',
  'printed',
  'reported',
  'not_closed',
  'failed',
  'unknown',
] as const;
export const FiscalState = z.enum(FISCAL_STATES);
export type FiscalState = z.infer<typeof FiscalState>;

/** A document in the fiscal memory (FN). */
export const FiscalDocument = z.object({
  /** Tag 1040: number of the fiscal document, FD. */
  fiscalDocumentNumber: z.int().min(1),
  /** Tag 1077: up to ten digits, kept as text because it may pass 2^31 and leads with zeros on some registers. */
  fiscalSign: z.string().regex(/^\d{1,10}$/),
  /** Tag 1041: serial number of the fiscal memory, 16 digits. */
  fnNumber: z.string().regex(/^\d{16}$/),
  /** Tag 1037: registration number of the register. */
  registrationNumber: z.string().max(20),
  /** Serial number of the register itself. */
  kktSerial: z.string().max(32),
  shiftNumber: z.int().min(0),
  /** Number of the receipt within its shift; absent for shift documents. */
  receiptNumber: z.int().min(1).optional(),
  /** The register's own clock, as Unix milliseconds of its wall time read in the shop's zone. */
  fiscalAt: Millis,
  totalMinor: Minor,
  /** True when the register or we opened a shift for this document. */
  shiftAutoOpened: z.boolean(),
  /** False while the paper still has to come out (`continuePrint`). */
  printed: z.boolean(),
  /** The fiscal QR text of 54-FZ; absent for shift documents. */
  qr: z.string().optional(),
});
export type FiscalDocument = z.infer<typeof FiscalDocument>;

export const ShiftState = z.enum(['closed', 'open', 'expired', 'unknown']);
export type ShiftState = z.infer<typeof ShiftState>;

/** A fiscal task as other sides see it: what was asked, how it ended, and the document if there is one. */
export const FiscalRecord = z.object({
  id: Id,
  type: FiscalTaskType,
  fiscalDeviceId: z.string().min(1).max(64),
  deviceId: Id,
  shopId: Id,
  orderId: Id.optional(),
  status: z.enum(['queued', 'in_progress', 'done', 'error', 'unknown']),
  /** Of the receipt, or of the cash moved. */
  totalMinor: z.int().min(0),
  operator: Operator,
  document: FiscalDocument.optional(),
  reason: z.string().max(200).optional(),
  errorText: z.string().max(500).optional(),
  createdAt: Millis,
  updatedAt: Millis,
});
export type FiscalRecord = z.infer<typeof FiscalRecord>;
