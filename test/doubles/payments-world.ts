/** The real server against an emulated provider over HTTP, with one clock for both: hooks and hands of a test file. */
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { startYooKassa, type YooKassaEmulator } from '#emulators/yookassa/emulator.ts';
import { listEvents } from '#server/features/payments/payments.repo.ts';
import { createPaymentsService } from '#server/features/payments/payments.service.ts';
import { createYooKassa } from '#server/features/payments/yookassa.provider.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  T0,
  type TestApp,
  type TestOrganization,
} from '#server/testing/test-app.ts';
import type { PspIntent } from '#shared/payments/psp.schema.ts';

export const PROVIDER_IP = '185.71.76.5';
export const STRANGER = '203.0.113.9';
export const MINUTE = 60_000;
const quiet = { warn() {}, error() {} };

export let psp: YooKassaEmulator;
export let server: TestApp;
export let shop: TestOrganization;
let kiosk: Awaited<ReturnType<typeof enrolledDevice>>;
export let time = T0;

beforeAll(async () => {
  psp = await startYooKassa({ port: 0, controlPort: 0, shopId: '100500', secretKey: 'test_secret', now: () => time });
  server = await createTestApp({
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_SECRET_KEY: 'test_secret',
    YOOKASSA_API_URL: psp.apiUrl,
    TRUST_PROXY: '10.1.1.1',
  });
  shop = await addOrganization(server);
});
afterAll(async () => {
  await server.close();
  await psp.stop();
});
beforeEach(async () => {
  // A kiosk of its own for each: ten intents a minute are a device's.
  kiosk = await enrolledDevice(server, shop, { mode: 'kiosk' });
  psp.behave({ webhooks: 'lost', takenMinor: null, refunds: 'succeeded' });
});

export const pass = (ms: number): void => {
  time += ms;
  server.clock.now = time;
};
export const ask = (method: 'GET' | 'POST', url: string, payload?: object, headers = kiosk.headers) =>
  server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
export const wanted = (id = server.newId()) => ({
  id,
  orderId: server.newId(),
  amountMinor: 48_000,
  currency: 'RUB',
  description: 'Заказ K-0001',
});
export const begin = async (request = wanted()): Promise<PspIntent> => {
  const reply = await ask('POST', '/psp/intents', request);
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json();
};
export const get = async (id: string): Promise<PspIntent> => (await ask('GET', `/psp/intents/${id}`)).json();
export const act = async (id: string, what: 'claim' | 'cancel'): Promise<PspIntent> =>
  (await ask('POST', `/psp/intents/${id}/${what}`)).json();
export const refund = (id: string, refundId: string) =>
  ask('POST', `/psp/intents/${id}/refund`, { refundId, reason: 'not_served' });
export const atProvider = (id: string) => {
  const payment = [...psp.shop.payments.values()].find(({ metadata }) => metadata['intent_id'] === id);
  if (payment === undefined) throw new Error(`the provider has no payment of ${id}`);
  return payment;
};
export const notify = (providerId: string, event = 'payment.succeeded', from: Record<string, unknown> = {}) =>
  server.app.inject({
    method: 'POST',
    url: '/api/payments/webhook',
    remoteAddress: PROVIDER_IP,
    payload: { type: 'notification', event, object: { id: providerId, status: 'succeeded' } },
    ...from,
  });
export const paid = async (): Promise<{ readonly id: string; readonly providerId: string }> => {
  const { id } = await begin();
  const { id: providerId } = psp.shop.pay(atProvider(id).id);
  return { id, providerId };
};
export const watch = async (times = 1): Promise<void> => {
  for (let nth = 0; nth < times; nth += 1) await service.watch();
};
/** As a process does before it looks at anything. */
export const begins = (): Promise<void> => service.giveTime();
let service: ReturnType<typeof createPaymentsService>;
beforeAll(() => {
  // The app's own loop sleeps in real time; a second one on the same rows is what another instance would be.
  const provider = createYooKassa({
    apiUrl: psp.apiUrl,
    shopId: '100500',
    secretKey: 'test_secret',
    returnUrl: 'https://shop.example',
    signal: new AbortController().signal,
  });
  const { db, newId } = server;
  const live = { hqChanged: () => undefined, paymentMoved: () => undefined };
  service = createPaymentsService({
    db,
    now: () => time,
    newId,
    live,
    provider,
    claimWithinMs: 30 * MINUTE,
    intentsPerMinute: 10,
    log: quiet,
  });
});
export const alerts = async (id: string): Promise<string[]> => {
  const { headers } = await sessionOf(server, shop, ['hq_admin']);
  const reply = await server.app.inject({ url: '/hq/alerts?limit=100', headers });
  return reply
    .json<{ alerts: { kind: string; subjectId: string }[] }>()
    .alerts.filter(({ subjectId }) => subjectId === id)
    .map(({ kind }) => kind);
};
export const eventsOf = async (id: string): Promise<string[]> =>
  (await listEvents(server.db, id)).map(({ event }) => event);
