/** REST of headquarters: a day's money, fiscal documents and payments at the provider, one against another. */
import { z } from 'zod';
import { Id, Millis } from '../kernel/schemas.ts';

export const DayName = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must look like 2026-11-21');

/** `GET /hq/reconciliation?day`: a day of the organisation's zone; today unless told otherwise. */
export const HqReconciliationQuery = z.strictObject({ day: DayName.optional() });

/** Why receipts of an order come to another sum than its money. */
export const RECEIPT_CAUSES = [
  /** Money was taken or given back, and nobody asked for a receipt. */
  'no_receipt',
  'receipt_waits',
  'receipt_failed',
  'receipt_unknown',
  /** The receipt was made on another day than the money moved. */
  'receipt_other_day',
  /** Both are there, with different sums. */
  'receipt_amount',
  'receipt_twice',
  /** A receipt of an order whose money nobody told of. */
  'no_payment',
  /** A receipt that no order of ours asked for: it came by the queue's own interface. */
  'no_order',
] as const;

/** Why the provider has another sum than devices told. */
export const PROVIDER_CAUSES = [
  /** Paid, and no device came for it yet. */
  'unclaimed',
  /** Paid and given back by itself: no device came for it. */
  'given_back',
  /** A device took it for its own and has not told of it since. */
  'device_silent',
  'provider_other_day',
  'provider_amount',
  /** A device tells of a payment that the provider does not know. */
  'not_at_provider',
  /** The money is on its way back. */
  'refund_waits',
  /** The provider gave money back, and no device tells of it. */
  'refund_untold',
] as const;

export const ReconciliationCause = z.enum([...RECEIPT_CAUSES, ...PROVIDER_CAUSES]);
export type ReconciliationCause = z.infer<typeof ReconciliationCause>;

export const HqDifference = z.strictObject({
  cause: ReconciliationCause,
  direction: z.enum(['sale', 'refund']),
  /** How much more (or less) the other side has than devices told of money. */
  amountMinor: z.int(),
  at: Millis,
  orderId: Id.optional(),
  orderNumber: z.string().optional(),
  /** The fiscal task, or the payment at the provider. */
  subjectId: z.string().optional(),
});
export type HqDifference = z.infer<typeof HqDifference>;

/** What came in, and what went back. */
const Flow = z.strictObject({ inMinor: z.int().min(0), outMinor: z.int().min(0) });

export const HqShopDay = z.strictObject({
  shopId: Id,
  shopName: z.string(),
  /** As devices told. */
  cash: Flow,
  card: Flow,
  psp: Flow,
  /** As fiscal documents say: sales and returns. */
  receipts: Flow,
  /** As the provider says. */
  provider: Flow,
  receiptDifferenceMinor: z.int(),
  providerDifferenceMinor: z.int(),
  /** Their sums are the two differences above, to the kopeck. */
  differences: z.array(HqDifference),
});
export type HqShopDay = z.infer<typeof HqShopDay>;

export const HqReconciliation = z.strictObject({
  day: DayName,
  today: DayName,
  from: Millis,
  to: Millis,
  shops: z.array(HqShopDay),
});
export type HqReconciliation = z.infer<typeof HqReconciliation>;
