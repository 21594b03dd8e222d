/** What waits to be sent: it is listed, it goes in its order, and it can be carried away in a file. */
import { readFile, stat } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDirectClient, createRouter, type Procedures } from '#main/rpc/router.ts';
import { syncProcedures } from '#main/sync/sync.procedures.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { type BacklogWorld, createBacklogWorld } from './backlog-world.ts';
import { createTestDevice } from './device-world.ts';
import { actor, order, payment, uuid } from './fixtures.ts';
import { NOW } from './server-world.ts';

let at: BacklogWorld;
beforeEach(async () => {
  at = await createBacklogWorld();
});
afterEach(() => at.close());

test('AU-01 a sale made without a line waits in words, reaches the server once and in its order, ids unchanged', async () => {
  const made = order(7, at.till.actor, { operatorName: 'Иванов И.' });
  const money = payment(7, made);
  at.till.network.fault = () => 'request lost';
  at.till.do('order.place', { order: made });
  at.till.do('payment.settle', { payments: [money] });
  const record = {
    id: uuid(9, 7),
    type: 'sale' as const,
    fiscalDeviceId: 'kkt-1',
    deviceId: at.till.actor.deviceId,
    shopId: at.till.actor.shopId,
    orderId: made.id,
    status: 'done' as const,
    totalMinor: made.totalMinor,
    operator: { name: 'Иванов И.' },
    createdAt: NOW,
    updatedAt: NOW,
  };
  at.till.do('fiscal.report', { record });
  await at.till.push().catch(() => undefined);

  expect(at.waiting().changes).toMatchObject([
    { name: 'order.place', subject: 'K-0007', amountMinor: made.totalMinor, by: 'Иванов И.', fact: false },
    { name: 'payment.settle', subject: 'K-0007', amountMinor: made.totalMinor, fact: true },
    { name: 'fiscal.report', subject: 'K-0007', amountMinor: made.totalMinor, to: 'done', by: 'Иванов И.' },
  ]);
  expect(at.till.sync.status()).toMatchObject({ state: 'offline', unsent: 3, fault: 'device.server_unreachable' });
  expect(at.till.sync.status().oldestUnsentAt).toBe(at.waiting().changes[0]?.madeAt);

  at.till.network.fault = () => 'none';
  const status = await at.backlog.tryNow();
  expect(status).toMatchObject({ state: 'online', unsent: 0, refused: 0 });
  expect(status).not.toHaveProperty('fault');
  expect(status).not.toHaveProperty('oldestUnsentAt');
  expect(at.waiting().changes).toEqual([]);
  const { rows } = await at.world.opened.db.execute<{ type: string; id: string }>(
    sql`SELECT type, id FROM entities WHERE type IN ('order', 'payment', 'fiscal_record') ORDER BY type`,
  );
  expect(rows).toEqual([
    { type: 'fiscal_record', id: record.id },
    { type: 'order', id: made.id },
    { type: 'payment', id: money.id },
  ]);
  const { rows: ran } = await at.world.opened.db.execute<{ mid: number }>(
    sql`SELECT mid::int FROM sync_outcomes ORDER BY mid`,
  );
  expect(ran.map(({ mid }) => mid)).toEqual([1, 2, 3]);
});

test('AU-02 a batch of 40 whose answer was lost is answered the same the second time, and nothing is there twice', async () => {
  for (let n = 1; n <= 40; n += 1) at.till.do('order.place', { order: order(n, at.till.actor) });
  let isLost = true;
  at.till.network.fault = () => {
    const fault = isLost ? 'reply lost' : 'none';
    isLost = false;
    return fault;
  };
  await at.till.push().catch(() => undefined);
  expect(at.till.sync.status().unsent).toBe(40);
  await at.backlog.tryNow();
  expect(at.till.outbox().map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 'applied'));
  const { rows } = await at.world.opened.db.execute<{ count: number; top: number }>(
    sql`SELECT count(*)::int AS count, max(ver)::int AS top FROM entities WHERE type = 'order'`,
  );
  expect(rows).toEqual([{ count: 40, top: 40 }]);
});

test('a long list comes by pages', () => {
  for (let n = 1; n <= 7; n += 1) at.till.do('order.place', { order: order(n, at.till.actor) });
  const first = at.waiting(3);
  expect([first.changes.map(({ mid }) => mid), first.next]).toEqual([[1, 2, 3], 3]);
  const last = at.waiting(4, first.next);
  expect([last.changes.map(({ mid }) => mid), last.next]).toEqual([[4, 5, 6, 7], undefined]);
});

test('the file holds all that waits and all that was not read, one JSON a line, for its owner alone', async () => {
  await at.cancelWhatWasPaid(99);
  await at.till.push();
  for (let n = 1; n <= 600; n += 1) at.till.do('order.place', { order: order(n, at.till.actor) });
  const file = await at.backlog.export();
  const text = await readFile(file.path, 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines[0]).toMatchObject({ kind: 'header', format: 'prilavok-backlog', deviceId: at.till.actor.deviceId });
  expect(lines.slice(1, 601).map(({ kind }) => kind)).toEqual(Array.from({ length: 600 }, () => 'waiting'));
  expect(lines[1]).toMatchObject({ mid: 3, name: 'order.place', args: { order: { number: 'K-0001' } } });
  expect(lines.at(-1)).toMatchObject({ kind: 'refused', name: 'order.advance', outcome: { status: 'rejected' } });
  expect(file).toMatchObject({ waiting: 600, letters: 1, bytes: Buffer.byteLength(text) });
  expect((await stat(file.path)).mode & 0o777).toBe(0o600);
});

test('each pull tells the server what the device holds back', async () => {
  at.sale(at.till, 1);
  const pulled: unknown[] = [];
  const { pull } = at.world;
  const told = createTestDevice({
    world: () => ({
      ...at.world,
      pull: (by, request) => {
        pulled.push(request.backlog);
        return pull(by, request);
      },
    }),
    actor: actor(1),
    core: at.till.core,
  });
  await told.pull();
  expect(pulled).toEqual([{ pending: 2, refused: 0, oldestAt: at.waiting().changes[0]?.madeAt }]);
});

test('a stranger at a kiosk reads no list; answers are for whoever signed in', async () => {
  const procedures = { sync: syncProcedures(at.backlog) } as unknown as Procedures;
  const router = createRouter(procedures, { log: quietLog, newRef: () => 'r1' });
  const as = (mode: Mode, isSignedIn: boolean) =>
    createDirectClient(router, { mode, connectionId: 'c1', signedIn: () => isSignedIn }).sync;
  at.sale(at.till, 1);
  const key = { deviceId: at.till.actor.deviceId, incarnation: 1, mid: 1 };
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
