import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sha256 } from '#node/sha256.ts';
import { HqFieldConflicts, HqSyncCases } from '#shared/hq/sync.api.ts';
import { encodeHlc } from '#shared/kernel/clock.ts';
import { mutationHash } from '#shared/sync/digest.ts';
import { type LetterRead, PROTOCOL, SCHEMA } from '#shared/sync/protocol.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { createSyncRetention } from './sync.retention.ts';

const DAY = 24 * 3_600_000;
type Device = Awaited<ReturnType<typeof enrolledDevice>>;

let server: TestApp;
let organization: TestOrganization;
let hq: Awaited<ReturnType<typeof sessionOf>>;
let anna: Device;
let boris: Device;
let clientId: string;
/** The last number of each device. */
let mids: Map<string, number>;

beforeAll(async () => {
  server = await createTestApp();
}, 60_000);
afterAll(() => server.close());
beforeEach(async () => {
  organization = await addOrganization(server);
  hq = await sessionOf(server, organization, ['hq_admin']);
  anna = await enrolledDevice(server, organization, { mode: 'manager' });
  boris = await enrolledDevice(server, organization, { mode: 'manager' });
  clientId = server.newId();
  mids = new Map();
});

const get = async (url: string, { headers } = hq) => (await server.app.inject({ method: 'GET', url, headers })).json();
const envelope = ({ deviceId }: Device) => ({ proto: PROTOCOL, schema: SCHEMA, writer: { deviceId, incarnation: 1 } });
async function push(by: Device, name: string, args: object, base: Record<string, number> = {}) {
  const mid = (mids.get(by.deviceId) ?? 0) + 1;
  mids.set(by.deviceId, mid);
  const stamped = { mid, name, args, schema: SCHEMA, hlc: encodeHlc({ ms: server.clock.now, count: 0 }) };
  const mutations = [{ ...stamped, base, h: mutationHash(sha256, stamped) }];
  const payload = { ...envelope(by), sentAt: server.clock.now, nextTicket: 't', answeredMid: 0, mutations };
  const reply = await server.app.inject({ method: 'POST', url: '/sync/push', headers: by.headers, payload });
  return reply.json().outcomes[0];
}
const tell = (by: Device, reads: readonly LetterRead[]) =>
  server.app.inject({
    method: 'POST',
    url: '/sync/pull',
    headers: by.headers,
    payload: { ...envelope(by), cursors: {}, reads },
  });
const patch = (by: Device, phone: string) =>
  push(by, 'client.patch', { id: clientId, set: { phone }, by: phone }, { [`client:${clientId}`]: 1 });

async function disagree() {
  const { now } = server.clock;
  const client = {
    id: clientId,
    shopId: organization.shopId,
    name: 'Клиент',
    phone: '+79000000000',
    phones: [],
    tags: [],
    createdAt: now,
    updatedAt: now,
    status: 'new',
  };
  expect(await push(anna, 'client.create', { client })).toMatchObject({ status: 'applied' });
  server.clock.now += 1000;
  await patch(anna, '+79001111111');
  server.clock.now += 1000;
  await patch(boris, '+79002222222');
}

const conflicts = async (query = '') => HqFieldConflicts.parse(await get(`/hq/sync/conflicts?${query}`)).conflicts;
const historyCount = async () => {
  const { rows } = await server.db.execute<{ count: number }>(
    sql`SELECT count(*)::int AS count FROM field_history WHERE entity_id = ${clientId}`,
  );
  return rows[0]?.count;
};

test('I10 headquarters see two edits of one field, and every value that it has had', async () => {
  await disagree();
  expect(await conflicts()).toMatchObject([
    {
      entityType: 'client',
      entityId: clientId,
      name: 'Клиент',
      field: 'phone',
      kept: { value: '+79002222222', by: '+79002222222', deviceName: 'Касса 1' },
      history: [
        { value: '+79001111111', isOther: true, deviceName: 'Касса 1' },
        { value: '+79000000000', isOther: false },
      ],
    },
  ]);
  expect(await conflicts('state=settled')).toEqual([]);
});

test('a conflict that a manager has settled is among the settled ones, with who chose', async () => {
  await disagree();
  const choose = { deviceId: anna.deviceId, incarnation: 1, mid: 2 };
  await push(boris, 'client.resolve_conflict', { id: clientId, field: 'phone', choose, by: 'Вера' });
  expect(await conflicts()).toEqual([]);
  expect(await conflicts('state=settled')).toMatchObject([
    { kept: { value: '+79001111111' }, resolved: { by: 'Вера', at: server.clock.now } },
  ]);
});

