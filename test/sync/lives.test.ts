/** What becomes of a device's work when the device itself changes: wiped, enrolled again, put back from an image, revoked. */
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UnsentChange } from '#main/sync/unsent-file.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestDevice, ownDigests, type TestDevice } from './device-world.ts';
import { actor, order, payment, shopId, type TestActor } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

const SHOP = shopScope(shopId(1));
let world: ServerWorld;
let kept: UnsentChange[];
beforeEach(async () => {
  world = await createServerWorld();
  kept = [];
});
afterEach(() => world.close());

const open = (by: TestActor, core?: TestDevice['core']) =>
  createTestDevice({
    world: () => world,
    actor: by,
    keepUnsent: (changes) => {
      kept.push(...changes.filter((change) => 'mid' in change));
      return 'a file';
    },
    ...(core === undefined ? {} : { core }),
  });
const place = (on: TestDevice, n: number) => on.do('order.place', { order: order(n, on.actor) });
const orders = async () =>
  [...(await world.rows([SHOP])).keys()].map((key) => Number.parseInt(key.slice(-12), 16)).toSorted((a, b) => a - b);
const state = (on: TestDevice) =>
  on.core.db.$client.prepare('SELECT incarnation, next_mid AS nextMid FROM sync_state').get();

test('a wiped device that enrols again begins at one under a new incarnation and gets everything back', async () => {
  const before = open(actor(1));
  place(before, 1);
  place(before, 2);
  await before.push();
  const after = open({ ...actor(1), incarnation: 2 });
  await after.pull();
  expect(await orders()).toEqual([1, 2]);
  expect(after.rows()).toEqual(await world.rows([SHOP]));
  place(after, 3);
  await after.push();
  await after.pull();
  expect(state(after)).toEqual({ incarnation: 2, nextMid: 2 });
  expect(await orders()).toEqual([1, 2, 3]);
  expect(ownDigests(after)).toEqual(await world.digests([SHOP]));
});

