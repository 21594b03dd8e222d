import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLettersRepo } from '#main/sync/letters.repo.ts';
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
const evict = (on: TestDevice) => {
  const store = createSyncStore(
    on.core.db,
    () => on.actor,
    () => undefined,
  );
  return store.transaction(() => evictOld(store, store.state.find()?.countedMs ?? 0));
};
/** As if that much time had been counted. */
const age = (on: TestDevice, days: number) => {
  on.core.db.$client.prepare('UPDATE sync_state SET counted_ms = counted_ms + ?').run(days * DAY);
};
/** Days on which the device is on, and hears the server. */
const live = async (on: TestDevice, days: number) => {
  for (let day = 0; day < days; day += 1) {
    world.clock.now += DAY;
    on.core.advance(DAY);
    await on.pull();
    await on.push();
  }
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
  age(till, 89);
  expect(evict(till)).toEqual([]);
  // A change starts the quarter anew; what waits here is not touched.
  till.do('order.advance', { id: order(1, actor(1)).id, to: 'cancelled' });
  await till.push();
  await till.pull();
  age(till, 2);
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

test('I5 a history that grew old on one day leaves in pieces, and what is sold meanwhile stays', async () => {
  for (let n = 1; n <= 450; n += 1) place(till, n);
  await till.push();
  await till.pull();
  age(till, 91);
  const seen: number[] = [];
  let isLooking = true;
  const look = () => {
    seen.push(till.rows().size);
    if (seen.length === 2) place(till, 451);
    if (isLooking) setImmediate(look);
  };
  setImmediate(look);
  await live(till, 1);
  isLooking = false;
  // Some are gone, and most are not.
  expect(seen.some((rows) => rows > 50 && rows < 400)).toBe(true);
  expect([...till.rows().keys()]).toEqual([`order:${order(451, actor(1)).id}`]);
  await till.push();
  await agree(till);
});

test('I5 an evicted row that changes on the server comes back whole, and one that dies there leaves no trace', async () => {
  for (const n of [1, 2, 3]) place(till, n);
  await till.push();
  await till.pull();
  await other.pull();
  age(till, 91);
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
  age(till, 91);
  evict(till);
  till.core.db.$client.exec(`UPDATE sync_cursors SET ver = 0, digest = ''`);
  await agree(till);
  expect(till.rows().size).toBe(1);
});

describe('AU-06 I11 a clock that jumps a year', () => {
  const YEAR = 365 * DAY;
  const exchange = async (on: TestDevice) => {
    await on.push();
    await on.pull();
    await on.push();
  };

  for (const [whose, jump] of [
    ['of the device', (by: number) => till.core.advance(by)],
    ['of the server', (by: number) => void (world.clock.now += by)],
    [
      'of both, on one machine',
      (by: number) => {
        till.core.advance(by);
        world.clock.now += by;
      },
    ],
  ] as const) {
    test(`${whose}, does not make the device forget: a server put back gets everything again`, async () => {
      await exchange(till);
      const backup = await world.backUp();
      for (const n of [1, 2, 3]) place(till, n);
      await exchange(till);
      jump(YEAR);
      till.crash();
      for (let n = 0; n < 3; n += 1) await exchange(till);
      expect(till.outbox()).toHaveLength(3);
      expect(till.rows().size).toBe(3);
      jump(-YEAR);
      await exchange(till);
      await world.restore(backup);
      await till.pull();
      await exchange(till);
      expect((await world.rows([SHOP])).size).toBe(3);
      expect(till.rows()).toEqual(await world.rows([SHOP]));
    });
  }

  test('of the device, stops no forgetting when it was put back', async () => {
    till.core.advance(YEAR);
    place(till, 1);
    await exchange(till);
    till.core.advance(-2 * YEAR);
    await live(till, 14);
    expect(till.outbox()).toHaveLength(1);
    await live(till, 3);
    expect(till.outbox()).toEqual([]);
    expect(till.rows().size).toBe(1);
    await live(till, 75);
    expect(till.rows().size).toBe(0);
    expect(ownDigests(till)).toEqual(await world.digests([SHOP]));
  });
});

test('an answer that was read is let go after the window, and a year on the wall is not the window', async () => {
  place(till, 1);
  till.do('order.advance', { id: order(1, actor(1)).id, to: 'cancelled' });
  other.do('payment.settle', { payments: [payment(1, order(1, actor(1)))] });
  await till.push();
  await till.pull();
  await other.push();
  const letters = createLettersRepo(other.core.db);
  const [letter] = letters.list(false, Number.MAX_SAFE_INTEGER, 10);
  if (letter === undefined) throw new Error('money for a cancelled order is told to a person');
  letters.markRead(letter, { at: other.core.now(), name: 'A', isRetried: false });
  other.core.advance(400 * DAY);
  await live(other, 2);
  expect(letters.list(true, Number.MAX_SAFE_INTEGER, 10)).toHaveLength(1);
  await live(other, 15);
  expect(letters.list(true, Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
});
