/** A shift as a register and its people account for it: totals, reports, counted cash. Money is minor units. */
import { z } from 'zod';
import { Id, Millis, Minor } from '../kernel/schemas.ts';
import { ReceiptKind } from './fiscal.schema.ts';

const Count = z.int().min(0);

/** Receipts of one kind within a shift. */
export const ReceiptTotals = z.object({
  count: Count,
  totalMinor: Minor,
  cashMinor: Minor,
  cardMinor: Minor,
});
export type ReceiptTotals = z.infer<typeof ReceiptTotals>;

export const CashTotals = z.object({ count: Count, totalMinor: Minor });
export type CashTotals = z.infer<typeof CashTotals>;

/** What a shift did, by our ledger or by the register's counters: the two must agree. */
export const ShiftTotals = z.object({
  sell: ReceiptTotals,
  sellReturn: ReceiptTotals,
  cashIn: CashTotals,
  cashOut: CashTotals,
});
export type ShiftTotals = z.infer<typeof ShiftTotals>;

/** A row of the reconciliation where the ledger and the register do not agree. */
export const ShiftDifference = z.object({
  row: z.enum(['sell', 'sellReturn', 'cashIn', 'cashOut']),
  measure: z.enum(['count', 'totalMinor', 'cashMinor', 'cardMinor']),
  ledger: z.int(),
  register: z.int(),
});
export type ShiftDifference = z.infer<typeof ShiftDifference>;

/** Why they do not agree, as far as the documents in the fiscal memory tell. */
export const DifferenceCause = z.discriminatedUnion('kind', [
  /** A document of this shift that another program printed, or that was made at the register's own keys. */
  z.object({
    kind: z.literal('foreign_document'),
    fiscalDocumentNumber: z.int(),
    receiptKind: ReceiptKind,
    totalMinor: Minor,
  }),
  /** A task whose outcome is not known: its money may or may not be in the counters. */
  z.object({ kind: z.literal('unknown_task'), taskId: Id, totalMinor: Minor }),
  /** Our ledger has the document, the fiscal memory does not. */
  z.object({
    kind: z.literal('missing_document'),
    taskId: Id,
    fiscalDocumentNumber: z.int(),
    totalMinor: Minor,
  }),
  /** Cash put in or taken out at the register itself, or by another program. */
  z.object({ kind: z.literal('foreign_cash'), direction: z.enum(['in', 'out']), count: z.int(), totalMinor: z.int() }),
  /** What no document explains. */
  z.object({ kind: z.literal('unexplained'), row: ShiftDifference.shape.row, totalMinor: z.int() }),
]);
export type DifferenceCause = z.infer<typeof DifferenceCause>;

/** Notes or coins of one denomination. */
export const DenominationCount = z.strictObject({
  valueMinor: z.int().min(1).max(1_000_000),
  count: z.int().min(0).max(100_000),
});
export type DenominationCount = z.infer<typeof DenominationCount>;

/** The drawer counted by a person who did not see what it should hold. */
export const CashCount = z.object({
  id: Id,
  fiscalDeviceId: z.string(),
  shiftNumber: z.int().min(0),
  at: Millis,
  countedBy: z.string(),
  denominations: z.array(DenominationCount),
  countedMinor: Minor,
  /** What the register says the drawer holds. */
  expectedMinor: Minor,
  /** The first count, when this is the supervisor's recount of it. */
  recountOf: Id.optional(),
});
export type CashCount = z.infer<typeof CashCount>;

/** A shift as its register counted it and as we recorded it, at one moment. */
export const ShiftReading = z.object({
  shiftNumber: z.int().min(0),
  kktSerial: z.string().max(32),
  fnNumber: z.string().max(16),
  /** The register's counters. */
  register: ShiftTotals,
  /** The same by this device's own records. */
  ledger: ShiftTotals,
  drawerMinor: Minor,
  differences: z.array(ShiftDifference),
  causes: z.array(DifferenceCause),
  unsentDocuments: Count,
});
export type ShiftReading = z.infer<typeof ShiftReading>;

/** An X report (a reading) or a Z report (the close of a shift) with the reconciliation made at that moment. */
export const ShiftReport = ShiftReading.extend({
  id: Id,
  kind: z.enum(['x', 'z']),
  fiscalDeviceId: z.string().max(64),
  shopId: Id,
  deviceId: Id,
  /** This device's clock. */
  at: Millis,
  operatorName: z.string().max(64),
  /** Z: the document that closed the shift. */
  fiscalDocumentNumber: z.int().optional(),
  fiscalSign: z.string().optional(),
  /** Z: the shift had run out of its 24 hours and a receipt closed it. */
  automatic: z.boolean(),
  counts: z.array(CashCount),
});
export type ShiftReport = z.infer<typeof ShiftReport>;
