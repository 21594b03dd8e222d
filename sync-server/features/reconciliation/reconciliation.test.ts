import { afterAll, beforeAll, expect, test } from 'vitest';
import { HqReconciliation } from '#shared/hq/reconciliation.api.ts';
import { addDevice, addOrganization, createTestApp, sessionOf, T0, type TestApp } from '../../testing/test-app.ts';
import { type At, order, payment, put, record } from '../../testing/test-rows.ts';
import { pspPayments } from '../payments/payments.tables.ts';

let server: TestApp;
let at: At;
let headers: Record<string, string>;
beforeAll(async () => {
  server = await createTestApp();
  const organization = await addOrganization(server);
  at = { ...organization, deviceId: await addDevice(server, organization) };
  ({ headers } = await sessionOf(server, organization, ['hq_admin']));
});
afterAll(() => server.close());

const look = async (query = '') => (await server.app.inject({ url: `/hq/reconciliation${query}`, headers })).json();

test('a day of a shop has its sums, and each difference its order and its reason; the day before has none of it', async () => {
  const whole = order(server, at);
  const silent = order(server, at, { number: 'K-0002' });
  const bare = order(server, at, { number: 'K-0003' });
  const earlier = order(server, at, { number: 'K-0004' });
  await put(server, at, {
    orders: [whole, silent, bare, earlier],
    payments: [
      payment(server, whole),
      payment(server, bare),
      payment(server, earlier, { confirmedAt: T0 - 86_400_000 }),
    ],
    records: [record(server, whole)],
  });
  await server.db.insert(pspPayments).values({
    id: server.newId(),
    organizationId: at.organizationId,
    shopId: at.shopId,
    deviceId: at.deviceId,
    orderId: silent.id,
    status: 'succeeded',
    amountMinor: 30_000,
    currency: 'RUB',
    description: 'x',
    createdAt: T0,
    expiresAt: T0,
    succeededAt: T0,
    claimedAt: T0,
  });
  const { shops, day, today } = HqReconciliation.parse(await look());
  expect([day, today]).toEqual(['2025-10-15', '2025-10-15']);
  expect(shops[0]).toMatchObject({
    shopName: 'Лесная',
    receiptDifferenceMinor: -bare.totalMinor,
    providerDifferenceMinor: 30_000,
  });
  expect(shops[0]?.differences.map(({ cause, orderNumber }) => [cause, orderNumber]).toSorted()).toEqual([
    ['device_silent', 'K-0002'],
    ['no_receipt', 'K-0003'],
  ]);
  const before = HqReconciliation.parse(await look('?day=2025-10-14')).shops[0];
  expect(before?.differences.map(({ cause, orderNumber }) => [cause, orderNumber])).toEqual([['no_receipt', 'K-0004']]);
  expect(await look('?day=2025-02-30')).toMatchObject({ code: 'app.bad_input' });
});

test('another organisation has a day of its own', async () => {
  const stranger = await sessionOf(server, await addOrganization(server), ['hq_admin']);
  const reply = await server.app.inject({ url: '/hq/reconciliation', headers: stranger.headers });
  expect(HqReconciliation.parse(reply.json()).shops.flatMap(({ differences }) => differences)).toEqual([]);
});
