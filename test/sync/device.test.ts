import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeRows } from '#server/sync/rows.writer.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import { createTestDevice, expectedRows, type Fault, ownDigests, type TestDevice } from './device-world.ts';
import { actor, ORGANIZATION, order, payment, shopId } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
let till: TestDevice;
let other: TestDevice;
const device = (n: number, shop = 1) => createTestDevice({ world: () => world, actor: actor(n, shop) });

beforeEach(async () => {
  world = await createServerWorld();
  till = device(1);
  other = device(2);
});
afterEach(() => world.close());

const place = (on: TestDevice, n: number) => {
  const made = order(n, on.actor);
  on.do('order.place', { order: made });
  return made;
};
const pay = (on: TestDevice, n: number) => on.do('payment.settle', { payments: [payment(n, order(n, on.actor))] });
const once = (on: TestDevice, fault: Fault) => {
  let isDue = true;
  on.network.fault = () => {
    const now = isDue;
    isDue = false;
    return now ? fault : 'none';
  };
};

test('a change is seen here at once, there after push and pull, and both then hold what the server holds', async () => {
  place(till, 1);
  pay(till, 1);
  expect(till.rows().size).toBe(2);
  expect(till.sync.status()).toMatchObject({ unsent: 2, state: 'offline' });
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  expect(other.rows()).toEqual(till.rows());
  expect(till.sync.status()).toMatchObject({ unsent: 0, refused: 0, state: 'online' });
  expect(ownDigests(other)).toEqual(await world.digests([shopScope(shopId(1))]));
  expect(till.base()).toEqual(till.rows());
});

test('I22 an idle device writes nothing', async () => {
  place(till, 1);
  await till.push();
  await till.pull();
  const changes = () => till.core.db.$client.prepare<[], number>('SELECT total_changes()').pluck().get();
  const before = changes();
  await till.pull();
  await till.push();
  expect(changes()).toBe(before);
});

test('a reply that is lost, or a request that comes twice or late, does nothing twice', async () => {
  for (const [index, fault] of (['request lost', 'reply lost', 'twice', 'late'] as const).entries()) {
    place(till, index + 1);
    pay(till, index + 1);
    once(till, fault);
    await till.push().catch(() => undefined);
    await till.push();
  }
  await till.pull();
  expect(till.rows()).toEqual(await world.rows([shopScope(shopId(1))]));
  expect(till.rows().size).toBe(8);
  expect(till.outbox().map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'applied'));
});

test('what the server refuses is taken back with its answer, and can be counted', async () => {
  place(till, 1);
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  other.do('order.advance', { id: order(1, till.actor).id, to: 'cancelled' });
  await other.push();
  till.do('order.advance', { id: order(1, till.actor).id, to: 'cancelled' });
  pay(till, 1);
  await till.push();
  expect(till.outbox().map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);

  other.do('order.place', { order: order(2, other.actor) });
  other.do('order.advance', { id: order(2, other.actor).id, to: 'cancelled' });
  await other.push();
  await Promise.all([till.pull(), other.pull()]);
  expect(till.rows()).toEqual(other.rows());
});

test('a refusal brings the row back to what the server says', async () => {
  place(till, 1);
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  till.do('order.advance', { id: order(1, till.actor).id, to: 'cancelled' });
  const shown = till.rows();
  const paid = createTestDevice({ world: () => world, actor: actor(3) });
  await paid.pull();
  paid.do('payment.settle', { payments: [payment(9, order(1, till.actor))] });
  await paid.push();
  expect(till.rows()).toEqual(shown);
  await till.push();
  expect(till.outbox().at(-1)).toMatchObject({ status: 'rejected' });
  // Until the pull that holds it, the change stays on show.
  expect(till.rows()).toEqual(shown);
  await till.pull();
  expect(till.rows()).toEqual(await world.rows([shopScope(shopId(1))]));
  expect(till.sync.status().refused).toBe(1);
});

test('what comes in while changes wait does not push them off the screen', async () => {
  const made = place(till, 1);
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  pay(till, 1);
  other.do('order.place', { order: order(2, other.actor) });
  await other.push();
  await till.pull();
  expect(JSON.parse(till.rows().get(`order:${made.id}`) ?? '{}')).toMatchObject({ status: 'paid' });
  expect(till.rows().size).toBe(3);
  expect(till.rows()).toEqual(expectedRows(till));
});

describe('a transaction that is rolled back', () => {
  test('leaves rows, number and clock as they were', () => {
    place(till, 1);
    const state = () => till.core.db.$client.prepare('SELECT * FROM sync_state').get();
    const before = [state(), till.rows(), till.outbox()];
    till.core.advance(5000);
    expect(() =>
      till.core.db.transaction((tx) => {
        till.sync.mutate(tx, 'order.place', { order: order(2, till.actor) });
        till.sync.mutate(tx, 'payment.settle', { payments: [payment(2, order(2, till.actor))] });
        throw new Error('changed my mind');
      }),
    ).toThrow('changed my mind');
    expect([state(), till.rows(), till.outbox()]).toEqual(before);
    place(till, 3);
    expect(till.outbox().map(({ mid }) => mid)).toEqual([1, 2]);
  });

  test('a refused mutation rolls back what its caller wrote before it', () => {
    expect(() =>
      till.core.db.transaction((tx) => {
        till.sync.mutate(tx, 'order.place', { order: order(2, till.actor) });
        till.sync.mutate(tx, 'order.advance', { id: order(9, till.actor).id, to: 'cancelled' });
      }),
    ).toThrow(expect.objectContaining({ code: 'orders.not_found' }));
    expect(till.rows().size).toBe(0);
    expect(till.outbox()).toEqual([]);
  });
});

