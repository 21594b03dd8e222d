import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '#shared/kernel/errors.ts';
import { MAX_PULL_BYTES, PROTOCOL, type PulledRow, PullReply, SCHEMA } from '#shared/sync/protocol.ts';
import { deviceScope, orgScope, shopScope } from '#shared/sync/scopes.ts';
import { actor, ORGANIZATION, order } from '#test/sync/fixtures.ts';
import { createServerWorld, createWriter, type ServerWorld } from '#test/sync/server-world.ts';
import { writeRows } from './rows.writer.ts';

const till = actor(1);
const SHOP = shopScope(till.shopId);

let world: ServerWorld;
beforeEach(async () => {
  world = await createServerWorld({ maxRows: 3 });
});
afterEach(() => world.close());

const placed = async (count: number) => {
  const writer = createWriter(world, till);
  await writer.send(
    ...Array.from({ length: count }, (_, n) => writer.make('order.place', { order: order(n + 1, till) })),
  );
  return writer;
};

test('pages carry on from the last version, and only the last is complete', async () => {
  const writer = await placed(7);
  const pages: PulledRow[][] = [];
  let cursors: Record<string, number> = {};
  for (;;) {
    const reply = await writer.pull(cursors);
    expect(PullReply.parse(reply).complete).toBe(pages.length === 2);
    expect(Object.keys(reply.digests)).toHaveLength(reply.complete ? 3 : 0);
    pages.push([...reply.rows]);
    cursors = reply.next;
    if (reply.complete) break;
  }
  expect(pages.map((page) => page.map(({ ver }) => ver))).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  expect(await writer.pull(cursors)).toMatchObject({ rows: [], complete: true, lastMid: 7, next: cursors });
});

test('a row that changes between two pages comes again with its new state', async () => {
  const writer = await placed(5);
  const first = await writer.pull();
  await writer.send(writer.make('order.advance', { id: order(1, till).id, to: 'cancelled' }));
  const second = await writer.pull(first.next);
  expect(second.complete).toBe(true);
  expect(second.rows.at(-1)).toMatchObject({ id: order(1, till).id, ver: 6, fields: { status: 'cancelled' } });
});

test('a page stops before two mebibytes, and one row always fits', async () => {
  await world.close();
  world = await createServerWorld();
  const writer = createWriter(world, till);
  const big = (n: number) =>
    order(n, till, {
      lines: Array.from({ length: 200 }, () => ({ ...order(n, till).lines[0]!, name: 'я'.repeat(128), totalMinor: 1 })),
      totalMinor: 200,
    });
  for (let n = 1; n <= 40; n += 1) await writer.send(writer.make('order.place', { order: big(n) }));
  const page = await writer.pull();
  expect(page.complete).toBe(false);
  const bytes = Buffer.byteLength(JSON.stringify(page.rows));
  expect(bytes).toBeGreaterThan(MAX_PULL_BYTES / 2);
  expect(bytes).toBeLessThan(MAX_PULL_BYTES * 1.1);
});

test("I17 nobody sees another shop's rows, whatever cursors they send", async () => {
  await placed(2);
  const other = createWriter(world, actor(2, 2));
  const reply = await other.pull({ [SHOP]: 0, [shopScope('x')]: 5 });
  expect(reply.rows).toEqual([]);
  expect(reply.grants.toSorted()).toEqual(
    [orgScope(ORGANIZATION), shopScope(actor(2, 2).shopId), deviceScope(actor(2).deviceId)].toSorted(),
  );
  expect(Object.keys(reply.next).toSorted()).toEqual([...reply.grants].toSorted());
  const error = await world
    .pull(actor(2), { proto: 1, schema: 1, writer: { deviceId: till.deviceId, incarnation: 1 }, cursors: {} })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
});

