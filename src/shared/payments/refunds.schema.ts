/** Goods that came back: which lines of a sale, how much of each, for what sum and why. A fact; it is never changed. */
import { z } from 'zod';
import { Currency, Id, Millis, Minor, PositiveMinor, QuantityMilli } from '../kernel/schemas.ts';

export const REFUND_REASONS = ['unwanted', 'defective', 'wrong_item', 'cashier_error', 'other'] as const;
export const RefundReason = z.enum(REFUND_REASONS);
export type RefundReason = z.infer<typeof RefundReason>;

export const RefundLine = z.object({
  /** Its place in the lines of the order. */
  line: z.int().min(0).max(499),
  quantityMilli: QuantityMilli,
  /** What is given back for it: its share of what was paid. */
  totalMinor: Minor,
});
export type RefundLine = z.infer<typeof RefundLine>;

export const Refund = z.object({
  id: Id,
  orderId: Id,
  shopId: Id,
  deviceId: Id,
  /** The fiscal task of its receipt. */
  taskId: Id,
  lines: z.array(RefundLine).min(1).max(500),
  totalMinor: PositiveMinor,
  currency: Currency,
  reason: RefundReason,
  comment: z.string().max(200).optional(),
  operatorName: z.string().max(64),
  approvedBy: z.string().max(64),
  createdAt: Millis,
});
export type Refund = z.infer<typeof Refund>;
