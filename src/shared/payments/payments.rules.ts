import type { PaymentStatus } from './payments.schema.ts';

/** SM-2. `expired` and `cancelled` may still become `confirmed` when the provider proves that money came late. */
const NEXT: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  pending: ['confirmed', 'failed', 'expired', 'cancelled'],
  confirmed: ['refunded'],
  failed: [],
  expired: ['confirmed'],
  cancelled: ['confirmed'],
  refunded: [],
};

export const mayPaymentBecome = (from: PaymentStatus, to: PaymentStatus): boolean => NEXT[from].includes(to);

/** How long a payment intent waits for its money. */
export const INTENT_TTL_MS = 10 * 60_000;
