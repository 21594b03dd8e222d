import { afterEach, beforeEach, expect, test } from 'vitest';
import { evictOld } from '#main/sync/retention.ts';
import { createSyncStore } from '#main/sync/store.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestDevice, ownDigests, type TestDevice } from './device-world.ts';
import { actor, ORGANIZATION, order, payment, shopId } from './fixtures.ts';
import { createServerWorld, NOW, type ServerWorld } from './server-world.ts';

const DAY = 24 * 3_600_000;
const SHOP = shopScope(shopId(1));
let world: ServerWorld;
let till: TestDevice;
let other: TestDevice;
beforeEach(async () => {
  world = await createServerWorld();
  till = createTestDevice({ world: () => world, actor: actor(1) });
  other = createTestDevice({ world: () => world, actor: actor(2) });
});
afterEach(() => world.close());

const place = (on: TestDevice, n: number) => on.do('order.place', { order: order(n, actor(1)) });
const evict = (on: TestDevice, now = world.clock.now) => {
  const store = createSyncStore(
    on.core.db,
    () => on.actor,
    () => undefined,
  );
  return store.transaction(() => evictOld(store, now));
};
const agree = async (on: TestDevice) => {
  await on.pull();
  expect(ownDigests(on)).toEqual(await world.digests([SHOP]));
};

test('I5 rows leave a device after a quarter without leaving the server, and both still agree', async () => {
  place(till, 1);
  place(till, 2);
  await till.push();
  await till.pull();
  world.clock.now += 89 * DAY;
  expect(evict(till)).toEqual([]);
  // A change starts the quarter anew; what waits here is not touched.
  till.do('order.advance', { id: order(1, actor(1)).id, to: 'cancelled' });
  await till.push();
  await till.pull();
  world.clock.now += 2 * DAY;
  place(till, 3);
  expect(evict(till)).toEqual([`order:${order(2, actor(1)).id}`]);
  expect(till.rows().size).toBe(2);
  expect((await world.rows([SHOP])).size).toBe(2);
  let pulled = 0;
  till.network.meanwhile = () => Promise.resolve(void (pulled += 1));
  await till.push();
  await agree(till);
  await agree(till);
  // No disagreement was found: nothing was read anew.
  expect(pulled).toBe(2);
  expect(till.rows().size).toBe(2);
});

test('I5 an evicted row that changes on the server comes back whole, and one that dies there leaves no trace', async () => {
  for (const n of [1, 2, 3]) place(till, n);
  await till.push();
  await till.pull();
  await other.pull();
  world.clock.now += 91 * DAY;
  expect(evict(till)).toHaveLength(3);
  other.do('payment.settle', { payments: [payment(1, order(1, actor(1)))] });
  await other.push();
  await agree(till);
  expect([...till.rows().keys()].toSorted()).toEqual(
    [`order:${order(1, actor(1)).id}`, `payment:${payment(1, order(1, actor(1))).id}`].toSorted(),
  );
  await world.opened.db.transaction((tx) =>
    writeRows(tx, ORGANIZATION, [{ type: 'order', id: order(3, actor(1)).id, scope: SHOP, fields: null }], NOW),
  );
  await agree(till);
  expect(till.core.db.$client.prepare('SELECT key FROM sync_evicted').pluck().all()).toEqual([
    `order:${order(2, actor(1)).id}`,
  ]);
  // Money taken here for an order that is no longer here: a fact, and the order comes back with it.
  till.do('payment.settle', { payments: [payment(2, order(2, actor(1)))] });
  await till.push();
  await agree(till);
  expect(JSON.parse(till.rows().get(`order:${order(2, actor(1)).id}`) ?? '{}')).toMatchObject({ status: 'paid' });
});

test('I5 a scope that is read anew brings evicted rows back, and they count once', async () => {
  place(till, 1);
  await till.push();
  await till.pull();
  world.clock.now += 91 * DAY;
  evict(till);
  till.core.db.$client.exec(`UPDATE sync_cursors SET ver = 0, digest = ''`);
  await agree(till);
  expect(till.rows().size).toBe(1);
});

test('I11 a device whose clock is a year ahead does not empty itself', async () => {
  place(till, 1);
  await till.push();
  await till.pull();
  till.core.advance(365 * DAY);
  await till.push();
  await till.pull();
  await till.push();
  expect(till.rows().size).toBe(1);
  world.clock.now = NOW + 91 * DAY;
  await till.pull();
  till.core.advance(2 * 3_600_000);
  await till.push();
  expect(till.rows().size).toBe(0);
});
