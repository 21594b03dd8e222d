import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '#node/sha256.ts';
import { HqSyncCases, HqSyncDevices } from '#shared/hq/sync.api.ts';
import { encodeHlc } from '#shared/kernel/clock.ts';
import type { Backlog } from '#shared/sync/backlog.schema.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import { PROTOCOL, SCHEMA } from '#shared/sync/protocol.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';

let server: TestApp;
let organization: TestOrganization;
let hq: Awaited<ReturnType<typeof sessionOf>>;
let till: Awaited<ReturnType<typeof enrolledDevice>>;

beforeAll(async () => {
  server = await createTestApp();
}, 60_000);
afterAll(() => server.close());
beforeEach(async () => {
  organization = await addOrganization(server);
  hq = await sessionOf(server, organization, ['hq_admin']);
  till = await enrolledDevice(server, organization);
});

const send = (
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
  { headers }: { readonly headers: Record<string, string> } = hq,
) => server.app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
const envelope = () => ({
  proto: PROTOCOL,
  schema: SCHEMA,
  writer: { deviceId: till.deviceId, incarnation: 1 },
});
const pull = (backlog?: Backlog) =>
  send('POST', '/sync/pull', { ...envelope(), cursors: {}, ...(backlog === undefined ? {} : { backlog }) }, till);
const push = (bodies: readonly { readonly name: string; readonly args: unknown }[], sentAt = server.clock.now) =>
  send(
    'POST',
    '/sync/push',
    {
      ...envelope(),
      sentAt,
      nextTicket: 't',
      answeredMid: 0,
      mutations: bodies.map((body, index) => {
        const stamped = { mid: index + 1, ...body, schema: SCHEMA, hlc: encodeHlc({ ms: sentAt, count: 1 }) };
        return { ...stamped, base: {}, h: mutationHash(sha256, stamped) };
      }),
    },
    till,
  );
const devices = async () => HqSyncDevices.parse((await send('GET', '/hq/sync/devices')).json()).devices;
const cases = async (query = '') => HqSyncCases.parse((await send('GET', `/hq/sync/cases?${query}`)).json());
const settle = (id: string, note = 'позвонили на точку', by = hq) =>
  send('POST', `/hq/sync/cases/${id}/settle`, { note }, by);
const openCount = async () => (await send('GET', '/hq/summary')).json().syncCases as number;

/** Two that cannot be taken, and money for an order that nobody knows. */
const TROUBLE = () => [
  { name: 'order.advance', args: { id: server.newId(), to: 'cancelled' } },
  { name: 'order.place', args: { passport: '4510 123456' } },
  {
    name: 'payment.settle',
    args: {
      payments: [
        {
          id: server.newId(),
          orderId: server.newId(),
          shopId: organization.shopId,
          deviceId: till.deviceId,
          kind: 'payment',
          method: 'cash',
          provider: 'cashdesk',
          amountMinor: 50_000,
          currency: 'RUB',
          confirmedAt: server.clock.now,
        },
      ],
    },
  },
];

describe('a device', () => {
  test('tells with its pull what it still holds, and headquarters see it with its clock and its place in line', async () => {
    expect((await devices())[0]).not.toHaveProperty('backlog');
    const backlog = { pending: 12, oldestAt: server.clock.now - 3_600_000, refused: 1, blobs: 2 };
    expect((await pull(backlog)).statusCode).toBe(200);
    await push([{ name: 'order.advance', args: { id: server.newId(), to: 'cancelled' } }], server.clock.now - 90_000);
    expect(await devices()).toMatchObject([
      {
        id: till.deviceId,
        status: 'active',
        online: true,
        incarnation: 1,
        lastMid: 1,
        clockSkewMs: 90_000,
        backlog: { ...backlog, reportedAt: server.clock.now },
      },
    ]);
  });

  test('that has nothing new to say is written down at most once in twenty seconds', async () => {
    const from = server.clock.now;
    await pull({ pending: 0, refused: 0 });
    server.clock.now += 5000;
    await pull({ pending: 0, refused: 0 });
    expect((await devices())[0]?.backlog?.reportedAt).toBe(from);
    await pull({ pending: 1, refused: 0, oldestAt: from });
    expect((await devices())[0]?.backlog).toEqual({ pending: 1, refused: 0, oldestAt: from, reportedAt: from + 5000 });
    server.clock.now += 20_000;
    await pull({ pending: 1, refused: 0, oldestAt: from });
    expect((await devices())[0]?.backlog?.reportedAt).toBe(from + 25_000);
    // A program that says nothing leaves what was known.
    await pull();
    expect((await devices())[0]?.backlog?.pending).toBe(1);
  });

  test('of another organisation is not there', async () => {
    const stranger = await sessionOf(server, await addOrganization(server), ['hq_admin']);
    expect((await send('GET', '/hq/sync/devices', undefined, stranger)).json().devices).toEqual([]);
  });
});

