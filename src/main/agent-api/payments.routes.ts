/** `/api/payments`: intents of a session at an amount the caller decides. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { PaymentService } from '#main/domains/payments/payments.service.ts';
import { AppError } from '#shared/kernel/errors.ts';
import {
  Cancelled,
  Intent,
  IntentBody,
  IntentParams,
  IntentState,
  toIntent,
  toIntentState,
} from './agent-api.schema.ts';
import type { RateLimit } from './rate-limit.ts';

export interface PaymentsRoutesDeps {
  readonly payments: PaymentService;
  /** By the caller's address: on loopback, all programs together. */
  readonly intentLimit: RateLimit;
  readonly onLimited: () => void;
}

export const paymentsRoutes: FastifyPluginAsyncZod<PaymentsRoutesDeps> = async (app, deps) => {
  const { payments, intentLimit, onLimited } = deps;
  const tags = ['Payments'];
  const byId = { tags, params: IntentParams };

  app.post(
    '/intent',
    {
      schema: {
        tags,
        summary: 'Begins to take money for a session',
        body: IntentBody,
        response: { 200: Intent, 201: Intent },
      },
    },
    async ({ body, ip }, reply) => {
      const { amount, currency, sessionId, metadata } = body;
      const waitMs = intentLimit.take(ip);
      if (waitMs !== undefined) {
        onLimited();
        throw new AppError('app.rate_limited', 'too many payments begun in a minute', {
          details: { retryAfterSeconds: Math.ceil(waitMs / 1000) },
        });
      }
      const wanted = { visitId: sessionId, amountMinor: amount, currency, metadata };
      const { intent, isNew } = await payments.createCustomIntent(wanted);
      return reply.code(isNew ? 201 : 200).send(toIntent(intent));
    },
  );

  app.get(
    '/intent/:id',
    { schema: { ...byId, summary: 'A payment whole', response: { 200: Intent } } },
    async ({ params }) => toIntent(await payments.intent(params.id)),
  );

  app.get(
    '/status/:id',
    { schema: { ...byId, summary: 'How a payment stands', response: { 200: IntentState } } },
    async ({ params }) => toIntentState(await payments.intent(params.id)),
  );

  app.post(
    '/cancel/:id',
    { schema: { ...byId, summary: 'Gives a payment up', response: { 200: Cancelled } } },
    async ({ params }) => ({
      success: true as const,
      intentId: (await payments.cancel(params.id)).id,
    }),
  );

  app.post(
    '/confirm/:id',
    { schema: { ...byId, summary: 'Plays the payer, in DEV only', response: { 200: IntentState } } },
    async ({ params }) => toIntentState(await payments.confirmByHand(params.id)),
  );
};
