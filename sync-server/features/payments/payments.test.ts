/** The real server against an emulated provider over HTTP, with one clock for both. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startYooKassa, type YooKassaEmulator } from '#emulators/yookassa/emulator.ts';
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import type { PspIntent } from '#shared/payments/psp.schema.ts';
import { findAuditBreak } from '../../auth/audit.repo.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  T0,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { ProviderFault } from './payment-provider.port.ts';
import { listEvents } from './payments.repo.ts';
import { createPaymentsService } from './payments.service.ts';
import { createYooKassa } from './yookassa.provider.ts';

const PROVIDER_IP = '185.71.76.5';
const STRANGER = '203.0.113.9';
const MINUTE = 60_000;
const quiet = { warn() {}, error() {} };

let psp: YooKassaEmulator;
let server: TestApp;
let shop: TestOrganization;
let kiosk: Awaited<ReturnType<typeof enrolledDevice>>;
let time = T0;

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

const pass = (ms: number): void => {
  time += ms;
  server.clock.now = time;
};
const ask = (method: 'GET' | 'POST', url: string, payload?: object, headers = kiosk.headers) =>
  server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
const wanted = (id = server.newId()) => ({
  id,
  orderId: server.newId(),
  amountMinor: 48_000,
  currency: 'RUB',
  description: 'Заказ K-0001',
});
const begin = async (request = wanted()): Promise<PspIntent> => {
  const reply = await ask('POST', '/psp/intents', request);
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json();
};
const get = async (id: string): Promise<PspIntent> => (await ask('GET', `/psp/intents/${id}`)).json();
const act = async (id: string, what: 'claim' | 'cancel'): Promise<PspIntent> =>
  (await ask('POST', `/psp/intents/${id}/${what}`)).json();
const refund = (id: string, refundId: string) =>
  ask('POST', `/psp/intents/${id}/refund`, { refundId, reason: 'not_served' });
const atProvider = (id: string) => {
  const payment = [...psp.shop.payments.values()].find(({ metadata }) => metadata['intent_id'] === id);
  if (payment === undefined) throw new Error(`the provider has no payment of ${id}`);
  return payment;
};
const notify = (providerId: string, event = 'payment.succeeded', from: Record<string, unknown> = {}) =>
  server.app.inject({
    method: 'POST',
    url: '/api/payments/webhook',
    remoteAddress: PROVIDER_IP,
    payload: { type: 'notification', event, object: { id: providerId, status: 'succeeded' } },
    ...from,
  });
const paid = async (): Promise<{ readonly id: string; readonly providerId: string }> => {
  const { id } = await begin();
  const { id: providerId } = psp.shop.pay(atProvider(id).id);
  return { id, providerId };
};
const watch = async (times = 1): Promise<void> => {
  for (let nth = 0; nth < times; nth += 1) await service.watch();
};
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
const alerts = async (id: string): Promise<string[]> => {
  const { headers } = await sessionOf(server, shop, ['hq_admin']);
  const reply = await server.app.inject({ url: '/hq/alerts?limit=100', headers });
  return reply
    .json<{ alerts: { kind: string; subjectId: string }[] }>()
    .alerts.filter(({ subjectId }) => subjectId === id)
    .map(({ kind }) => kind);
};
const eventsOf = async (id: string): Promise<string[]> => (await listEvents(server.db, id)).map(({ event }) => event);

describe('beginning', () => {
  test('AK-09 the provider is asked for "480.00", and the code leads to its page', async () => {
    const intent = await begin();
    expect(intent).toMatchObject({ status: 'pending', amountMinor: 48_000, expiresAt: time + INTENT_TTL_MS });
    const payment = atProvider(intent.id);
    expect(payment).toMatchObject({ amountMinor: 48_000, currency: 'RUB', description: 'Заказ K-0001' });
    expect(intent.confirmationUrl).toContain(`/checkout?orderId=${payment.id}`);
    expect(JSON.stringify(server.logged)).not.toContain('test_secret');
  });

  test('AK-11 the same id twice, also at once, is one payment at the provider', async () => {
    const before = psp.shop.payments.size;
    const request = wanted();
    const replies = await Promise.all([ask('POST', '/psp/intents', request), ask('POST', '/psp/intents', request)]);
    expect(replies.map((reply) => reply.statusCode)).toEqual([200, 200]);
    expect((await begin(request)).confirmationUrl).toBe(replies[0]?.json<PspIntent>().confirmationUrl);
    expect(psp.shop.payments.size).toBe(before + 1);
    const other = await ask('POST', '/psp/intents', { ...request, amountMinor: 1 });
    expect(other.json()).toMatchObject({ status: 409, code: 'payments.amount_mismatch' });
  });

  test('AK-12 the eleventh intent of a device in a minute is 429, and says when to come back', async () => {
    for (let nth = 0; nth < 10; nth += 1) await begin();
    const reply = await ask('POST', '/psp/intents', wanted());
    expect(reply.json()).toMatchObject({ status: 429, code: 'app.rate_limited' });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(60);
    pass(MINUTE);
    await begin();
  });

  test.each(['error_after', 'cut', 'error', 'busy'] as const)(
    'an answer that is %s is asked for again, and is one payment',
    async (fault) => {
      const before = psp.shop.payments.size;
      psp.fail('create', fault);
      expect((await begin()).status).toBe('pending');
      expect(psp.shop.payments.size).toBe(before + 1);
    },
  );

  test('a provider that refuses is told apart from one that does not answer', async () => {
    psp.fail('create', 'refuse');
    const refused = await ask('POST', '/psp/intents', wanted());
    expect(refused.json()).toMatchObject({ status: 502, code: 'payments.provider_refused' });
    psp.fail('create', 'error', 3);
    const silent = await ask('POST', '/psp/intents', wanted());
    expect(silent.json()).toMatchObject({ status: 503, code: 'payments.provider_unavailable' });
  });

  test('a payment belongs to its device: to no other of the shop, and to none of another organisation', async () => {
    const { id } = await begin();
    const refunding = { refundId: server.newId(), reason: 'not_served' };
    for (const place of [shop, await addOrganization(server)]) {
      const { headers } = await enrolledDevice(server, place, { mode: 'kiosk' });
      for (const reply of [
        await ask('GET', `/psp/intents/${id}`, undefined, headers),
        await ask('POST', `/psp/intents/${id}/claim`, undefined, headers),
        await ask('POST', `/psp/intents/${id}/cancel`, undefined, headers),
        await ask('POST', `/psp/intents/${id}/refund`, refunding, headers),
      ]) {
        expect(reply.json()).toMatchObject({ status: 404, code: 'payments.not_found' });
      }
    }
    expect(await eventsOf(id)).toEqual(['asked', 'pending']);
    expect((await server.app.inject({ url: `/psp/intents/${id}` })).statusCode).toBe(401);
  });
});

describe('notifications', () => {
  test('AK-15 webhook confirms, after the payment was read again', async () => {
    const { id, providerId } = await paid();
    expect((await notify(providerId)).statusCode).toBe(200);
    pass(1);
    expect(await get(id)).toMatchObject({
      status: 'succeeded',
      isClaimed: false,
      isLate: false,
      succeededAt: time - 1,
    });
    expect(await eventsOf(id)).toEqual(['asked', 'pending', 'payment.succeeded', 'succeeded']);
  });

  test('AK-16 duplicate webhook: three times 200, one success', async () => {
    const { id, providerId } = await paid();
    const replies = await Promise.all([notify(providerId), notify(providerId), notify(providerId)]);
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect((await eventsOf(id)).filter((event) => event === 'succeeded')).toHaveLength(1);
    const metrics = (await server.app.inject({ url: '/metrics' })).body;
    expect(
      Number(/payments_webhook_received_total\{status="accepted"\} (\d+)/.exec(metrics)?.[1]),
    ).toBeGreaterThanOrEqual(3);
  });

  test('AK-17 forged webhook: a foreign address changes nothing and alerts', async () => {
    const { id, providerId } = await paid();
    const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
      notify(providerId, 'payment.succeeded', { remoteAddress, headers });
    expect((await from(STRANGER)).json()).toMatchObject({ status: 403, code: 'payments.webhook_refused' });
    expect((await from(STRANGER, { 'x-forwarded-for': PROVIDER_IP })).statusCode).toBe(403);
    expect(await eventsOf(id)).toEqual(['asked', 'pending']);
    expect(await alerts(id)).toEqual(['payment.forged']);
    // Behind our own proxy the address is the one that the proxy saw, however much a client wrote before it.
    expect((await from('10.1.1.1', { 'x-forwarded-for': `${PROVIDER_IP}, ${STRANGER}` })).statusCode).toBe(403);
    expect((await from('10.1.1.1', { 'x-forwarded-for': PROVIDER_IP })).statusCode).toBe(200);
  });

  test('AK-17 from the provider’s address, but the payment is pending: it stays so', async () => {
    const { id } = await begin();
    expect((await notify(atProvider(id).id)).statusCode).toBe(200);
    pass(1);
    expect((await get(id)).status).toBe('pending');
  });

  test('AK-18 amount mismatch: failed, told to headquarters, never claimed, and what was taken goes back', async () => {
    const { id } = await begin();
    psp.shop.pay(atProvider(id).id, 480);
    await notify(atProvider(id).id);
    pass(1);
    expect(await get(id)).toMatchObject({ status: 'failed', failReason: 'amount_mismatch' });
    expect(await act(id, 'claim')).toMatchObject({ status: 'failed', isClaimed: false });
    expect(await alerts(id)).toEqual(['payment.mismatch']);
    await watch();
    expect([...psp.shop.refunds.values()].at(-1)).toMatchObject({ paymentId: atProvider(id).id, amountMinor: 480 });
  });

  test('AK-20 out of order: canceled after succeeded is not believed', async () => {
    const { id, providerId } = await paid();
    await notify(providerId, 'payment.succeeded');
    await notify(providerId, 'payment.canceled');
    await notify(providerId, 'payment.waiting_for_capture');
    pass(1);
    expect((await get(id)).status).toBe('succeeded');
  });

  test('what is no notification is 400; of a payment that is not ours it is 200 and nothing', async () => {
    const bad = await notify('x', 'y', { payload: { hello: 1 } });
    expect(bad.statusCode).toBe(400);
    expect((await notify('00000000-0000-4000-8000-000000000000')).statusCode).toBe(200);
  });

  test('a payment whose making was never answered is found by its notification', async () => {
    const request = wanted();
    psp.fail('create', 'error_after', 3);
    expect((await ask('POST', '/psp/intents', request)).statusCode).toBe(503);
    psp.shop.pay(atProvider(request.id).id);
    await notify(atProvider(request.id).id);
    pass(1);
    expect(await get(request.id)).toMatchObject({ status: 'succeeded', isLate: true });
  });
});

describe('money without a notification', () => {
  test('AK-22 lost webhook: whoever asks sees it, and so does the watch', async () => {
    const { id } = await paid();
    pass(2000);
    expect((await get(id)).status).toBe('succeeded');
    const unasked = await paid();
    pass(5000);
    await watch();
    expect(await eventsOf(unasked.id)).toContain('succeeded');
  });

  test('a provider that is silent for a while leaves a payment as it was, past its time too', async () => {
    const { id } = await paid();
    psp.fail('read', 'error', 2);
    pass(INTENT_TTL_MS);
    expect((await get(id)).status).toBe('pending');
    expect((await get(id)).status).toBe('pending');
    expect(await get(id)).toMatchObject({ status: 'succeeded' });
  });

  test('AK-19 late success: told to headquarters, and goes back by itself when no kiosk comes for it', async () => {
    const { id } = await begin();
    pass(INTENT_TTL_MS);
    expect((await get(id)).status).toBe('expired');
    psp.shop.pay(atProvider(id).id);
    pass(7 * MINUTE);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'succeeded', isLate: true, isClaimed: false });
    expect(await alerts(id)).toEqual(['payment.late']);
    pass(30 * MINUTE);
    await watch(2);
    expect(await get(id)).toMatchObject({ status: 'refunded', refundedAt: time });
    expect(atProvider(id).refundedMinor).toBe(48_000);
    expect(await alerts(id)).toContain('payment.unclaimed');
    // A kiosk that wakes up now gets nothing to serve for.
    expect(await act(id, 'claim')).toMatchObject({ status: 'refunded', isClaimed: false });
  });

  test('an unpaid payment ends with the provider’s word, and is looked at no more', async () => {
    const { id } = await begin();
    pass(INTENT_TTL_MS);
    await watch();
    pass(60 * MINUTE);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'expired', isFinal: true, failReason: 'expired_on_confirmation' });
    const { read } = psp.asked;
    pass(60 * MINUTE);
    await watch();
    expect(psp.asked.read).toBe(read);
  });

  test('a bank that declines ends it at once', async () => {
    const { id } = await begin();
    psp.shop.decline(atProvider(id).id, 'insufficient_funds');
    pass(2000);
    expect(await get(id)).toMatchObject({ status: 'failed', failReason: 'insufficient_funds', isFinal: true });
  });
});

describe('what a device does', () => {
  test('AK-21 cancel race: the money was faster', async () => {
    const { id } = await paid();
    expect(await act(id, 'cancel')).toMatchObject({ status: 'succeeded' });
    const unpaid = await begin();
    expect((await act(unpaid.id, 'cancel')).status).toBe('cancelled');
    expect((await act(unpaid.id, 'cancel')).status).toBe('cancelled');
  });

  test('claimed money goes back only when it is asked for, and once', async () => {
    const { id } = await paid();
    pass(2000);
    expect((await refund(id, server.newId())).json()).toMatchObject({
      status: 409,
      code: 'payments.illegal_transition',
    });
    await get(id);
    expect((await refund(id, server.newId())).statusCode).toBe(409);
    expect(await act(id, 'claim')).toMatchObject({ status: 'succeeded', isClaimed: true });
    pass(24 * 60 * MINUTE);
    await watch();
    expect(atProvider(id).refundedMinor).toBe(0);
    const refundId = server.newId();
    const replies = await Promise.all([refund(id, refundId), refund(id, refundId)]);
    for (const reply of replies) expect(reply.json()).toMatchObject({ status: expect.stringMatching(/^refund/) });
    expect((await refund(id, refundId)).json()).toMatchObject({ status: 'refunded' });
    expect(atProvider(id).refundedMinor).toBe(48_000);
  });

  test.each(['error_after', 'cut', 'error'] as const)('a refund whose answer is %s is made once', async (fault) => {
    const { id } = await paid();
    await act(id, 'cancel');
    await act(id, 'claim');
    psp.fail('refund', fault);
    expect((await refund(id, server.newId())).json()).toMatchObject({ status: 'refunding' });
    // Past the day that the provider remembers keys for.
    pass(25 * 60 * MINUTE);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'refunded' });
    expect(atProvider(id).refundedMinor).toBe(48_000);
  });

  test('a refund that the provider refuses is told to headquarters and tried again', async () => {
    const { id } = await paid();
    await act(id, 'cancel');
    await act(id, 'claim');
    psp.behave({ refunds: 'canceled' });
    expect((await refund(id, server.newId())).json()).toMatchObject({ status: 'refunding' });
    expect(await alerts(id)).toEqual(['payment.refund_failed']);
    const { refund: asked } = psp.asked;
    await refund(id, server.newId());
    expect(psp.asked.refund).toBe(asked);
    psp.behave({ refunds: 'succeeded' });
    pass(10 * MINUTE);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'refunded' });
  });

  test('a refund that is under way at the provider is waited for', async () => {
    const { id } = await paid();
    await act(id, 'cancel');
    await act(id, 'claim');
    psp.behave({ refunds: 'pending' });
    expect((await refund(id, server.newId())).json()).toMatchObject({ status: 'refunding' });
    for (let nth = 0; nth < 3; nth += 1) {
      pass(5000);
      await refund(id, server.newId());
    }
    expect((await eventsOf(id)).filter((event) => event === 'refund_pending')).toHaveLength(1);
    const [last] = [...psp.shop.refunds.values()].slice(-1);
    if (last) last.status = 'succeeded';
    pass(5000);
    await watch();
    expect(await get(id)).toMatchObject({ status: 'refunded' });
    expect([...psp.shop.refunds.values()].filter(({ paymentId }) => paymentId === atProvider(id).id)).toHaveLength(1);
  });

  test('what was given back in the provider’s office is noticed', async () => {
    const { id, providerId } = await paid();
    await notify(providerId);
    await act(id, 'claim');
    psp.shop.giveBack(providerId, 48_000, 'succeeded');
    await notify(providerId, 'refund.succeeded');
    expect(await get(id)).toMatchObject({ status: 'refunded' });
    expect(await alerts(id)).toEqual(['payment.refunded_outside']);
  });
});

test('every act is in the audit, whose chain is whole', async () => {
  const { id } = await paid();
  await act(id, 'cancel');
  await act(id, 'claim');
  await refund(id, server.newId());
  const { rows } = await server.db.execute<{ event: string }>(
    `SELECT event FROM audit_log WHERE entity_type = 'payment' AND entity_id = '${id}' ORDER BY seq`,
  );
  expect(rows.map(({ event }) => event)).toEqual([
    'PAYMENT_INTENT_CREATED',
    'PAYMENT_SUCCEEDED',
    'PAYMENT_REFUND_REQUESTED',
    'PAYMENT_REFUNDED',
  ]);
  expect(await findAuditBreak(server.db, shop)).toBeUndefined();
});

test('a server without a provider takes no payments, and says so', async () => {
  const poor = await createTestApp();
  const device = await enrolledDevice(poor, await addOrganization(poor), { mode: 'kiosk' });
  const reply = await poor.app.inject({
    method: 'POST',
    url: '/psp/intents',
    headers: device.headers,
    payload: wanted(),
  });
  expect(reply.json()).toMatchObject({ status: 503, code: 'payments.provider_unavailable' });
  await poor.close();
});

test('a wrong key of the shop is a refusal that names neither', async () => {
  const signal = new AbortController().signal;
  const stranger = createYooKassa({
    apiUrl: psp.apiUrl,
    shopId: '1',
    secretKey: 'no-such',
    returnUrl: 'https://a.b',
    signal,
  });
  const fault = await stranger.read('x').catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(ProviderFault);
  expect(fault).toMatchObject({ kind: 'refused', code: 'invalid_credentials' });
  expect(JSON.stringify(fault)).not.toContain('no-such');
});