test('conflicts come by pages, and those of another organisation are not there', async () => {
  await disagree();
  await push(anna, 'client.patch', { id: clientId, set: { comment: 'а' } }, { [`client:${clientId}`]: 1 });
  server.clock.now += 1000;
  await push(boris, 'client.patch', { id: clientId, set: { comment: 'б' } }, { [`client:${clientId}`]: 1 });
  const first = HqFieldConflicts.parse(await get('/hq/sync/conflicts?limit=1'));
  const last = HqFieldConflicts.parse(await get(`/hq/sync/conflicts?limit=1&cursor=${first.next}`));
  expect([...first.conflicts, ...last.conflicts].map(({ field }) => field)).toEqual(['comment', 'phone']);
  expect(last.next).toBeUndefined();
  const stranger = await sessionOf(server, await addOrganization(server), ['hq_admin']);
  expect(await get('/hq/sync/conflicts', stranger)).toEqual({ conflicts: [] });
});

const refuse = () => push(anna, 'client.patch', { id: clientId, set: { phone: '+79003333333' } });
const cases = async (query = '') => HqSyncCases.parse(await get(`/hq/sync/cases?${query}`)).cases;

test('who read an answer at the device, when, and whether he asked again is told with a pull, once, and audited', async () => {
  await refuse();
  const read = { incarnation: 1, mid: 1, at: server.clock.now - 60_000, by: 'Иванов И.', isRetried: false };
  expect((await tell(anna, [read, { ...read, mid: 77 }])).statusCode).toBe(200);
  await tell(anna, [{ ...read, by: 'Петров П.' }]);
  expect(await cases()).toMatchObject([{ mid: 1, read: { at: read.at, by: 'Иванов И.', isRetried: false } }]);
  const acts = (await server.db.select().from(auditLog)).filter(({ actorId }) => actorId === anna.deviceId);
  expect(acts.map(({ event, entityId }) => [event, entityId])).toEqual(
    expect.arrayContaining([['SYNC_LETTER_READ', '1.1']]),
  );
  expect(acts.filter(({ event }) => event === 'SYNC_LETTER_READ')).toHaveLength(1);
});

test('a device cannot say of another that its answer was read', async () => {
  await refuse();
  await tell(boris, [{ incarnation: 1, mid: 1, at: server.clock.now, by: 'Чужой', isRetried: false }]);
  expect((await cases())[0]).not.toHaveProperty('read');
});

test('a settled case goes after its days, with all that was said of it; an open one never does', async () => {
  await refuse();
  await refuse();
  await tell(anna, [{ incarnation: 1, mid: 1, at: server.clock.now, by: 'Иванов И.', isRetried: false }]);
  const settled = (await cases()).find(({ mid }) => mid === 1);
  const url = `/hq/sync/cases/${settled?.id}/settle`;
  await server.app.inject({ method: 'POST', url, headers: hq.headers, payload: { note: 'позвонили' } });
  const settledAt = server.clock.now;
  const prune = (days: number) =>
    createSyncRetention({ db: server.db, now: () => settledAt + days * DAY + 1 }, { cases: 365 }).prune();
  const left = async () => {
    const { rows } = await server.db.execute<{ count: number }>(sql`
      SELECT (SELECT count(*) FROM sync_verdicts WHERE case_id = ${settled?.id ?? ''})
        + (SELECT count(*) FROM sync_letter_reads WHERE device_id = ${anna.deviceId})
        + (SELECT count(*) FROM sync_dead_letters WHERE device_id = ${anna.deviceId}) AS count`);
    return Number(rows[0]?.count);
  };
  await prune(364);
  expect(await left()).toBe(4);
  await prune(365);
  expect(await left()).toBe(1);
  expect((await cases()).map(({ mid }) => mid)).toEqual([2]);
});

test('values that lost stay as long as their row, or as many days as was said', async () => {
  await disagree();
  const at = server.clock.now + 100 * DAY;
  const prune = (history?: number) =>
    createSyncRetention({ db: server.db, now: () => at }, { cases: 365, history }).prune();
  await prune();
  await prune(101);
  expect(await historyCount()).toBe(2);
  await prune(90);
  expect(await historyCount()).toBe(0);
  // What is in the conflict itself is still shown.
  expect(await conflicts()).toMatchObject([{ history: [{ value: '+79001111111', isOther: true }] }]);
});
