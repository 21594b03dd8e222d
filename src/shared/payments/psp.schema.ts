/** How a device asks the server for a payment at the provider, and what it hears of it. The provider's secrets stay there. */
import { z } from 'zod';
import { Currency, Id, Millis, PositiveMinor } from '../kernel/schemas.ts';

export const PSP_STATUSES = [
  'created',
  'pending',
  'succeeded',
  'failed',
  'expired',
  'cancelled',
  'refunding',
  'refunded',
] as const;
/** `created`: the provider has not answered yet. `refunding` lasts until the money is back, however often that is tried. */
export const PspStatus = z.enum(PSP_STATUSES);
export type PspStatus = z.infer<typeof PspStatus>;

/** `POST /psp/intents`. The same id is the same payment, however often it is sent. */
export const PspIntentRequest = z.strictObject({
  id: Id,
  orderId: Id,
  amountMinor: PositiveMinor,
  currency: Currency,
  /** What the payer reads at the bank. */
  description: z.string().trim().min(1).max(128),
});
export type PspIntentRequest = z.infer<typeof PspIntentRequest>;

export const PspIntent = z.object({
  id: Id,
  status: PspStatus,
  amountMinor: PositiveMinor,
  currency: Currency,
  /** Where the payer pays: what the QR code holds. */
  confirmationUrl: z.string().max(2048).optional(),
  /** The device took the money for its own: from then on only the device, or a person, gives it back. */
  isClaimed: z.boolean(),
  /** The money came after the time of the intent, or after it was cancelled. */
  isLate: z.boolean(),
  /** Nothing of this payment will change by itself any more. */
  isFinal: z.boolean(),
  /** Why it failed: the provider's word, or `amount_mismatch`. */
  failReason: z.string().max(64).optional(),
  expiresAt: Millis,
  succeededAt: Millis.optional(),
  refundedAt: Millis.optional(),
});
export type PspIntent = z.infer<typeof PspIntent>;

/** `POST /psp/intents/:id/refund`: all of it goes back. The same `refundId` is the same refund. */
export const PspRefundRequest = z.strictObject({
  refundId: Id,
  reason: z.enum(['not_served', 'late', 'twice']),
});
export type PspRefundRequest = z.infer<typeof PspRefundRequest>;
