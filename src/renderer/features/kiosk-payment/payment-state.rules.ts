import type { PaymentIntent } from '#shared/payments/payments.schema.ts';

export type PaymentState =
  | { readonly kind: 'waiting'; readonly leftMs: number }
  | { readonly kind: 'paid'; readonly orderId: string }
  | { readonly kind: 'over'; readonly why: 'expired' | 'failed' | 'cancelled' };

/**
 * How an intent stands for the guest. A code whose time ran out on this clock is not shown any more, even before the core
 * says so: money sent to it would come late.
 */
export function paymentState(intent: PaymentIntent, now: number): PaymentState {
  switch (intent.status) {
    case 'confirmed':
    case 'refunded':
      return intent.orderId === undefined ? { kind: 'over', why: 'failed' } : { kind: 'paid', orderId: intent.orderId };
    case 'pending': {
      // A page whose clock runs behind must not promise more than the code was given.
      const leftMs = Math.min(intent.expiresAt - now, intent.expiresAt - intent.createdAt);
      return leftMs > 0 ? { kind: 'waiting', leftMs } : { kind: 'over', why: 'expired' };
    }
    case 'expired':
    case 'failed':
    case 'cancelled':
      return { kind: 'over', why: intent.status };
  }
}
