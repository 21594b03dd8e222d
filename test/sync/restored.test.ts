/** What a server that was put back to an older backup makes of devices that went on. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStateRepo } from '#main/sync/state.repo.ts';
import { createSyncStore } from '#main/sync/store.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestDevice, type TestDevice } from './device-world.ts';
import { actor, order, shopId } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
let till: TestDevice;
beforeEach(async () => {
  world = await createServerWorld();
  till = createTestDevice({ world: () => world, actor: actor(1) });
});
afterEach(() => world.close());

const place = (n: number) => till.do('order.place', { order: order(n, till.actor) });

test('I16 I18 a ticket of another epoch is good for nothing: its device is not taken for a copy of itself', async () => {
  place(1);
  await till.push();
  await till.pull();
  const backup = await world.backUp();
  place(2);
  await till.push();
  await world.restore(backup);
  place(3);
  await till.pull();
  await till.push();
  expect(createStateRepo(till.core.db).find()?.incarnation).toBe(1);
  await till.pull();
  expect(await world.rows([shopScope(shopId(1))])).toEqual(till.rows());
  expect(till.rows().size).toBe(3);
});

test('I16 a change that found nothing to do is done over again when what it found is gone', async () => {
  const backup = await world.backUp();
  const other = createTestDevice({ world: () => world, actor: actor(2) });
  other.do('order.place', { order: order(1, other.actor) });
  await other.push();
  await till.pull();
  place(1);
  expect(till.rows()).toEqual(other.rows());
  await world.restore(backup);
  await till.pull();
  expect([...till.rows().values()]).toEqual([expect.stringContaining(till.actor.deviceId)]);
  await till.push();
  await till.pull();
  expect(await world.rows([shopScope(shopId(1))])).toEqual(till.rows());
});

describe('I16 I18 to before a device took a new name', () => {
  const SHOP = shopScope(shopId(1));
  const state = (on: TestDevice) => createStateRepo(on.core.db).find();
  const former = (on: TestDevice) =>
    on.core.db.$client
      .prepare('SELECT incarnation, mid, is_reopened AS isReopened FROM sync_former ORDER BY incarnation, mid')
      .all();
  const copyOf = async (on: TestDevice) => {
    const { default: Database } = await import('better-sqlite3');
    const { drizzle } = await import('drizzle-orm/better-sqlite3');
    const image = new Database(on.core.db.$client.serialize());
    return createTestDevice({
      world: () => world,
      actor: on.actor,
      core: { ...on.core, db: drizzle({ client: image }) },
    });
  };
  const placeOn = (on: TestDevice, n: number) => on.do('order.place', { order: order(n, on.actor) });
  const exchange = async (on: TestDevice) => {
    await on.pull();
    await on.push();
    await on.pull();
  };

  test('it sends again what it had answers to under the old one, in order, and once though its copy does too', async () => {
    await till.pull();
    const backup = await world.backUp();
    placeOn(till, 1);
    placeOn(till, 2);
    await exchange(till);
    const copy = await copyOf(till);
    placeOn(copy, 3);
    await exchange(copy);
    // Built on what was told under the old name.
    till.do('order.advance', { id: order(1, till.actor).id, to: 'cancelled' });
    await exchange(till);
    expect([state(till)?.incarnation, state(copy)?.incarnation]).toEqual([2, 1]);
    expect(former(till)).toEqual([
      { incarnation: 1, mid: 1, isReopened: 0 },
      { incarnation: 1, mid: 2, isReopened: 0 },
    ]);
    await world.restore(backup);
    await exchange(till);
    expect(former(till)).toMatchObject([{ isReopened: 0 }, { isReopened: 0 }]);
    expect(till.outbox()).toMatchObject([{ mid: 1, status: 'applied' }]);
    await exchange(copy);
    await exchange(till);
    expect((await world.rows([SHOP])).size).toBe(3);
    expect(JSON.parse(till.rows().get(`order:${order(1, till.actor).id}`) ?? '{}')).toMatchObject({
      status: 'cancelled',
    });
    expect(till.rows()).toEqual(await world.rows([SHOP]));
    expect(copy.rows()).toEqual(till.rows());
    expect([till, copy].map((on) => on.sync.status())).toMatchObject([
      { unsent: 0, refused: 0 },
      { unsent: 0, refused: 0 },
    ]);
  });

  test('to before its copy parted from it, which told its own first: what was answered to this one is told again', async () => {
    const backup = await world.backUp();
    placeOn(till, 1);
    const copy = await copyOf(till);
    placeOn(copy, 2);
    await exchange(copy);
    await world.restore(backup);
    placeOn(till, 3);
    await exchange(till);
    await exchange(copy);
    await till.pull();
    expect((await world.rows([SHOP])).size).toBe(3);
    expect(copy.rows()).toEqual(await world.rows([SHOP]));
    expect(till.rows()).toEqual(copy.rows());
    expect([state(till)?.incarnation, state(copy)?.incarnation]).toEqual([1, 2]);
  });

  test('and what it forgot of before that is not done again', async () => {
    placeOn(till, 1);
    placeOn(till, 2);
    await exchange(till);
    await world.opened.db.execute('DELETE FROM sync_outcomes WHERE mid = 1');
    const backup = await world.backUp();
    const copy = await copyOf(till);
    placeOn(copy, 3);
    await exchange(copy);
    await world.restore(backup);
    placeOn(till, 4);
    await exchange(till);
    await exchange(copy);
    expect((await world.rows([SHOP])).size).toBe(4);
    // Of all that it had sent only the third is told under the new name.
    expect([state(copy)?.incarnation, copy.outbox()]).toMatchObject([2, [{ mid: 1, status: 'applied' }]]);
    expect(copy.rows()).toEqual(await world.rows([SHOP]));
  });

  test('and its copy has told another story under the old one: it tells its own under the new one', async () => {
    await till.pull();
    const copy = await copyOf(till);
    const backup = await world.backUp();
    placeOn(till, 1);
    placeOn(till, 2);
    await exchange(till);
    store(till).transaction(() => store(till).adopt(till.actor.deviceId, 2));
    await world.opened.db.execute('UPDATE devices SET incarnation = 2');
    placeOn(copy, 3);
    await world.restore(backup);
    await exchange(copy);
    await exchange(till);
    await exchange(till);
    expect((await world.rows([SHOP])).size).toBe(3);
    expect(former(till)).toEqual([]);
    expect(till.rows()).toEqual(await world.rows([SHOP]));
    expect(till.outbox()).toMatchObject([
      { mid: 1, status: 'applied' },
      { mid: 2, status: 'applied' },
    ]);
  });

  test('what the server did so long ago that it forgot the answer is not done again', async () => {
    placeOn(till, 1);
    placeOn(till, 2);
    await exchange(till);
    store(till).transaction(() => store(till).adopt(till.actor.deviceId, 2));
    await world.opened.db.execute('UPDATE devices SET incarnation = 2');
    await exchange(till);
    await world.opened.db.execute('DELETE FROM sync_outcomes WHERE mid = 1');
    const backup = await world.backUp();
    placeOn(till, 3);
    await exchange(till);
    await world.restore(backup);
    await exchange(till);
    expect(former(till)).toEqual([
      { incarnation: 1, mid: 1, isReopened: 0 },
      { incarnation: 1, mid: 2, isReopened: 0 },
    ]);
    expect(till.outbox().map(({ mid }) => mid)).toEqual([1]);
    expect((await world.rows([SHOP])).size).toBe(3);
  });

  test('with a part of it let go since: what follows the hole is told under the new name, and shown meanwhile', async () => {
    await till.pull();
    const backup = await world.backUp();
    for (const n of [1, 2, 3]) placeOn(till, n);
    await exchange(till);
    store(till).transaction(() => store(till).adopt(till.actor.deviceId, 2));
    await world.opened.db.execute('UPDATE devices SET incarnation = 2');
    await exchange(till);
    till.core.db.$client.exec('DELETE FROM sync_former WHERE mid = 1');
    await world.restore(backup);
    await till.pull();
    expect(till.rows().size).toBe(0);
    till.network.fault = () => (store(till).former.hasReopened() ? 'none' : 'request lost');
    await till.push().catch(() => undefined);
    expect([...till.rows().keys()].toSorted()).toEqual(
      [2, 3].map((n) => `order:${order(n, till.actor).id}`).toSorted(),
    );
    expect(till.sync.status().unsent).toBe(2);
    till.network.fault = () => 'none';
    await exchange(till);
    expect(till.rows()).toEqual(await world.rows([SHOP]));
    expect(till.rows().size).toBe(2);
  });
});

const store = (on: TestDevice) =>
  createSyncStore(
    on.core.db,
    () => ({ ...on.actor, incarnation: createStateRepo(on.core.db).find()?.incarnation ?? 1 }),
    () => undefined,
  );
