/** Payments are begun, and what the provider says of them is believed only after it was read. */
import { describe, expect, test } from 'vitest';
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import type { PspIntent } from '#shared/payments/psp.schema.ts';
import {
  act,
  alerts,
  ask,
  atProvider,
  begin,
  eventsOf,
  get,
  MINUTE,
  notify,
  PROVIDER_IP,
  paid,
  pass,
  psp,
  refund,
  STRANGER,
  server,
  shop,
  time,
  wanted,
  watch,
} from '#test/doubles/payments-world.ts';
import { findAuditBreak } from '../../auth/audit.repo.ts';
import { addOrganization, createTestApp, enrolledDevice } from '../../testing/test-app.ts';
import { ProviderFault } from './payment-provider.port.ts';
import { createYooKassa } from './yookassa.provider.ts';

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
