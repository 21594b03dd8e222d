/** Payments of kiosks at the provider, and the provider's notifications. */
import type { FastifyInstance } from 'fastify';
import { Counter } from 'prom-client';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import { Id } from '#shared/kernel/schemas.ts';
import { PspIntent, PspIntentRequest, PspRefundRequest } from '#shared/payments/psp.schema.ts';
import type { Guard, Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { PaymentsService } from './payments.service.ts';

const TAG = 'Payments';
const BODY_LIMIT = 65_536;

const Notification = z.object({
  type: z.literal('notification'),
  event: z.string().max(64),
  /** A payment; or a refund, which names its payment. */
  object: z.object({ id: z.string().min(1).max(64), payment_id: z.string().min(1).max(64).optional() }),
});

/** Lets everybody in and says whether they stand at an address of the provider: who does not is also told of. */
const providerAddress = (isAllowed: (address: string) => boolean): Guard<{ readonly isProvider: boolean }> => ({
  rule: "the provider's addresses",
  authenticate: (request) => Promise.resolve({ isProvider: isAllowed(request.ip) }),
});

export const paymentsRoutes =
  (guards: Guards, payments: PaymentsService, isAllowed: (address: string) => boolean) =>
  async (app: FastifyInstance) => {
    const received = new Counter({
      name: 'payments_webhook_received_total',
      help: 'Notifications of the payment provider: believed, not of ours, refused for their address, unreadable.',
      labelNames: ['status'] as const,
      registers: [app.metrics],
    });
    for (const status of ['accepted', 'unknown', 'refused', 'unreadable']) received.inc({ status }, 0);

    await scope(app, guards.device, (add) => {
      const params = z.strictObject({ id: Id });
      add(
        'POST',
        '/psp/intents',
        {
          summary: 'Begin a payment at the provider; the same id is the same payment',
          tag: TAG,
          rate: 'device',
          body: PspIntentRequest,
          reply: PspIntent,
        },
        ({ principal, body }) => payments.create(principal, body),
      );
      add(
        'GET',
        '/psp/intents/:id',
        { summary: 'How a payment stands', tag: TAG, rate: 'device', params, reply: PspIntent },
        ({ principal, params: { id } }) => payments.get(principal, id),
      );
      add(
        'POST',
        '/psp/intents/:id/claim',
        {
          summary: 'Take the money that came: only now may a guest be served',
          tag: TAG,
          rate: 'device',
          params,
          reply: PspIntent,
        },
        ({ principal, params: { id } }) => payments.claim(principal, id),
      );
      add(
        'POST',
        '/psp/intents/:id/cancel',
        { summary: 'Want no more of a payment', tag: TAG, rate: 'device', params, reply: PspIntent },
        ({ principal, params: { id } }) => payments.cancel(principal, id),
      );
      add(
        'POST',
        '/psp/intents/:id/refund',
        {
          summary: 'Give all of the money back',
          tag: TAG,
          rate: 'device',
          params,
          body: PspRefundRequest,
          reply: PspIntent,
        },
        ({ principal, params: { id }, body }) => payments.refund(principal, id, body),
      );
    });

    await scope(app, providerAddress(isAllowed), (add) => {
      add(
        'POST',
        '/api/payments/webhook',
        {
          summary:
            'A notification of the payment provider; the payment is read from the provider before anything is believed',
          tag: TAG,
          rate: 'write',
          bodyLimit: BODY_LIMIT,
          // What it says is read below: a stranger must not learn from our answer what a good one looks like.
          body: z.unknown(),
          reply: z.strictObject({ ok: z.literal(true) }),
        },
        async ({ principal, body, request }) => {
          const { data } = Notification.safeParse(body);
          const paymentId = data?.object.payment_id ?? data?.object.id;
          if (!principal.isProvider) {
            received.inc({ status: 'refused' });
            request.log.warn({ ip: request.ip }, 'a notification from a foreign address was refused');
            await payments.forged(paymentId, request.ip);
            throw new AppError('payments.webhook_refused', 'notifications come from the provider alone');
          }
          if (data === undefined || paymentId === undefined) {
            received.inc({ status: 'unreadable' });
            throw new AppError('app.bad_input', 'this is no notification');
          }
          const isOurs = await payments.notified(paymentId, data.event);
          received.inc({ status: isOurs ? 'accepted' : 'unknown' });
          return { ok: true as const };
        },
      );
    });
  };