test('I9 a deleted row comes as a tombstone, and a cursor older than the tombstones starts again', async () => {
  const writer = await placed(2);
  await world.opened.db.transaction((tx) =>
    writeRows(tx, ORGANIZATION, [{ type: 'order', id: order(1, till).id, scope: SHOP, fields: null }], 1),
  );
  expect((await writer.pull({ [SHOP]: 2 })).rows).toMatchObject([{ ver: 3, deleted: true, fields: null }]);
  await world.opened.db.execute(sql`DELETE FROM entities WHERE deleted`);
  await world.opened.db.execute(sql`UPDATE scope_heads SET gc_ver = 3`);
  const again = await writer.pull({ [SHOP]: 2 });
  expect(again.forks).toEqual({ [SHOP]: 0 });
  expect(again.rows.map(({ ver }) => ver)).toEqual([2]);
  expect((await writer.pull({ [SHOP]: 3 })).forks).toBeUndefined();
});

test('I16 after a restore cursors past the fork start again, others go on', async () => {
  const writer = await placed(2);
  const backup = await world.backUp();
  const before = world.timeline().epoch;
  await writer.send(writer.make('order.place', { order: order(3, till) }));
  await world.restore(backup);
  expect(world.timeline().epoch).not.toBe(before);
  expect(world.timeline().forksSince(before)).toEqual({ [SHOP]: 2 });
  const past = await writer.pull({ [SHOP]: 3 }, before);
  expect(past).toMatchObject({ epoch: world.timeline().epoch, lastMid: 2, forks: { [SHOP]: 2 } });
  expect(past.rows.map(({ ver }) => ver)).toEqual([1, 2]);
  expect((await writer.pull({ [SHOP]: 2 }, before)).rows).toEqual([]);
  const refused = await writer.send(writer.make('order.place', { order: order(4, till) })).catch((e: unknown) => e);
  expect(refused).toMatchObject({ code: 'sync.epoch_changed', details: { epoch: world.timeline().epoch } });
});

test('I16 a name of after the backup is let on with a timeline of before, or with none, and not with that of today', async () => {
  const writer = await placed(1);
  const pull = (incarnation: number, epoch?: string) =>
    world.pull(till, {
      proto: PROTOCOL,
      schema: SCHEMA,
      writer: { deviceId: till.deviceId, incarnation },
      cursors: {},
      ...(epoch === undefined ? {} : { epoch }),
    });
  const backup = await world.backUp();
  const before = world.timeline().epoch;
  await writer.send(writer.make('order.place', { order: order(2, till) }));
  await world.restore(backup);
  const refused = await pull(2, world.timeline().epoch).catch((e: unknown) => e);
  expect(refused).toMatchObject({ code: 'auth.forbidden' });
  expect(await pull(2, before)).toMatchObject({ lastMid: 0, rows: [expect.anything()] });
  expect(await pull(3)).toMatchObject({ lastMid: 0, rows: [expect.anything()] });
});

test('tells the hash of the newest change that both have, as long as it is known', async () => {
  const writer = createWriter(world, till);
  const made = [1, 2, 3].map((n) => writer.make('order.place', { order: order(n, till) }));
  await writer.send(...made.slice(0, 2));
  const sharedH = async (madeMid: number) =>
    (
      await world.pull(till, {
        proto: PROTOCOL,
        schema: SCHEMA,
        writer: { deviceId: till.deviceId, incarnation: till.incarnation },
        cursors: {},
        madeMid,
      })
    ).sharedH;
  expect([await sharedH(0), await sharedH(1), await sharedH(2), await sharedH(3)]).toEqual([
    undefined,
    made[0]?.h,
    made[1]?.h,
    made[1]?.h,
  ]);
  await world.opened.db.execute(sql`DELETE FROM sync_outcomes WHERE mid = 1`);
  expect(await sharedH(1)).toBeUndefined();
});

test('I16 a cursor past the head, of a server put back together with its guard, starts again', async () => {
  const writer = await placed(2);
  const past = await writer.pull({ [SHOP]: 7 });
  expect(past.forks).toEqual({ [SHOP]: 0 });
  expect(past.rows.map(({ ver }) => ver)).toEqual([1, 2]);
  expect((await writer.pull({ [SHOP]: 2 })).forks).toBeUndefined();
});

test('a restart without a restore stays on its timeline', async () => {
  await placed(2);
  const { epoch } = world.timeline();
  await world.restore(await world.backUp());
  expect(world.timeline().epoch).toBe(epoch);
});
