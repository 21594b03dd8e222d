import { expect, it } from 'vitest';
import type { PaymentIntent, PaymentStatus } from '#shared/payments/payments.schema.ts';
import { paymentState } from './payment-state.rules.ts';

const intent = (status: PaymentStatus): PaymentIntent => ({
  id: 'i',
  orderId: 'o',
  status,
  provider: 'dev',
  amountMinor: 48_000,
  currency: 'RUB',
  createdAt: 0,
  expiresAt: 600_000,
});

it.each<[PaymentStatus, number, unknown]>([
  ['pending', 18_000, { kind: 'waiting', leftMs: 582_000 }],
  ['pending', -500, { kind: 'waiting', leftMs: 600_000 }],
  ['pending', 600_000, { kind: 'over', why: 'expired' }],
  ['confirmed', 10, { kind: 'paid', orderId: 'o' }],
  ['confirmed', 700_000, { kind: 'paid', orderId: 'o' }],
  ['expired', 10, { kind: 'over', why: 'expired' }],
  ['failed', 10, { kind: 'over', why: 'failed' }],
  ['cancelled', 10, { kind: 'over', why: 'cancelled' }],
])('%s after %i ms', (status, now, expected) => {
  expect(paymentState(intent(status), now)).toEqual(expected);
});
