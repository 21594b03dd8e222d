/** Payments of kiosks, put together: the provider, its notifications, and what is looked at while the server listens. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Guards } from '../../auth/guards.ts';
import type { ServerConfig } from '../../config.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { allowing } from './addresses.rules.ts';
import { openProvider } from './open-provider.ts';
import type { PaymentProvider } from './payment-provider.port.ts';
import { paymentsRoutes } from './payments.routes.ts';
import { createPaymentsService, type PaymentsService } from './payments.service.ts';
import { createPaymentWatch } from './payments.watch.ts';

const MINUTE = 60_000;

export async function openPayments(ports: {
  readonly app: FastifyInstance;
  readonly config: ServerConfig;
  readonly guards: Guards;
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly live: Live;
  readonly log: FastifyBaseLogger;
}): Promise<{ readonly payments: PaymentsService; readonly provider: PaymentProvider | undefined }> {
  const { app, config, guards, db, now, newId, live, log } = ports;
  const closing = new AbortController();
  const provider = await openProvider(config, closing.signal);
  const payments = createPaymentsService({
    db,
    now,
    newId,
    live,
    provider,
    claimWithinMs: config.PAYMENT_CLAIM_MIN * MINUTE,
    intentsPerMinute: config.PAYMENT_INTENTS_PER_MIN,
    log,
  });
  await app.register(paymentsRoutes(guards, payments, allowing(config.YOOKASSA_ALLOWED_IPS)));
  const watch = createPaymentWatch(payments, log);
  app.addHook('onListen', async () => {
    await payments.giveTime();
    watch.start();
  });
  app.addHook('onClose', async () => {
    closing.abort();
    await watch.stop();
  });
  return { payments, provider };
}