describe('what cannot be sent is refused before it is stored', () => {
  test.each([
    ['app.bad_input', { order: { ...order(1, actor(1)), lines: [] } }],
    ['app.bad_input', { order: { ...order(1, actor(1)), operatorName: 'nul \0' } }],
    ['sync.scope_denied', { order: order(1, actor(2)) }],
    ['fiscal.total_mismatch', { order: { ...order(1, actor(1)), totalMinor: 1 } }],
  ])('%s', (code, args) => {
    expect(() => till.do('order.place', args)).toThrow(expect.objectContaining({ code }));
    expect(till.outbox()).toEqual([]);
  });

  test('app.too_large', () => {
    const kiosk = createTestDevice({ world: () => world, actor: actor(5, 1, 'kiosk') });
    const visit: Visit = {
      id: 'OBD-ABCDEF-123456',
      deviceId: kiosk.actor.deviceId,
      kind: 'diagnostics',
      status: 'active',
      language: 'ru',
      contact: {},
      metadata: Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`note-${n}`, 'x'.repeat(256)])),
      createdAt: 1,
      expiresAt: 2,
    };
    expect(() => kiosk.do('visit.start', { visit })).toThrow(expect.objectContaining({ code: 'app.too_large' }));
    expect(kiosk.outbox()).toEqual([]);
  });

  test('outside a transaction, or for another mode', () => {
    expect(() => till.sync.mutate({} as never, 'order.place', { order: order(1, till.actor) })).toThrow('transaction');
    const manager = createTestDevice({ world: () => world, actor: actor(5, 1, 'manager') });
    expect(() => place(manager, 1)).toThrow(expect.objectContaining({ code: 'auth.forbidden' }));
  });
});

test('a crash between any two steps loses nothing that was committed', async () => {
  place(till, 1);
  till.crash();
  once(till, 'reply lost');
  await till.push().catch(() => undefined);
  till.crash();
  pay(till, 1);
  await till.push();
  till.crash();
  expect(till.rows()).toEqual(expectedRows(till));
  await till.pull();
  expect(till.rows()).toEqual(await world.rows([shopScope(shopId(1))]));
});

test('answers to many are stored each as it was given, however many were simply done', async () => {
  for (const n of [1, 2, 3]) place(till, n);
  await till.push();
  await till.pull();
  await other.pull();
  other.do('payment.settle', { payments: [payment(2, order(2, till.actor))] });
  await other.push();
  place(till, 4);
  place(till, 5);
  till.do('order.advance', { id: order(2, till.actor).id, to: 'cancelled' });
  place(till, 6);
  place(till, 7);
  await till.push();
  expect(till.outbox().map(({ mid, state, status }) => [mid, state, status])).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map((mid) => [mid, 'acked', mid === 6 ? 'rejected' : 'applied']),
  );
});

test('a server put back to an older backup gets again what it forgot, and takes along what only it knew', async () => {
  place(till, 1);
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  const backup = await world.backUp();
  place(till, 2);
  await till.push();
  // Headquarters' own row, which no device can bring back.
  const lost = order(3, till.actor);
  await world.opened.db.transaction((tx) =>
    writeRows(tx, ORGANIZATION, [{ type: 'order', id: lost.id, scope: shopScope(shopId(1)), fields: lost }], 1),
  );
  await Promise.all([till.pull(), other.pull()]);
  expect(other.rows().size).toBe(3);
  await world.restore(backup);
  place(till, 4);
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  expect(await world.rows([shopScope(shopId(1))])).toEqual(other.rows());
  expect(till.rows()).toEqual(other.rows());
  expect([...other.rows().keys()].toSorted()).toEqual([1, 2, 4].map((n) => `order:${order(n, till.actor).id}`));
});

test('stamps rise although the clock of the device does not', () => {
  for (const [index, jump] of [0, -3_600_000, 0, 7_200_000, -86_400_000].entries()) {
    till.core.advance(jump);
    place(till, index + 1);
  }
  const stamps = till.core.db.$client.prepare<[], string>('SELECT hlc FROM sync_outbox ORDER BY mid').pluck().all();
  expect(stamps).toHaveLength(5);
  expect(new Set(stamps).size).toBe(5);
  expect(stamps.toSorted()).toEqual(stamps);
});

test('a backlog gets through something that takes only small pieces', async () => {
  const { push } = world;
  const sizes: number[] = [];
  world = {
    ...world,
    push: (by, request) => {
      sizes.push(request.mutations.length);
      if (request.mutations.length > 3) return Promise.reject(new AppError('app.too_large', 'too much'));
      return push(by, request);
    },
  };
  const hasty = createTestDevice({ world: () => world, actor: actor(1), firstBatch: 10 });
  for (let n = 1; n <= 10; n += 1) place(hasty, n);
  await hasty.push();
  expect(sizes).toEqual([10, 5, 3, 3, 3, 1]);
  expect(hasty.sync.status().unsent).toBe(0);
});

test('answered mutations are kept for two weeks', async () => {
  place(till, 1);
  await till.push();
  await till.pull();
  // By the server's clock, and no more than a day at a step.
  const days = async (count: number) => {
    for (let day = 0; day < count; day += 1) {
      world.clock.now += 24 * 3_600_000;
      await till.pull();
      await till.push();
    }
  };
  await days(14);
  expect(till.outbox()).toHaveLength(1);
  await days(3);
  expect(till.outbox()).toHaveLength(0);
});
