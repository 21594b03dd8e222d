/**
 * A kiosk, the real server and an emulated provider, over HTTP, with one clock. The kiosk may die before or after any call it
 * makes, and comes back over what its disk holds.
 */

import { startYooKassa, type YooKassaEmulator } from '#emulators/yookassa/emulator.ts';
import { type Payment, PENDING_MS } from '#emulators/yookassa/model.ts';
import type { OrderIntent } from '#main/domains/payments/payments.repo.ts';
import { createPaymentWatch } from '#main/domains/payments/payments.service.ts';
import type { GiveBackReason, PaymentProvider } from '#main/domains/payments/provider.ts';
import { createYooKassa } from '#main/domains/payments/yookassa.provider.ts';
import { createPaymentsService } from '#server/features/payments/payments.service.ts';
import { createYooKassa as createBankClient } from '#server/features/payments/yookassa.provider.ts';
import { addOrganization, createTestApp, enrolledDevice, T0, type TestApp } from '#server/testing/test-app.ts';
import { createTestCore, quietLog, type TestCore } from '../doubles/core-double.ts';
import { type CounterWorld, createCounterWorld } from '../doubles/counter-world.ts';

const MINUTE = 60_000;
/** An unpaid payment lies at the provider for this long. */
export const AT_BANK_MS = PENDING_MS;

export interface PaymentWorld {
  readonly bank: YooKassaEmulator;
  readonly server: TestApp;
  readonly core: TestCore;
  /** What the kiosk calls the server with. */
  readonly endpoint: { readonly serverUrl: string; token: string };
  /** The kiosk as it lives now. */
  kiosk(): CounterWorld;
  now(): number;
  advance(ms: number): void;
  /** Is it to die at this call? Asked before and after each. */
  dies: (call: string) => boolean;
  /** Does its work; `undefined` when it died of it. The next one begins a new life. */
  live<T>(work: (kiosk: CounterWorld) => Promise<T>): Promise<T | undefined>;
  /** What its loop does. */
  tick(): Promise<void>;
  /** What the server's loop does. */
  watch(): Promise<void>;
  /** The provider's payment of an intent. */
  paymentOf(intentId: string): Payment | undefined;
  notify(payment: Payment, event?: string): Promise<number>;
  readonly deaths: () => number;
  close(): Promise<void>;
}

export async function createPaymentWorld(): Promise<PaymentWorld> {
  let time = T0;
  const now = () => time;
  const bank = await startYooKassa({ port: 0, controlPort: 0, shopId: '1', secretKey: 'test_secret', now });
  bank.behave({ webhooks: 'lost' });
  const keys = { YOOKASSA_SHOP_ID: '1', YOOKASSA_SECRET_KEY: 'test_secret', YOOKASSA_API_URL: bank.apiUrl };
  const server = await createTestApp(keys);
  const serverUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const { token } = await enrolledDevice(server, await addOrganization(server), { mode: 'kiosk' });
  const { signal } = new AbortController();
  const service = createPaymentsService({
    db: server.db,
    now,
    newId: server.newId,
    live: { hqChanged: () => undefined, paymentMoved: () => undefined },
    provider: createBankClient({
      apiUrl: bank.apiUrl,
      shopId: '1',
      secretKey: 'test_secret',
      returnUrl: 'https://a.b',
      signal,
    }),
    claimWithinMs: 30 * MINUTE,
    intentsPerMinute: 10,
    log: { warn: () => undefined, error: () => undefined },
  });
  const core: TestCore = { ...createTestCore(T0), now };
  const endpoint = { serverUrl, token };
  const wire = createYooKassa({
    endpoint: async () => endpoint,
    describe: (orderId) => `Заказ ${orderId}`,
    signal,
  });

  let dying: () => void = () => undefined;
  let death: Promise<void> | undefined;
  let deaths = 0;
  let isFirst = true;

  /** A call of a kiosk that died is never answered: nothing of that life goes on. */
  const mortal = (): PaymentProvider => {
    let isDead = false;
    const never = new Promise<never>(() => undefined);
    const around = <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) => {
      const maybeDie = (when: string): Promise<never> | undefined => {
        if (!isDead && world.dies(`${when} ${name}`)) {
          isDead = true;
          deaths += 1;
          dying();
        }
        return isDead ? never : undefined;
      };
      return async (...args: A): Promise<R> => {
        await maybeDie('before');
        try {
          return await call(...args);
        } finally {
          await maybeDie('after');
        }
      };
    };
    return {
      ...wire,
      open: around('open', (intent: OrderIntent) => wire.open(intent)),
      look: around('look', (intent: OrderIntent, at: number) => wire.look(intent, at)),
      cancel: around('cancel', (intent: OrderIntent, at: number) => wire.cancel(intent, at)),
      giveBack: around('giveBack', (intent: OrderIntent, refundId: string, reason: GiveBackReason) =>
        wire.giveBack(intent, refundId, reason),
      ),
    };
  };

  let life: CounterWorld | undefined;
  const kiosk = (): CounterWorld => {
    if (life === undefined) {
      death = new Promise((resolve) => {
        dying = resolve;
      });
      life = createCounterWorld({ provider: mortal(), environment: 'PROD', left: core, isFresh: isFirst });
      isFirst = false;
    }
    return life;
  };

  const world: PaymentWorld = {
    bank,
    server,
    core,
    endpoint,
    kiosk,
    now,
    advance: (ms) => {
      time += ms;
      server.clock.now = time;
    },
    dies: () => false,
    live: async (work) => {
      const alive = kiosk();
      const ended = await Promise.race([work(alive).then((value) => ({ value })), death]);
      if (ended === undefined) {
        life = undefined;
        return undefined;
      }
      return ended.value;
    },
    tick: async () => {
      await world.live(({ payments }) => createPaymentWatch(payments, { intervalMs: 1000, log: quietLog }).tick());
    },
    watch: async () => {
      await service.watch();
    },
    paymentOf: (intentId) =>
      [...bank.shop.payments.values()].find(({ metadata }) => metadata['intent_id'] === intentId),
    notify: async (payment, event = 'payment.succeeded') => {
      const reply = await server.app.inject({
        method: 'POST',
        url: '/api/payments/webhook',
        remoteAddress: '185.71.76.5',
        payload: { type: 'notification', event, object: { id: payment.id, status: payment.status } },
      });
      return reply.statusCode;
    },
    deaths: () => deaths,
    close: async () => {
      await server.close();
      await bank.stop();
    },
  };
  return world;
}
