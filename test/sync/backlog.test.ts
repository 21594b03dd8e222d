/** What has not reached the server, at the device and at headquarters: real outboxes over a real server half. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDirectClient, createRouter, type Procedures } from '#main/rpc/router.ts';
import { type BacklogService, createBacklog } from '#main/sync/backlog.service.ts';
import { syncProcedures } from '#main/sync/sync.procedures.ts';
import { createSyncDesk } from '#server/features/sync/sync.service.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { findMutator } from '#shared/sync/registry.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { createTestDevice, type TestDevice } from './device-world.ts';
import { actor, ORGANIZATION, order, payment, uuid } from './fixtures.ts';
import { createServerWorld, createWriter, NOW, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
let till: TestDevice;
let other: TestDevice;
let backlog: BacklogService;
let folder: string;
let signedIn: string | undefined;

const tenant = { organizationId: ORGANIZATION };
const desk = () =>
  createSyncDesk({ db: world.opened.db, now: () => world.clock.now, live: { hqChanged: () => undefined } });
const openCases = async () => (await desk().cases(tenant, { state: 'open', limit: 50 })).cases;
const backlogOf = (device: TestDevice) =>
  createBacklog(device.core, {
    sync: {
      status: () => device.sync.status(),
      mutate: (tx, name, args) => device.sync.mutate(tx, name, args),
      wake: () => device.sync.wake(),
      loops: device.sync.loops,
    },
    operator: () => {
      if (signedIn === undefined) throw new AppError('staff.not_signed_in', 'nobody');
      return { name: signedIn };
    },
    folder,
    about: () => ({ deviceId: device.actor.deviceId }),
  });
const waiting = (limit = 50, after = 0) => backlog.waiting({ after, limit });
const unread = () => backlog.letters({ isRead: false, limit: 50 }).letters;

beforeEach(async () => {
  world = await createServerWorld();
  till = createTestDevice({ world: () => world, actor: actor(1) });
  other = createTestDevice({ world: () => world, actor: actor(2) });
  folder = await mkdtemp(join(tmpdir(), 'backlog-'));
  signedIn = 'Иванов И.';
  backlog = backlogOf(till);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await world.close();
});

const sale = (on: TestDevice, n: number) => {
  const made = order(n, on.actor);
  on.do('order.place', { order: made });
  on.do('payment.settle', { payments: [payment(n, made)] });
  return made;
};

/** The till places an order, the other one sells it, and the till, not knowing, takes it for cancelled. */
async function cancelWhatWasPaid(n = 1): Promise<void> {
  const made = order(n, till.actor);
  till.do('order.place', { order: made });
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  other.do('payment.settle', { payments: [payment(n, made)] });
  await other.push();
  till.do('order.advance', { id: made.id, to: 'cancelled' });
}

test('AU-01 a sale made without a line waits in words, reaches the server once and in its order, ids unchanged', async () => {
  const made = order(7, till.actor, { operatorName: 'Иванов И.' });
  const money = payment(7, made);
  till.network.fault = () => 'request lost';
  till.do('order.place', { order: made });
  till.do('payment.settle', { payments: [money] });
  const record = {
    id: uuid(9, 7),
    type: 'sale' as const,
    fiscalDeviceId: 'kkt-1',
    deviceId: till.actor.deviceId,
    shopId: till.actor.shopId,
    orderId: made.id,
    status: 'done' as const,
    totalMinor: made.totalMinor,
    operator: { name: 'Иванов И.' },
    createdAt: NOW,
    updatedAt: NOW,
  };
  till.do('fiscal.report', { record });
  await till.push().catch(() => undefined);

  expect(waiting().changes).toMatchObject([
    { name: 'order.place', subject: 'K-0007', amountMinor: made.totalMinor, by: 'Иванов И.', fact: false },
    { name: 'payment.settle', subject: 'K-0007', amountMinor: made.totalMinor, fact: true },
    { name: 'fiscal.report', subject: 'K-0007', amountMinor: made.totalMinor, to: 'done', by: 'Иванов И.' },
  ]);
  expect(till.sync.status()).toMatchObject({ state: 'offline', unsent: 3, fault: 'device.server_unreachable' });
  expect(till.sync.status().oldestUnsentAt).toBe(waiting().changes[0]?.madeAt);

  till.network.fault = () => 'none';
  const status = await backlog.tryNow();
  expect(status).toMatchObject({ state: 'online', unsent: 0, refused: 0 });
  expect(status).not.toHaveProperty('fault');
  expect(status).not.toHaveProperty('oldestUnsentAt');
  expect(waiting().changes).toEqual([]);
  const { rows } = await world.opened.db.execute<{ type: string; id: string }>(
    sql`SELECT type, id FROM entities WHERE type IN ('order', 'payment', 'fiscal_record') ORDER BY type`,
  );
  expect(rows).toEqual([
    { type: 'fiscal_record', id: record.id },
    { type: 'order', id: made.id },
    { type: 'payment', id: money.id },
  ]);
  const { rows: ran } = await world.opened.db.execute<{ mid: number }>(
    sql`SELECT mid::int FROM sync_outcomes ORDER BY mid`,
  );
  expect(ran.map(({ mid }) => mid)).toEqual([1, 2, 3]);
});

