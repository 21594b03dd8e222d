import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { BLOB_FIELDS } from '#shared/blobs/blob-fields.ts';
import type { HqJobs } from '#shared/hq/jobs.api.ts';
import type { FreeCode, KioskError } from '#shared/kiosk/kiosk.schema.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { deviceScope } from '#shared/sync/scopes.ts';
import { auditLog } from '../auth/auth.tables.ts';
import type { BlobKey } from '../blobs/blob-store.port.ts';
import { createBlobsCollector } from '../blobs/blobs.collect.ts';
import { insertBlob } from '../blobs/blobs.repo.ts';
import { blobs } from '../blobs/blobs.tables.ts';
import { kioskCodes } from '../features/kiosk/kiosk.tables.ts';
import { syncDeadLetters } from '../sync/cases.tables.ts';
import { writeRows } from '../sync/rows.writer.ts';
import { anomalies } from '../sync/sync.tables.ts';
import { addDevice, addOrganization, createTestApp, sessionOf, T0, type TestApp } from '../testing/test-app.ts';
import { type At, order, payment, put, record } from '../testing/test-rows.ts';
import { previewCleanup, readCleanupCommand } from './cleanup.command.ts';
import { createCleanup } from './cleanup.service.ts';
import { createDaily, type JobMeter } from './daily.ts';
import { jobRuns } from './jobs.tables.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let server: TestApp;
let at: At;
beforeAll(async () => {
  server = await createTestApp();
});
beforeEach(async () => {
  server.clock.now = T0;
  const organization = await addOrganization(server);
  at = { ...organization, deviceId: await addDevice(server, organization, { mode: 'kiosk' }) };
});
afterAll(() => server.close());

const now = () => server.clock.now;
const announced: string[] = [];
const cleanup = () =>
  createCleanup({
    db: server.db,
    now,
    sync: { announce: (heads) => void announced.push(...Object.keys(heads)) },
    passportDays: 1095,
  });
/** One of several servers on one database. */
const instance = (run = cleanup().run) => {
  const ended: Parameters<JobMeter['ended']>[] = [];
  const meter: JobMeter = { ended: (...what) => void ended.push(what) };
  const log = server.app.log;
  return { ...createDaily({ db: server.db, now, cleanup: { run }, meter, log }), ended };
};
const runsOf = (of: At = at) =>
  server.db.select().from(jobRuns).where(eq(jobRuns.organizationId, of.organizationId)).orderBy(jobRuns.day);

const addImage = async (name: string, createdAt: number): Promise<string> => {
  const id = name.repeat(64).slice(0, 64);
  const file = { kind: 'photo', mediaType: 'image/jpeg', size: 3, state: 'durable', received: 3, parts: [] } as const;
  const { organizationId } = at;
  await insertBlob(server.db, { organizationId, id, ...file, createdAt, updatedAt: createdAt });
  return id;
};
const stateOf = async (id: string) => {
  const [row] = await server.db.select({ state: blobs.state }).from(blobs).where(eq(blobs.id, id));
  return row?.state;
};
const photoOrder = (age: number, change: Partial<Order> = {}): Order =>
  order(server, at, {
    createdAt: now() - age,
    printStatus: 'new',
    customer: { name: 'John Doe', email: 'john@example.com' },
    ...change,
  });
const rowOf = async (id: string) => {
  const { rows } = await server.db.execute(sql`SELECT deleted, fields FROM entities WHERE id = ${id}`);
  return rows[0] as { deleted: boolean; fields: Record<string, unknown> | null } | undefined;
};
const addCode = async (age: number): Promise<string> => {
  const id = server.newId();
  const issuedAt = now() - age;
  const code: FreeCode = {
    id,
    deviceId: at.deviceId,
    hash: server.newId().replaceAll('-', '').padEnd(64, '0'),
    type: 'cash',
    issuedAt,
    expiresAt: issuedAt + 60 * DAY,
  };
  const { organizationId, deviceId } = at;
  await server.db.insert(kioskCodes).values({ id, organizationId, deviceId, hash: code.hash, issuedAt });
  await write([{ type: 'free_code', id, scope: deviceScope(deviceId), fields: code }]);
  return id;
};
const addError = async (age: number, change: Partial<KioskError> = { clearedAt: 1 }): Promise<string> => {
  const id = server.newId();
  const error: KioskError = { id, deviceId: at.deviceId, code: 'B2', message: 'Paper jam', at: now() - age, ...change };
  await write([{ type: 'kiosk_error', id, scope: deviceScope(at.deviceId), fields: error }]);
  return id;
};
const write = (puts: readonly RowPut[]) => server.db.transaction((tx) => writeRows(tx, at.organizationId, puts, now()));