test('a device that enrols again over its own data does nothing twice of what it had no answer to', async () => {
  const till = open(actor(1));
  place(till, 1);
  till.do('order.advance', { id: order(1, till.actor).id, to: 'cancelled' });
  till.network.fault = () => 'reply lost';
  await till.push().catch(() => undefined);
  const again = open({ ...actor(1), incarnation: 2 }, till.core);
  place(again, 2);
  await again.push();
  await again.pull();
  // Said again under another name, the second step would have been refused.
  expect(again.outbox().map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
  expect(again.sync.status()).toMatchObject({ unsent: 0, refused: 0 });
  expect(again.rows()).toEqual(await world.rows([SHOP]));
});

test('data of one device in the hands of another: nothing of it is sent, what was unsent is in a file', async () => {
  const till = open(actor(1));
  place(till, 1);
  await till.push();
  await till.pull();
  place(till, 2);
  const other = open(actor(5, 2), till.core);
  place(other, 3);
  await other.push();
  await other.pull();
  expect(kept.map(({ deviceId, mid, name, args }) => [deviceId, mid, name, args])).toEqual([
    [actor(1).deviceId, 2, 'order.place', { order: order(2, actor(1)) }],
  ]);
  expect(await orders()).toEqual([1]);
  expect(other.rows()).toEqual(await world.rows([shopScope(shopId(2))]));
  expect(other.outbox()).toHaveLength(1);
});

describe('AU-05 a revoked device', () => {
  const refuse = () => Promise.reject(new AppError('device.revoked', 'headquarters has revoked this device'));

  test('keeps what it has and what it has not sent, and knows over a restart without a server that it is shut out', async () => {
    const till = open(actor(1));
    place(till, 1);
    await till.push();
    await till.pull();
    place(till, 2);
    const { push, pull } = world;
    world = { ...world, push: refuse, pull: refuse };
    await expect(till.push()).rejects.toMatchObject({ code: 'device.revoked' });
    await expect(till.pull()).rejects.toMatchObject({ code: 'device.revoked' });
    const held = till.rows();
    expect(till.sync.status()).toMatchObject({ state: 'revoked', unsent: 1 });
    till.network.fault = () => 'request lost';
    till.crash();
    expect(till.sync.status()).toMatchObject({ state: 'revoked', unsent: 1 });
    await till.pull().catch(() => undefined);
    expect(till.sync.status().state).toBe('revoked');
    expect(till.rows()).toEqual(held);
    // Let in again by a server that knows it: everything goes on.
    world = { ...world, push, pull };
    till.network.fault = () => 'none';
    await till.push();
    expect(till.sync.status()).toMatchObject({ state: 'online', unsent: 0 });
    till.crash();
    expect(till.sync.status().state).toBe('offline');
  });
});

describe('I18 a copy of a device', () => {
  const copyOf = (on: TestDevice) =>
    open(on.actor, { ...on.core, db: drizzle({ client: new Database(on.core.db.$client.serialize()) }) });
  const shows = (on: TestDevice, n: number) => on.rows().has(`order:${order(n, on.actor).id}`);

  test('I7 that has pulled what the device sent under their name shows its own changes all the same', async () => {
    const till = open(actor(1));
    place(till, 1);
    const copy = copyOf(till);
    await till.push();
    place(till, 2);
    place(till, 3);
    await till.push();
    place(copy, 4);
    await copy.pull();
    expect([1, 2, 3, 4].map((n) => shows(copy, n))).toEqual([true, true, true, true]);
    await copy.push();
    await copy.pull();
    await till.pull();
    expect(await orders()).toEqual([1, 2, 3, 4]);
    expect(copy.rows()).toEqual(till.rows());
  });

  test('I7 that changes something while it pulls shows that, too', async () => {
    const till = open(actor(1));
    const copy = copyOf(till);
    for (const n of [1, 2]) place(till, n);
    await till.push();
    let asked = 0;
    copy.network.meanwhile = () => {
      asked += 1;
      if (asked === 1) place(copy, 3);
      return Promise.resolve();
    };
    await copy.pull();
    expect(asked).toBe(2);
    expect([1, 2, 3].map((n) => shows(copy, n))).toEqual([true, true, true]);
  });

  test('I7 whose answer was lost before they parted shows what both made once', async () => {
    const till = open(actor(1));
    place(till, 1);
    till.network.fault = () => 'reply lost';
    await till.push().catch(() => undefined);
    till.network.fault = () => 'none';
    const copy = copyOf(till);
    place(till, 2);
    await till.push();
    await copy.pull();
    expect(copy.outbox()).toMatchObject([{ mid: 1, state: 'pending' }]);
    expect(copy.base()).toEqual(copy.rows());
    expect(copy.rows()).toEqual(await world.rows([SHOP]));
  });

  test('and the device itself: one history is accepted as it is, the other goes on under a new name, all of both once', async () => {
    const till = open(actor(1));
    place(till, 1);
    await till.push();
    await till.pull();
    const copy = copyOf(till);
    place(till, 2);
    place(copy, 3);
    copy.do('payment.settle', { payments: [payment(3, order(3, copy.actor))] });
    await till.push();
    expect(state(copy)).toMatchObject({ incarnation: 1 });
    await copy.push();
    expect(state(copy)).toMatchObject({ incarnation: 2 });
    place(till, 4);
    await till.push();
    await copy.pull();
    await till.pull();
    expect(state(till)).toMatchObject({ incarnation: 1 });
    expect((await world.rows([SHOP])).size).toBe(5);
    expect(copy.rows()).toEqual(till.rows());
    expect(
      copy
        .outbox()
        .concat(till.outbox())
        .every(({ status }) => status === 'applied'),
    ).toBe(true);
  });
});

describe('I16 a server that was restored', () => {
  test('to before a device took a new name lets it on under that name, and is sent what it forgot', async () => {
    const till = open(actor(1));
    place(till, 1);
    await till.push();
    await till.pull();
    const backup = await world.backUp();
    // Forked, it took incarnation 2, which the backup does not know of.
    const renamed = open({ ...actor(1), incarnation: 2 });
    place(renamed, 2);
    await renamed.push();
    await renamed.pull();
    await world.restore(backup);
    const { pull } = world;
    // As the restored list of devices has it, until the device has said what it is called.
    let issued = 1;
    world = {
      ...world,
      pull: (by, request) => {
        const actorThen = { ...by, incarnation: issued };
        issued = 2;
        return pull(actorThen, request);
      },
    };
    await renamed.pull();
    await renamed.push();
    await renamed.pull();
    expect(await orders()).toEqual([1, 2]);
    expect(renamed.rows()).toEqual(await world.rows([SHOP]));
  });

  test('never takes a cursor, a ticket or an acknowledgement of the other time for its own', async () => {
    const till = open(actor(1));
    place(till, 1);
    await till.push();
    await till.pull();
    const backup = await world.backUp();
    for (const n of [2, 3, 4]) {
      place(till, n);
      await till.push();
      await till.pull();
    }
    await world.restore(backup);
    // Others have written meanwhile: the same versions mean other rows now.
    const other = open(actor(2));
    for (const n of [12, 13, 14]) place(other, n);
    await other.push();
    place(till, 5);
    await till.push();
    await till.pull();
    await other.pull();
    expect(await orders()).toEqual([1, 2, 3, 4, 5, 12, 13, 14]);
    expect(till.rows()).toEqual(await world.rows([SHOP]));
    expect(other.rows()).toEqual(till.rows());
    expect(ownDigests(till)).toEqual(await world.digests([SHOP]));
  });
});

describe('I22 an exchange without news', () => {
  test('writes nothing here, and nothing there', async () => {
    const till = open(actor(1));
    place(till, 1);
    await till.push();
    await till.pull();
    await till.pull();
    const changes = () => till.core.db.$client.prepare<[], number>('SELECT total_changes()').pluck().get();
    const before = changes();
    const tables = ['entities', 'scope_heads', 'sync_writers', 'sync_outcomes', 'device_grants', 'scope_departures'];
    const versions = async () => {
      const found = [];
      for (const table of tables) {
        const { rows } = await world.opened.db.execute(`SELECT ctid::text, xmin::text FROM ${table} ORDER BY 1`);
        found.push(rows);
      }
      return found;
    };
    const theirs = await versions();
    for (let n = 0; n < 3; n += 1) {
      await till.pull();
      await till.push();
    }
    expect(changes()).toBe(before);
    expect(await versions()).toEqual(theirs);
  });
});