test('AU-02 a batch of 40 whose answer was lost is answered the same the second time, and nothing is there twice', async () => {
  for (let n = 1; n <= 40; n += 1) till.do('order.place', { order: order(n, till.actor) });
  let isLost = true;
  till.network.fault = () => {
    const fault = isLost ? 'reply lost' : 'none';
    isLost = false;
    return fault;
  };
  await till.push().catch(() => undefined);
  expect(till.sync.status().unsent).toBe(40);
  await backlog.tryNow();
  expect(till.outbox().map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 'applied'));
  const { rows } = await world.opened.db.execute<{ count: number; top: number }>(
    sql`SELECT count(*)::int AS count, max(ver)::int AS top FROM entities WHERE type = 'order'`,
  );
  expect(rows).toEqual([{ count: 40, top: 40 }]);
});

describe('AU-03 of forty changes the seventeenth is refused', () => {
  beforeEach(async () => {
    await cancelWhatWasPaid(99);
    // What waits is the refused one; it becomes the seventeenth of a batch of forty.
    till.core.db.$client.exec("DELETE FROM sync_outbox WHERE state = 'pending'");
    till.core.db.$client.exec('UPDATE sync_state SET next_mid = next_mid - 1');
    for (let n = 1; n <= 16; n += 1) till.do('order.place', { order: order(n, till.actor) });
    till.do('order.advance', { id: order(99, till.actor).id, to: 'cancelled' });
    for (let n = 18; n <= 40; n += 1) till.do('order.place', { order: order(n, till.actor) });
    await till.push();
    await till.pull();
  });

  test('the others are applied; it stands in the list of the device and in that of headquarters, with its body', async () => {
    expect(
      till
        .outbox()
        .slice(1)
        .map(({ status }) => status),
    ).toEqual(Array.from({ length: 40 }, (_, index) => (index === 16 ? 'rejected' : 'applied')));
    expect(unread()).toMatchObject([
      {
        kind: 'refused',
        name: 'order.advance',
        subject: 'K-0099',
        to: 'cancelled',
        code: 'orders.illegal_transition',
        canRetry: true,
        key: { deviceId: till.actor.deviceId, incarnation: 1, mid: 18 },
      },
    ]);
    expect(till.sync.status()).toMatchObject({ unsent: 0, refused: 1 });
    const cases = await openCases();
    expect(cases).toMatchObject([
      {
        kind: 'refused',
        mid: 18,
        deviceId: till.actor.deviceId,
        code: 'orders.illegal_transition',
        change: { name: 'order.advance', subject: 'K-0099', to: 'cancelled' },
      },
    ]);
    expect(JSON.parse(cases[0]?.body ?? '')).toEqual({ id: order(99, till.actor).id, to: 'cancelled' });
    expect(world.hq).toEqual(expect.arrayContaining(['sync', 'summary']));
  });

  test('it is read by somebody who signed in, once; the row and its reader stay', () => {
    const [letter] = unread();
    const key = letter?.key ?? { deviceId: '', incarnation: 1, mid: 1 };
    signedIn = undefined;
    expect(() => backlog.dismiss(key)).toThrow(expect.objectContaining({ code: 'staff.not_signed_in' }));
    signedIn = 'Иванов И.';
    backlog.dismiss(key);
    const readAt = till.core.now();
    signedIn = 'Петрова А.';
    till.core.advance(1000);
    backlog.dismiss(key);
    expect(unread()).toEqual([]);
    expect(till.sync.status().refused).toBe(0);
    expect(backlog.letters({ isRead: true, limit: 50 }).letters).toMatchObject([
      { canRetry: false, dismissed: { by: 'Иванов И.', at: readAt, isRetried: false } },
    ]);
    expect(() => backlog.dismiss({ ...key, mid: 4000 })).toThrow(expect.objectContaining({ code: 'app.not_found' }));
  });

  test('that it was read is told to headquarters with the next pull that is answered, and then no more', async () => {
    const [letter] = unread();
    if (letter === undefined) throw new Error('no letter');
    backlog.dismiss(letter.key);
    const at = till.core.now();
    const pulled = vi.spyOn(world, 'pull').mockRejectedValueOnce(new AppError('app.unavailable', 'no line'));
    await expect(till.pull()).rejects.toMatchObject({ code: 'app.unavailable' });
    await till.pull();
    await till.pull();
    const { incarnation, mid } = letter.key;
    const read = { incarnation, mid, at, by: 'Иванов И.', isRetried: false };
    const told = pulled.mock.calls.flatMap(([, request]) => (request.reads === undefined ? [] : [request.reads]));
    expect(told).toEqual([[read], [read]]);
    await desk().noteReads({ ...tenant, deviceId: till.actor.deviceId }, told[0]);
    expect(await openCases()).toMatchObject([{ mid, read: { at, by: 'Иванов И.', isRetried: false } }]);
  });

  test('asked for again while it is still refused here, nothing new is sent and the answer stays', () => {
    const [letter] = unread();
    if (letter === undefined) throw new Error('no letter');
    expect(() => backlog.retry(letter.key)).toThrow(expect.objectContaining({ code: 'orders.illegal_transition' }));
    expect(unread()).toHaveLength(1);
    expect(till.sync.status().unsent).toBe(0);
  });
});