test('AP-28 cleanup: an old order forgets its guest and its photo, a younger one and a photo that has just come do not', async () => {
  const [oldImage, youngImage, shared] = [
    await addImage('a1', now() - 31 * DAY),
    await addImage('b2', now() - 10 * DAY),
    await addImage('c3', now() - 31 * DAY),
  ];
  const loose = await addImage('d4', now() - 5 * MINUTE);
  const old = photoOrder(31 * DAY, { imageId: oldImage });
  const twice = photoOrder(31 * DAY, { imageId: shared });
  const young = photoOrder(10 * DAY, { imageId: youngImage });
  const again = photoOrder(10 * DAY, { imageId: shared });
  const money = payment(server, old);
  const receipt = record(server, old);
  await put(server, at, { orders: [old, twice, young, again], payments: [money], records: [receipt] });
  const [oldCode, youngCode] = [await addCode(61 * DAY), await addCode(59 * DAY)];
  const [oldError, openError, youngError] = [
    await addError(61 * DAY),
    await addError(61 * DAY, {}),
    await addError(59 * DAY),
  ];
  const { headers } = await sessionOf(server, at, ['hq_admin']);
  const dry = await server.app.inject({ method: 'POST', url: '/hq/jobs/cleanup/dry-run', headers });
  const counts = { orders: 2, images: 2, codes: 1, errors: 1, letters: 0, passports: 0 };
  expect(dry.json()).toEqual({ counts });
  expect((await rowOf(old.id))?.fields).toHaveProperty('customer');
  announced.length = 0;
  const one = instance();
  await one.tick();
  expect(one.ended).toContainEqual(['done', counts]);
  // The order is there, what it cost too; whose it was is not.
  const { customer: _guest, imageId: _photo, ...anonymous } = old;
  expect(await rowOf(old.id)).toEqual({ deleted: false, fields: anonymous });
  expect((await rowOf(young.id))?.fields).toEqual(young);
  expect((await rowOf(money.id))?.fields).toEqual(money);
  expect((await rowOf(receipt.id))?.fields).toEqual(receipt);
  expect((await rowOf(oldCode))?.deleted).toBe(true);
  expect((await rowOf(youngCode))?.deleted).toBe(false);
  const kept = await server.db
    .select({ id: kioskCodes.id })
    .from(kioskCodes)
    .where(eq(kioskCodes.deviceId, at.deviceId));
  expect(kept).toEqual([{ id: youngCode }]);
  expect((await rowOf(oldError))?.deleted).toBe(true);
  expect((await rowOf(openError))?.deleted).toBe(false);
  expect((await rowOf(youngError))?.deleted).toBe(false);
  // Every device that has them hears of it.
  expect(new Set(announced)).toEqual(new Set([`shop:${at.shopId}`, deviceScope(at.deviceId)]));
  // In an hour its file is gone, unless another order has the same; one without an order has its grace.
  expect(await stateOf(oldImage)).toBe('condemned');
  server.clock.now += 61 * MINUTE;
  const removed: string[] = [];
  const store = { discard: async () => undefined, remove: async ({ id }: BlobKey) => void removed.push(id) };
  const log = server.app.log;
  await createBlobsCollector({
    db: server.db,
    store: store as never,
    fields: BLOB_FIELDS,
    graceDays: 30,
    now,
    log,
  }).collect();
  expect(removed).toEqual([oldImage]);
  expect([await stateOf(oldImage), await stateOf(youngImage), await stateOf(shared), await stateOf(loose)]).toEqual([
    undefined,
    'durable',
    'durable',
    'durable',
  ]);
  const answer = await server.app.inject({ url: '/hq/jobs', headers });
  expect(answer.json<HqJobs>().runs).toMatchObject([
    { job: 'cleanup', day: '2025-10-15', counts, error: null, attempts: 1 },
  ]);
});

