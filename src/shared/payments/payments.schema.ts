/** A payment. On the device it starts as an intent; once confirmed it is an immutable fact. */
import { z } from 'zod';
import { Currency, Id, Millis, PositiveMinor } from '../kernel/schemas.ts';

export const PAYMENT_STATUSES = ['pending', 'confirmed', 'failed', 'expired', 'cancelled', 'refunded'] as const;
export const PaymentStatus = z.enum(PAYMENT_STATUSES);
export type PaymentStatus = z.infer<typeof PaymentStatus>;

/** `free_code`: a round given as amends; no money moved, and no receipt is due. */
export const PaymentMethodKind = z.enum(['psp', 'cash', 'card', 'free_code']);
export type PaymentMethodKind = z.infer<typeof PaymentMethodKind>;

/** `code`: a four-digit code that an attendant gave out, for cash or as amends. */
export const PaymentProvider = z.enum(['dev', 'yookassa', 'cashdesk', 'code']);
export type PaymentProvider = z.infer<typeof PaymentProvider>;

/** Money that moved. Never updated or merged: a refund is a row of its own with `kind: 'refund'`. */
export const Payment = z.object({
  id: Id,
  orderId: Id,
  shopId: Id,
  deviceId: Id,
  kind: z.enum(['payment', 'refund']),
  method: PaymentMethodKind,
  provider: PaymentProvider,
  amountMinor: PositiveMinor,
  currency: Currency,
  confirmedAt: Millis,
  /** For a refund: the payment it gives back, and the goods it is for. */
  refundOf: Id.optional(),
  refundId: Id.optional(),
});
export type Payment = z.infer<typeof Payment>;

/** An attempt to be paid, on the device that makes it. TTL ten minutes. */
export const PaymentIntent = z.object({
  id: Id,
  orderId: Id.optional(),
  visitId: z.string().max(64).optional(),
  status: PaymentStatus,
  provider: PaymentProvider,
  amountMinor: PositiveMinor,
  currency: Currency,
  /** What the QR code holds; absent for cash and card, and until the provider has answered. */
  qrData: z.string().max(2048).optional(),
  createdAt: Millis,
  expiresAt: Millis,
  confirmedAt: Millis.optional(),
  /** What the money came to; `refund` from the moment that it has to go back. */
  outcome: z.enum(['served', 'refund']).optional(),
  metadata: z.record(z.string().max(64), z.string().max(512)).optional(),
});
export type PaymentIntent = z.infer<typeof PaymentIntent>;