test('a refused change is asked for again under a number of its own, and then is done', async () => {
  // Refused because the order was not there yet: it comes later, with the device that made it.
  const made = order(5, other.actor);
  other.do('order.place', { order: made });
  till.do('order.place', { order: order(1, till.actor) });
  await till.push();
  till.core.db.$client
    .prepare(`INSERT INTO orders (id, scope, ver, fields) VALUES (?, ?, 0, ?)`)
    .run(made.id, `shop:${made.shopId}`, JSON.stringify(made));
  till.do('order.advance', { id: made.id, to: 'cancelled' });
  await till.push();
  expect(unread()).toMatchObject([{ code: 'orders.not_found', canRetry: true }]);
  await other.push();
  await till.pull();
  const [letter] = unread();
  if (letter === undefined) throw new Error('no letter');
  backlog.retry(letter.key);
  expect(unread()).toEqual([]);
  expect(backlog.letters({ isRead: true, limit: 50 }).letters).toMatchObject([{ dismissed: { isRetried: true } }]);
  expect(waiting().changes).toMatchObject([{ name: 'order.advance', mid: 3 }]);
  expect(() => backlog.retry(letter.key)).toThrow(expect.objectContaining({ code: 'app.conflict' }));
  await till.push();
  expect(till.outbox().at(-1)).toMatchObject({ mid: 3, status: 'applied' });
  expect(JSON.parse((await world.rows([`shop:${made.shopId}`])).get(`order:${made.id}`) ?? '{}')).toMatchObject({
    status: 'cancelled',
  });
});

test('I12 a fact that contradicts the server is told at both ends, and cannot be asked for again', async () => {
  const made = order(1, till.actor);
  till.do('order.place', { order: made });
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  other.do('order.advance', { id: made.id, to: 'cancelled' });
  await other.push();
  till.do('payment.settle', { payments: [payment(1, made)] });
  await till.push();
  const [letter] = unread();
  expect(letter).toMatchObject({
    kind: 'contradicted',
    fact: true,
    anomalies: ['payment_without_order'],
    canRetry: false,
    subject: 'K-0001',
  });
  if (letter === undefined) throw new Error('no letter');
  expect(() => backlog.retry(letter.key)).toThrow(expect.objectContaining({ code: 'app.conflict' }));
  expect(await openCases()).toMatchObject([
    { kind: 'anomaly', anomaly: 'payment_without_order', details: { orderStatus: 'cancelled' } },
  ]);
});

test('I15 what fails for ever is parked and listed at both ends with its body; those behind it arrive', async () => {
  await world.close();
  world = await createServerWorld({
    findMutator: (name) => {
      const mutator = findMutator(name);
      if (mutator === undefined || name !== 'order.advance') return mutator;
      const decide = () => {
        throw new Error('a fault of the program');
      };
      return { ...mutator, decide };
    },
  });
  till.do('order.place', { order: order(1, till.actor) });
  till.do('order.advance', { id: order(1, till.actor).id, to: 'cancelled' });
  till.do('order.place', { order: order(2, till.actor) });
  await till.push();
  expect(till.outbox().map(({ status }) => status)).toEqual(['applied', 'parked', 'applied']);
  expect(unread()).toMatchObject([{ kind: 'parked', code: 'app.internal', name: 'order.advance', canRetry: true }]);
  expect(await openCases()).toMatchObject([
    { kind: 'parked', change: { name: 'order.advance', subject: 'K-0001', to: 'cancelled' } },
  ]);
});

