/** K-61…K-65, under the names and labels of the seed's dashboards. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';

export interface PaymentMetrics {
  created(intent: PaymentIntent): void;
  /** The intent has become what its status says. */
  ended(intent: PaymentIntent, seconds: number): void;
}

export function registerPaymentMetrics(registry: Registry, env: 'DEV' | 'PROD'): PaymentMetrics {
  const registers = [registry];
  const intents = new Counter({
    name: 'payments_intents_total',
    help: 'Payment intents that reached a status; `pending` counts those made.',
    labelNames: ['status', 'env'] as const,
    registers,
  });
  const confirmed = new Counter({
    name: 'payments_confirmed_total',
    help: 'Payment intents whose money came.',
    labelNames: ['env'] as const,
    registers,
  });
  const money = new Counter({
    name: 'payments_confirmed_minor_total',
    help: 'Money that came by payment intents, in minor units of its currency.',
    labelNames: ['currency', 'env'] as const,
    registers,
  });
  const failed = new Counter({
    name: 'payments_failed_total',
    help: 'Payment intents that ended without money.',
    labelNames: ['reason', 'env'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'payments_duration_seconds',
    help: 'From the making of a payment intent to its end.',
    labelNames: ['status', 'env'] as const,
    buckets: [0.5, 1, 2, 5, 10, 30, 60],
    registers,
  });
  // A device has no address that a provider could call; the name is here because dashboards ask every agent for it.
  new Counter({
    name: 'payments_webhook_received_total',
    help: 'Notifications of a payment provider. Always none on a device.',
    labelNames: ['status'] as const,
    registers,
  });
  intents.inc({ status: 'pending', env }, 0);
  confirmed.inc({ env }, 0);

  return {
    created: ({ status }) => intents.inc({ status, env }),
    ended: ({ status, amountMinor, currency }, seconds) => {
      intents.inc({ status, env });
      duration.observe({ status, env }, seconds);
      if (status === 'confirmed') {
        confirmed.inc({ env });
        money.inc({ currency, env }, amountMinor);
      } else failed.inc({ reason: status, env });
    },
  };
}
