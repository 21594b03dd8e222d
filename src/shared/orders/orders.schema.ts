/** An order: what was asked for and what it costs. Receipts and payments point at it. */
import { z } from 'zod';
import { BlobId } from '../blobs/blobs.schema.ts';
import { MeasurementUnit, PaymentObject, VatType } from '../fiscal/fiscal.schema.ts';
import { Currency, Email, Id, Millis, Minor, PositiveMinor, QuantityMilli } from '../kernel/schemas.ts';

export const ORDER_STATUSES = ['draft', 'awaiting_payment', 'paid', 'fulfilled', 'cancelled', 'refunded'] as const;
export const OrderStatus = z.enum(ORDER_STATUSES);
export type OrderStatus = z.infer<typeof OrderStatus>;

/** `none` - nothing to print (no photo); `new` and `not_printed` both wait for paper. */
export const PrintStatus = z.enum(['none', 'new', 'printed', 'not_printed']);
export type PrintStatus = z.infer<typeof PrintStatus>;

/** What somebody asked to take off a line or a receipt. A percent is in hundredths: 10 % is 1000. */
export const Discount = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('percent'), basisPoints: z.int().min(1).max(10_000) }),
  z.strictObject({ kind: z.literal('amount'), amountMinor: PositiveMinor }),
]);
export type Discount = z.infer<typeof Discount>;

/** What came off a line: by a discount of its own, and its share of the receipt's. */
export const LineDiscount = z.object({ lineMinor: Minor, receiptMinor: Minor });

export const OrderLine = z.object({
  itemId: Id.optional(),
  name: z.string().trim().min(1).max(128),
  priceMinor: Minor,
  quantityMilli: QuantityMilli,
  /** After discounts: price × quantity less `discount`. */
  totalMinor: Minor,
  discount: LineDiscount.optional(),
  vat: VatType,
  paymentObject: PaymentObject,
  unit: MeasurementUnit,
});
export type OrderLine = z.infer<typeof OrderLine>;

export const OrderCustomer = z.object({
  name: z.string().trim().max(128).optional(),
  email: Email.optional(),
  /** E.164. */
  phone: z.string().max(16).optional(),
});
export type OrderCustomer = z.infer<typeof OrderCustomer>;

/**
 * What of an order was given back so far, the sum of its refunds. Two tills that did not hear of each other may have given
 * back more than was sold: then it says so, and the remainder is nothing.
 */
export const Returned = z.object({
  /** `line` is the place in the order's lines. */
  lines: z.array(z.object({ line: z.int().min(0), quantityMilli: QuantityMilli, totalMinor: Minor })).max(500),
  payments: z.array(z.object({ paymentId: Id, amountMinor: PositiveMinor })).max(10),
});
export type Returned = z.infer<typeof Returned>;

export const Order = z.object({
  id: Id,
  shopId: Id,
  /** The device it was made on. */
  deviceId: Id,
  visitId: z.string().max(64).optional(),
  /** What people say aloud: short, unique within the device's day, e.g. `K-0412`. */
  number: z.string().min(1).max(24),
  origin: z.enum(['kiosk', 'cashier']),
  status: OrderStatus,
  printStatus: PrintStatus,
  lines: z.array(OrderLine).min(1).max(500),
  totalMinor: Minor,
  currency: Currency,
  customer: OrderCustomer.optional(),
  operatorName: z.string().max(64).optional(),
  /** Who allowed a discount above the cashier's limit. */
  discountApprovedBy: z.string().max(64).optional(),
  returned: Returned.optional(),
  createdAt: Millis,
  paidAt: Millis.optional(),
  printedAt: Millis.optional(),
  /** When a person last marked the paper, out or not; a printer's older word does not count against it. */
  printMarkedAt: Millis.optional(),
  /** The photo to print. It may be named here before its bytes have come, and after they have gone. */
  imageId: BlobId.optional(),
});
export type Order = z.infer<typeof Order>;