test('a passport in a body is masked wherever it is shown', async () => {
  const writer = createWriter(world, actor(3));
  await writer.send(writer.make('order.place', { id: 'x', passport: { number: '4510 123456' } }));
  const [found] = await openCases();
  expect(found).toMatchObject({ kind: 'refused', code: 'app.bad_input', change: { name: 'order.place' } });
  expect(JSON.parse(found?.body ?? '')).toEqual({ id: 'x', passport: '***' });
});

test('a body that jsonb would refuse is kept all the same', async () => {
  const writer = createWriter(world, actor(3));
  const reply = await writer.send(writer.make('order.place', { note: 'nul \0', half: '\ud800' }));
  expect(reply.outcomes).toMatchObject([{ status: 'rejected', code: 'app.bad_input' }]);
  const [found] = await openCases();
  expect(JSON.parse(found?.body ?? '')).toEqual({ note: 'nul \0', half: '\ud800' });
});

test('a restored server answers anew: what it had refused waits again, and is read from its new answer', async () => {
  const backup = await world.backUp();
  await cancelWhatWasPaid();
  await till.push();
  expect(unread()).toHaveLength(1);
  await world.restore(backup);
  await till.pull().catch(() => undefined);
  expect([unread().length, waiting().changes.length]).toEqual([0, 2]);
  await till.push();
  expect(till.outbox().map(({ status }) => status)).toEqual(['applied', 'applied']);
  expect(unread()).toEqual([]);
});

test('a long list comes by pages', () => {
  for (let n = 1; n <= 7; n += 1) till.do('order.place', { order: order(n, till.actor) });
  const first = waiting(3);
  expect([first.changes.map(({ mid }) => mid), first.next]).toEqual([[1, 2, 3], 3]);
  const last = waiting(4, first.next);
  expect([last.changes.map(({ mid }) => mid), last.next]).toEqual([[4, 5, 6, 7], undefined]);
});

test('the file holds all that waits and all that was not read, one JSON a line, for its owner alone', async () => {
  await cancelWhatWasPaid(99);
  await till.push();
  for (let n = 1; n <= 600; n += 1) till.do('order.place', { order: order(n, till.actor) });
  const file = await backlog.export();
  const text = await readFile(file.path, 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines[0]).toMatchObject({ kind: 'header', format: 'prilavok-backlog', deviceId: till.actor.deviceId });
  expect(lines.slice(1, 601).map(({ kind }) => kind)).toEqual(Array.from({ length: 600 }, () => 'waiting'));
  expect(lines[1]).toMatchObject({ mid: 3, name: 'order.place', args: { order: { number: 'K-0001' } } });
  expect(lines.at(-1)).toMatchObject({ kind: 'refused', name: 'order.advance', outcome: { status: 'rejected' } });
  expect(file).toMatchObject({ waiting: 600, letters: 1, bytes: Buffer.byteLength(text) });
  expect((await stat(file.path)).mode & 0o777).toBe(0o600);
});

test('each pull tells the server what the device holds back', async () => {
  sale(till, 1);
  const pulled: unknown[] = [];
  const { pull } = world;
  const told = createTestDevice({
    world: () => ({
      ...world,
      pull: (by, request) => {
        pulled.push(request.backlog);
        return pull(by, request);
      },
    }),
    actor: actor(1),
    core: till.core,
  });
  await told.pull();
  expect(pulled).toEqual([{ pending: 2, refused: 0, oldestAt: waiting().changes[0]?.madeAt }]);
});

test('a stranger at a kiosk reads no list; answers are for whoever signed in', async () => {
  const procedures = { sync: syncProcedures(backlog) } as unknown as Procedures;
  const router = createRouter(procedures, { log: quietLog, newRef: () => 'r1' });
  const as = (mode: Mode, isSignedIn: boolean) =>
    createDirectClient(router, { mode, connectionId: 'c1', signedIn: () => isSignedIn }).sync;
  sale(till, 1);
  const key = { deviceId: till.actor.deviceId, incarnation: 1, mid: 1 };
  expect(await as('kiosk', false).status()).toMatchObject({ unsent: 2 });
  for (const call of ['waiting', 'letters'] as const) {
    await expect(as('kiosk', false)[call]({})).rejects.toMatchObject({ code: 'auth.forbidden' });
  }
  await expect(as('kiosk', false).export()).rejects.toMatchObject({ code: 'auth.forbidden' });
  for (const call of ['retry', 'dismiss'] as const) {
    await expect(as('kiosk', true)[call](key)).rejects.toMatchObject({ code: 'auth.forbidden' });
    await expect(as('cashier', false)[call](key)).rejects.toMatchObject({ code: 'staff.not_signed_in' });
    await expect(as('manager', true)[call](key)).rejects.toMatchObject({ code: 'app.not_found' });
  }
  expect((await as('manager', true).waiting({ limit: 1 })).changes).toMatchObject([{ name: 'order.place' }]);
});