test('a change that was not taken forgets its guest in a month and stays; that of a desk names its client', async () => {
  const { organizationId, deviceId } = at;
  const visit = {
    id: 'OBD-ABCDEF-123456',
    kind: 'diagnostics',
    status: 'active',
    language: 'ru',
    contact: { email: 'john@example.com' },
    metadata: { vehicleMake: 'Lada' },
    deviceId,
    createdAt: 1,
    expiresAt: 2,
  };
  const guest = { order: { ...photoOrder(0), printStatus: 'none' } };
  const letter = (name: string, args: object, days: number) => ({
    id: server.newId(),
    organizationId,
    deviceId,
    incarnation: 1,
    mid: 1,
    kind: 'refused' as const,
    name,
    args: JSON.stringify(args),
    code: null,
    message: null,
    at: now() - days * DAY,
  });
  const [old, young, desk, unreadable] = [
    letter('order.place', guest, 31),
    letter('order.place', guest, 29),
    letter('order.place', { order: { ...guest.order, origin: 'cashier' } }, 31),
    letter('visit.update', { guest: 'john@example.com' }, 31),
  ];
  await server.db.insert(syncDeadLetters).values([old, young, desk, unreadable]);
  const body = JSON.stringify({ mid: 1, name: 'visit.start', args: { visit }, h: 'hash' });
  const fact = {
    id: server.newId(),
    organizationId,
    deviceId,
    incarnation: 1,
    mid: 2,
    kind: 'fact_not_recorded',
    details: { name: 'visit.start', code: 'app.internal', message: '', body },
    at: now() - 31 * DAY,
  };
  await server.db.insert(anomalies).values(fact);
  const argsOf = async ({ id }: { id: string }) => {
    const [row] = await server.db.select().from(syncDeadLetters).where(eq(syncDeadLetters.id, id));
    return JSON.parse(row?.args ?? 'null');
  };

  expect(await cleanup().preview(at)).toMatchObject({ letters: 3 });
  expect(await argsOf(old)).toEqual(guest);
  expect(await cleanup().run(at, async () => undefined)).toMatchObject({ letters: 3 });
  const { customer: _guest, ...order } = guest.order;
  expect(await argsOf(old)).toEqual({ order });
  expect(await argsOf(young)).toEqual(guest);
  expect(await argsOf(desk)).toHaveProperty('order.customer.name', 'John Doe');
  expect(await argsOf(unreadable)).toEqual({});
  const [kept] = await server.db.select().from(anomalies).where(eq(anomalies.id, fact.id));
  const { body: left, ...told } = kept?.details ?? {};
  expect(told).toEqual({ name: 'visit.start', code: 'app.internal', message: '' });
  expect(JSON.parse(String(left))).toEqual({
    mid: 1,
    name: 'visit.start',
    h: 'hash',
    args: { visit: { ...visit, contact: {}, metadata: {} } },
  });
  expect(await cleanup().run(at, async () => undefined)).toMatchObject({ letters: 0 });
});

test('AP-28 two instances: one runs', async () => {
  await put(server, at, { orders: [photoOrder(31 * DAY)] });
  const servers = [instance(), instance()];
  await Promise.all(servers.map((one) => one.tick()));
  await Promise.all(servers.map((one) => one.tick()));
  const runs = await runsOf();
  expect(runs).toMatchObject([{ day: '2025-10-15', attempts: 1, counts: { orders: 1 } }]);
  server.clock.now += DAY;
  await Promise.all(servers.map((one) => one.tick()));
  expect((await runsOf()).map(({ day }) => day)).toEqual(['2025-10-15', '2025-10-16']);
});

test('in the small hours before half past three nothing runs', async () => {
  server.clock.now = Date.UTC(2025, 9, 15, 0, 29);
  const one = instance();
  await one.tick();
  expect(await runsOf()).toEqual([]);
  server.clock.now += MINUTE;
  await one.tick();
  expect(await runsOf()).toHaveLength(1);
});

