import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HqDevices, HqKiosk, HqOrders, HqReceipts, HqShops, HqSummary } from '#shared/hq/hq.api.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import {
  addDevice,
  addOrganization,
  agentOf,
  createTestApp,
  enrol,
  enrolledDevice,
  sessionOf,
  type TestApp,
} from '../../testing/test-app.ts';
import { type At, order, payment, put, record, refund } from '../../testing/test-rows.ts';
import { devices } from '../devices/devices.tables.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let server: TestApp;
let at: At;
let headers: Record<string, string>;
let baseUrl: string;
beforeAll(async () => {
  server = await createTestApp();
  baseUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(async () => {
  const organization = await addOrganization(server);
  at = { ...organization, deviceId: await addDevice(server, organization) };
  ({ headers } = await sessionOf(server, organization, ['hq_admin']));
});

const read = async (url: string) => (await server.app.inject({ url, headers })).json();
const post = (url: string, payload: object = {}) => server.app.inject({ method: 'POST', url, headers, payload });

test('an order comes with its money, its receipts, its names and when the server learnt of it', async () => {
  const sold = order(server, at, { createdAt: server.clock.now - 20 * 60_000 });
  const paid = payment(server, sold);
  const printed = record(server, sold);
  const returned = refund(server, sold, { reason: 'defective', comment: 'Течёт' });
  await put(server, at, {
    orders: [sold, order(server, at)],
    payments: [paid],
    records: [printed],
    refunds: [returned],
  });
  const { orders } = HqOrders.parse(await read('/hq/orders'));
  expect(orders[1]).toEqual({
    order: sold,
    shopName: 'Лесная',
    deviceName: 'Касса 1',
    payments: [paid],
    receipts: [printed],
    refunds: [returned],
    receivedAt: server.clock.now,
  });
});

test('pages join without a gap or a repeat, also where orders share a millisecond', async () => {
  const all = Array.from({ length: 7 }, (_, nth) => order(server, at, { createdAt: server.clock.now - (nth >> 1) }));
  await put(server, at, { orders: all });
  const seen: string[] = [];
  let cursor = '';
  for (let page = 0; page < 4; page += 1) {
    const { orders, next } = HqOrders.parse(await read(`/hq/orders?limit=2${cursor}`));
    seen.push(...orders.map((one) => one.order.id));
    cursor = `&cursor=${next}`;
    expect(next === undefined).toBe(page === 3);
  }
  expect(seen.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
});

test('orders are found by status, shop, and what people say of them', async () => {
  const one = order(server, at, { number: 'K-0777', customer: { name: 'Иван Петров', email: 'ivan@mail.example' } });
  const two = order(server, at, { number: 'C_100%', status: 'cancelled' });
  await put(server, at, { orders: [one, two] });
  const find = async (query: string) =>
    HqOrders.parse(await read(`/hq/orders?${query}`)).orders.map((found) => found.order.number);
  expect(await find('status=cancelled')).toEqual(['C_100%']);
  expect(await find(`shopId=${at.shopId}&q=0777`)).toEqual(['K-0777']);
  expect(await find(`shopId=${server.newId()}`)).toEqual([]);
  expect(await find(`q=${encodeURIComponent('петров')}`)).toEqual(['K-0777']);
  expect(await find('q=IVAN@')).toEqual(['K-0777']);
  expect(await find(`q=${encodeURIComponent('_100%')}`)).toEqual(['C_100%']);
  expect(await find(`q=${encodeURIComponent('%')}`)).toEqual(['C_100%']);
});

test('receipts are newest first, by pages', async () => {
  const sold = order(server, at);
  const records = [0, 1, 2].map((nth) => record(server, sold, { updatedAt: server.clock.now + nth }));
  await put(server, at, { orders: [sold], records });
  const first = HqReceipts.parse(await read('/hq/receipts?limit=2'));
  expect(first.receipts.map((one) => one.record.id)).toEqual([records[2]?.id, records[1]?.id]);
  const last = HqReceipts.parse(await read(`/hq/receipts?limit=2&cursor=${first.next}`));
  expect(last).toMatchObject({ receipts: [{ record: { id: records[0]?.id }, shopName: 'Лесная' }] });
  expect(last.next).toBeUndefined();
});

test('the summary counts by the days of the organisation', async () => {
  // Noon of the 15th in UTC is 15:00 in Moscow, whose day began at 21:00 UTC of the 14th.
  const midnight = Date.UTC(2025, 9, 14, 21);
  const today = order(server, at, { createdAt: midnight, paidAt: midnight, totalMinor: 10_000 });
  const yesterday = order(server, at, { createdAt: midnight - 1, paidAt: midnight - 1, totalMinor: 20_000 });
  const nightly = order(server, at, { createdAt: midnight - 1, paidAt: midnight, totalMinor: 40_000 });
  const { paidAt: _, ...open } = order(server, at, { status: 'awaiting_payment' });
  const ancient = order(server, at, { createdAt: midnight - 13 * DAY - 1, paidAt: midnight - 13 * DAY - 1 });
  await put(server, at, {
    orders: [today, yesterday, nightly, open, ancient],
    payments: [
      ...[today, yesterday, nightly, ancient].map((one) => payment(server, one)),
      payment(server, nightly, { kind: 'refund', amountMinor: 15_000 }),
    ],
    records: [
      record(server, today),
      record(server, yesterday),
      record(server, nightly, { status: 'unknown' }),
      record(server, today, { type: 'open_shift' }),
    ],
  });
  const summary = HqSummary.parse(await read('/hq/summary'));
  expect(summary).toMatchObject({
    ordersToday: 2,
    paidToday: 2,
    revenueTodayMinor: 35_000,
    receiptsToday: 1,
    unknownReceipts: 1,
    devicesOnline: 0,
    devicesTotal: 0,
  });
  expect(summary.days.map(({ day }) => day).slice(-2)).toEqual(['2025-10-14', '2025-10-15']);
  expect(summary.days.at(-1)).toEqual({ day: '2025-10-15', orders: 2, revenueMinor: 35_000 });
  expect(summary.days.at(-2)).toEqual({ day: '2025-10-14', orders: 1, revenueMinor: 20_000 });
  expect(summary.days[0]).toEqual({ day: '2025-10-02', orders: 0, revenueMinor: 0 });
});

test('a task in doubt counts once, however many tell of it', async () => {
  const agent = await agentOf(server, at, 'fd-1');
  const taskId = server.newId();
  await server.app.inject({
    method: 'POST',
    url: '/fiscal-tasks',
    headers: agent.headers,
    payload: { taskId, type: 'open_shift', fiscalDeviceId: 'fd-1', operator: { name: 'Иванов И.' } },
  });
  await server.app.inject({ url: '/fiscal-tasks/next?fiscalDeviceId=fd-1&wait=0', headers: agent.headers });
  await server.app.inject({
    method: 'POST',
    url: `/fiscal-tasks/${taskId}/status`,
    headers: agent.headers,
    payload: { taskId, status: 'in_progress', uncertain: true },
  });
  expect(await read('/hq/summary')).toMatchObject({ unknownReceipts: 1, uncertainTasks: 1 });
  await put(server, at, { records: [record(server, order(server, at), { id: taskId, status: 'unknown' })] });
  expect(await read('/hq/summary')).toMatchObject({ unknownReceipts: 1, uncertainTasks: 1 });
});

test('a device is made, enrolled and seen, and goes offline after ninety seconds', async () => {
  const made = await post('/hq/devices', { name: ' Касса 7 ', mode: 'cashier', shopId: at.shopId });
  expect(made.statusCode).toBe(201);
  const { deviceId, code } = made.json<{ deviceId: string; code: string }>();
  const mine = async () => HqDevices.parse(await read('/hq/devices')).devices.find((one) => one.id === deviceId);
  expect(await mine()).toMatchObject({ name: 'Касса 7', shopName: 'Лесная', status: 'pending', online: false });
  await enrol(server, code);
  expect(await mine()).toMatchObject({
    status: 'active',
    online: true,
    appVersion: '0.1.0',
    platform: 'linux-x64',
    lastSeenAt: server.clock.now,
    lastMid: 0,
  });
  expect(await read('/hq/summary')).toMatchObject({ devicesOnline: 1, devicesTotal: 1 });
  server.clock.now += 90_001;
  expect(await mine()).toMatchObject({ online: false });
  await post(`/hq/devices/${deviceId}/revoke`);
  expect(await mine()).toMatchObject({ status: 'revoked', online: false });
});

test('a fleet comes in pages without a gap or a repeat, and is found by what is asked of it', async () => {
  const make = (name: string, status: 'pending' | 'active' | 'revoked', ago: number | null, mode: Mode = 'kiosk') =>
    server.db.insert(devices).values({
      id: server.newId(),
      organizationId: at.organizationId,
      shopId: at.shopId,
      name,
      mode,
      status,
      lastSeenAt: ago === null ? null : server.clock.now - ago,
      createdAt: server.clock.now,
    });
  await make('Киоск 2%', 'active', 1000);
  await make('Киоск 2', 'active', 90_001);
  await make('Киоск 2', 'active', null);
  await make('Касса', 'pending', null, 'cashier');
  await make('Старый', 'revoked', 5000);
  const list = async (query: string) => HqDevices.parse(await read(`/hq/devices?${query}`));
  const names = async (query: string) => (await list(query)).devices.map(({ name }) => name);
  const whole = (await list('')).devices.map(({ id }) => id);
  expect(whole).toHaveLength(6);
  const seen: string[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    const page: HqDevices = await list(`limit=2${next === '' ? '' : `&cursor=${next}`}`);
    seen.push(...page.devices.map(({ id }) => id));
    next = page.next;
  }
  expect(seen).toEqual(whole);
  expect(await names('look=online')).toEqual(['Киоск 2%']);
  expect(await names('look=away&mode=kiosk')).toEqual(['Киоск 2', 'Киоск 2']);
  expect(await names('look=pending')).toEqual(['Касса', 'Касса 1']);
  expect(await names('look=revoked')).toEqual(['Старый']);
  expect(await names(`q=${encodeURIComponent('киоск 2%')}`)).toEqual(['Киоск 2%']);
  expect(await names(`q=${encodeURIComponent('ЛЕСН')}&mode=cashier&look=pending`)).toEqual(['Касса', 'Касса 1']);
  expect(await names(`shopId=${server.newId()}`)).toEqual([]);
  expect(await read('/hq/devices?cursor=eyJ4IjoxfQ')).toMatchObject({ code: 'app.bad_input' });
});

test('what is wrong with a kiosk stands in the fleet and on its card, until somebody clears it', async () => {
  const kiosk = await enrolledDevice(server, at, { mode: 'kiosk' });
  const stranger = await addOrganization(server);
  const { headers: theirs } = await sessionOf(server, stranger, ['hq_admin']);
  const faulty = async () => HqDevices.parse(await read('/hq/devices?look=faulty')).devices;
  expect(await faulty()).toEqual([]);
  expect(await read(`/hq/kiosks/${kiosk.deviceId}`)).toMatchObject({ status: 'active', errors: [] });
  await server.app.inject({
    method: 'POST',
    url: `/kiosk/${kiosk.deviceId}/errors`,
    headers: kiosk.headers,
    payload: { code: 'B2', message: 'Paper jam detected' },
  });
  expect(await faulty()).toMatchObject([{ id: kiosk.deviceId, kiosk: { status: 'error', lastErrorCode: 'B2' } }]);
  const card = HqKiosk.parse(await read(`/hq/kiosks/${kiosk.deviceId}`));
  expect(card.errors).toMatchObject([{ code: 'B2', message: 'Paper jam detected', clearedAt: null }]);
  expect(card.balance.all).toEqual({ codes: 0, amountMinor: 0 });
  const foreign = await server.app.inject({ url: `/hq/kiosks/${kiosk.deviceId}`, headers: theirs });
  expect(foreign.json()).toMatchObject({ status: 404, code: 'kiosks.not_found' });
  // A till is no kiosk.
  expect(await read(`/hq/kiosks/${at.deviceId}`)).toMatchObject({ status: 404 });
});

test('a device is not made in a shop of somebody else', async () => {
  const { shopId } = await addOrganization(server);
  const refused = await post('/hq/devices', { name: 'Касса', mode: 'kiosk', shopId });
  expect(refused.json()).toMatchObject({ status: 400, issues: [{ path: 'shopId' }] });
});

test('one organisation sees nothing of another, and cannot touch it', async () => {
  const other = await addOrganization(server);
  const theirs = { ...other, deviceId: await addDevice(server, other) };
  const sold = order(server, theirs);
  await put(server, theirs, {
    orders: [sold],
    payments: [payment(server, sold)],
    records: [record(server, sold, { status: 'unknown' })],
  });
  expect(await read('/hq/orders')).toEqual({ orders: [] });
  expect(await read('/hq/receipts')).toEqual({ receipts: [] });
  expect(await read('/hq/summary')).toMatchObject({
    ordersToday: 0,
    paidToday: 0,
    revenueTodayMinor: 0,
    unknownReceipts: 0,
  });
  expect(HqDevices.parse(await read('/hq/devices')).devices.map(({ id }) => id)).toEqual([at.deviceId]);
  expect(HqShops.parse(await read('/hq/shops')).shops.map(({ id }) => id)).toEqual([at.shopId]);
  for (const act of ['enrolment-code', 'revoke']) {
    expect((await post(`/hq/devices/${theirs.deviceId}/${act}`)).json()).toMatchObject({
      status: 404,
      code: 'app.not_found',
    });
  }
});

test('lists are read by their indexes', async () => {
  await server.db.execute(sql`ANALYZE entities`);
  const plan = (query: ReturnType<typeof sql>) =>
    server.db.transaction(async (tx) => {
      // A table of a few rows is read whole, whatever its indexes: this asks whether they could be used.
      await tx.execute(sql`SET LOCAL enable_seqscan = off`);
      await tx.execute(sql`SET LOCAL enable_sort = off`);
      return JSON.stringify((await tx.execute(sql`EXPLAIN ${query}`)).rows);
    });
  const { organizationId } = at;
  expect(
    await plan(sql`SELECT fields FROM entities WHERE organization_id = ${sql.raw(`'${organizationId}'`)} AND type = 'order'
      AND NOT deleted AND (((fields->>'createdAt')::bigint), id) < (1::bigint, 'x')
      ORDER BY ((fields->>'createdAt')::bigint) DESC, id DESC LIMIT 50`),
  ).toContain('entities_orders_by_time');
});

test('pages of the organisation hear what changed over a live connection, until they sign out', async () => {
  const connect = async (cookie: string) => {
    const socket = io(`${baseUrl}/hq`, { extraHeaders: { cookie }, transports: ['websocket'], reconnection: false });
    const heard: unknown[] = [];
    socket.on('changed', (told) => heard.push(told));
    const refused = once(socket as never, 'connect_error').then(([error]) => (error as Error).message);
    const told = await Promise.race([once(socket as never, 'connect').then(() => 'connected'), refused]);
    return { socket, heard, told };
  };
  const cookie = headers['cookie'] ?? '';
  const other = await sessionOf(server, await addOrganization(server), ['hq_admin']);
  const partner = await sessionOf(server, at, ['partner']);
  const mine = await connect(cookie);
  const theirs = await connect(other.headers['cookie'] ?? '');
  expect([mine.told, theirs.told]).toEqual(['connected', 'connected']);
  expect((await connect('prilavok_session=made-up')).told).toBe('auth.unauthorized');
  expect((await connect(partner.headers['cookie'] ?? '')).told).toBe('auth.forbidden');
  const changed = once(mine.socket as never, 'changed');
  await post('/hq/devices', { name: 'Касса', mode: 'kiosk', shopId: at.shopId });
  await changed;
  expect(mine.heard).toEqual([{ collections: ['devices'] }]);
  expect(theirs.heard).toEqual([]);
  const dropped = once(mine.socket as never, 'disconnect');
  await post('/auth/sign-out');
  await dropped;
  theirs.socket.close();
});

test('a revoked device is cut off from the live connection at once', async () => {
  const device = await enrolledDevice(server, at);
  const socket = io(`${baseUrl}/device`, {
    auth: { token: device.token },
    transports: ['websocket'],
    reconnection: false,
  });
  await once(socket as never, 'connect');
  const dropped = once(socket as never, 'disconnect');
  await post(`/hq/devices/${device.deviceId}/revoke`);
  await dropped;
});