describe('what was not taken', () => {
  test('is listed with its reason and its body; a contradicted fact with what the server knew', async () => {
    await push(TROUBLE());
    const found = (await cases()).cases;
    expect(found.map(({ kind, mid }) => `${mid} ${kind}`).toSorted((a, b) => a.localeCompare(b))).toEqual([
      '1 refused',
      '2 refused',
      '3 anomaly',
    ]);
    expect(found.find(({ mid }) => mid === 1)).toMatchObject({
      deviceName: 'Касса 1',
      code: 'orders.not_found',
      change: { name: 'order.advance', fact: false, to: 'cancelled' },
    });
    expect(found.find(({ mid }) => mid === 2)).toMatchObject({ code: 'app.bad_input', body: '{"passport":"***"}' });
    expect(found.find(({ mid }) => mid === 3)).toMatchObject({
      anomaly: 'payment_without_order',
      change: { name: 'payment.settle', fact: true, orderId: expect.any(String) },
      details: { paymentIds: [expect.any(String)] },
    });
    expect(await openCount()).toBe(3);
  });

  test('is repeated to a device that asks again, and stands there once', async () => {
    const bodies = TROUBLE();
    await push(bodies);
    await push(bodies);
    expect((await cases()).cases).toHaveLength(3);
  });

  test('comes by pages, of one kind or one device', async () => {
    await push(TROUBLE());
    const first = await cases('limit=2');
    const last = await cases(`limit=2&cursor=${first.next}`);
    const ids = [...first.cases, ...last.cases].map(({ id }) => id);
    expect([new Set(ids).size, last.next]).toEqual([3, undefined]);
    expect((await cases('kind=anomaly')).cases.map(({ mid }) => mid)).toEqual([3]);
    expect((await cases(`deviceId=${server.newId()}`)).cases).toEqual([]);
    expect((await cases(`deviceId=${till.deviceId}`)).cases).toHaveLength(3);
  });

  test('is settled by a person with a note, once, and that is in the audit', async () => {
    await push(TROUBLE());
    const [one] = (await cases('kind=anomaly')).cases;
    expect((await settle(one?.id ?? '', 'ок')).statusCode).toBe(400);
    expect((await settle(one?.id ?? '')).statusCode).toBe(204);
    const other = await sessionOf(server, organization, ['hq_admin']);
    expect((await settle(one?.id ?? '', 'и я тоже', other)).statusCode).toBe(204);
    expect((await cases()).cases.map(({ kind }) => kind)).toEqual(['refused', 'refused']);
    expect((await cases('state=settled')).cases).toMatchObject([
      { id: one?.id, settled: { by: 'Анна Смирнова', note: 'позвонили на точку', at: server.clock.now } },
    ]);
    expect(await openCount()).toBe(2);
    const acts = (await server.db.select().from(auditLog)).filter(
      ({ event, organizationId }) => event === 'SYNC_CASE_SETTLED' && organizationId === organization.organizationId,
    );
    expect(acts).toMatchObject([
      { actorId: hq.userId, entityId: one?.id, details: { kind: 'anomaly', deviceId: till.deviceId, mid: 3 } },
    ]);
  });

  test('of another organisation is not there', async () => {
    await push(TROUBLE());
    const [one] = (await cases()).cases;
    const stranger = await sessionOf(server, await addOrganization(server), ['hq_admin']);
    expect((await send('GET', '/hq/sync/cases', undefined, stranger)).json()).toEqual({ cases: [] });
    expect((await settle(one?.id ?? '', 'чужое', stranger)).json()).toMatchObject({ code: 'app.not_found' });
    expect(await openCount()).toBe(3);
  });

  test.each(['manager', 'partner', 'cashier'] as const)('is not for a %s', async (role) => {
    const person = await sessionOf(server, organization, [role]);
    for (const path of ['/hq/sync/devices', '/hq/sync/cases', '/hq/sync/conflicts']) {
      expect((await send('GET', path, undefined, person)).statusCode).toBe(403);
    }
    expect((await settle(server.newId(), 'не моё дело', person)).statusCode).toBe(403);
  });
});