test('a run that fails is put down and tried again in an hour; one whose server died, when its lease is over', async () => {
  const failing = instance(vi.fn(async () => Promise.reject(new Error('the disk is full'))));
  await failing.tick();
  expect(failing.ended.at(-1)).toEqual(['failed']);
  expect(await runsOf()).toMatchObject([{ finishedAt: null, error: 'app.internal', attempts: 1 }]);
  const events = await server.db.select().from(auditLog).where(eq(auditLog.organizationId, at.organizationId));
  expect(events.map(({ event }) => event)).toEqual(['JOB_FAILED']);
  // The next server dies in the middle of it.
  server.clock.now += 61 * MINUTE;
  const dying = instance(() => new Promise(() => undefined));
  void dying.tick();
  await vi.waitFor(async () => expect(await runsOf()).toMatchObject([{ attempts: 2 }]));
  server.clock.now += 14 * MINUTE;
  const third = instance();
  await third.tick();
  expect(await runsOf()).toMatchObject([{ attempts: 2, finishedAt: null }]);
  server.clock.now += 2 * MINUTE;
  await third.tick();
  expect(await runsOf()).toMatchObject([{ attempts: 3, finishedAt: now(), error: null }]);
});

test('a server whose run was taken over stops, and does not end the run of the other', async () => {
  const rows = [photoOrder(31 * DAY)];
  await put(server, at, { orders: rows });
  const slow = instance(async (tenant, go) => {
    server.clock.now += 16 * MINUTE;
    await instance().tick();
    return cleanup().run(tenant, go);
  });
  await slow.tick();
  expect(slow.ended.filter(([outcome]) => outcome === 'failed').length).toBeGreaterThan(0);
  expect(await runsOf()).toMatchObject([{ attempts: 2, counts: { orders: 1 }, finishedAt: now() }]);
});

test('more than one transaction can hold goes in several', async () => {
  await put(server, at, { orders: Array.from({ length: 501 }, () => photoOrder(31 * DAY)) });
  const steps = vi.fn(async () => undefined);
  expect(await cleanup().run(at, steps)).toMatchObject({ orders: 501 });
  expect(steps.mock.calls.length).toBe(5);
});

test('the command says what would go and touches nothing; without --dry-run it is refused', async () => {
  const old = photoOrder(31 * DAY);
  await put(server, at, { orders: [old] });
  const lines = (await previewCleanup(server, now, 1095)).map((line) => JSON.parse(line));
  const wouldGo = { orders: 1, images: 0, codes: 0, errors: 0, letters: 0, passports: 0 };
  expect(lines).toContainEqual({ organizationId: at.organizationId, wouldGo });
  expect((await rowOf(old.id))?.fields).toEqual(old);
  expect(readCleanupCommand(['cleanup', '--dry-run', '--port', '0'])).toEqual(['--port', '0']);
  expect(readCleanupCommand(['--port', '0'])).toBeUndefined();
  expect(() => readCleanupCommand(['cleanup'])).toThrow(/--dry-run/);
});

test('whoever administers begins it now, once at a time; the day counts what all its runs let go', async () => {
  await put(server, at, { orders: [photoOrder(31 * DAY)] });
  const by = await sessionOf(server, at, ['hq_admin']);
  const ask = (method: 'GET' | 'POST', url: string, { headers } = by) => server.app.inject({ method, url, headers });
  const list = async () => (await ask('GET', '/hq/jobs')).json<HqJobs>();
  expect(await list()).toEqual({ runs: [], nextAt: Date.UTC(2025, 9, 16, 0, 30), serverNow: now() });
  expect((await ask('POST', '/hq/jobs/cleanup/run')).statusCode).toBe(204);
  const ended = (orders: number, attempts: number) =>
    vi.waitFor(async () =>
      expect((await list()).runs).toMatchObject([
        { day: '2025-10-15', isRunning: false, attempts, counts: { orders } },
      ]),
    );
  await ended(1, 1);
  await put(server, at, { orders: [photoOrder(31 * DAY)] });
  await ask('POST', '/hq/jobs/cleanup/run');
  await ended(2, 2);
  const acts = await server.db.select().from(auditLog).where(eq(auditLog.organizationId, at.organizationId));
  expect(acts.filter(({ event }) => event === 'JOB_STARTED')).toMatchObject([
    { entityId: 'cleanup:2025-10-15', actorId: by.userId },
    { entityId: 'cleanup:2025-10-15', actorId: by.userId },
  ]);
  await server.db.update(jobRuns).set({ finishedAt: null, leaseUntil: now() + MINUTE });
  expect((await list()).runs).toMatchObject([{ isRunning: true }]);
  expect((await ask('POST', '/hq/jobs/cleanup/run')).json()).toMatchObject({ status: 409, code: 'app.conflict' });
  const manager = await sessionOf(server, at, ['manager']);
  expect((await ask('POST', '/hq/jobs/cleanup/run', manager)).statusCode).toBe(403);
});
