/** A backlog goes in several pushes, and the next one leaves before the one in front of it is answered. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestDevice, type Fault, type TestDevice } from './device-world.ts';
import { actor, order, shopId } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

const ORDERS = 20;
const SHOP = [shopScope(shopId(1))];

let world: ServerWorld;
let till: TestDevice;
/** First mutation of each push that reached the server, and how many of its writer were with it then. */
let reached: { readonly mid: number; readonly together: number }[];
/** Holds a push back before the server has it. */
let hold: (mid: number) => Promise<void>;
beforeEach(async () => {
  world = await createServerWorld();
  reached = [];
  hold = () => Promise.resolve();
  let together = 0;
  const watched: ServerWorld = {
    ...world,
    push: async (by, request) => {
      together += 1;
      const mid = request.mutations[0]?.mid ?? 0;
      try {
        await hold(mid);
        reached.push({ mid, together });
        return await world.push(by, request);
      } finally {
        together -= 1;
      }
    },
  };
  till = createTestDevice({ world: () => watched, actor: actor(1) });
  for (let n = 1; n <= ORDERS; n += 1) till.do('order.place', { order: order(n, till.actor) });
});
afterEach(() => world.close());

const agree = async () => {
  await till.pull();
  expect(till.outbox().filter(({ state }) => state === 'pending')).toEqual([]);
  expect(till.rows().size).toBe(ORDERS);
  expect(await world.rows(SHOP)).toEqual(till.rows());
  const { rows } = await world.opened.db.execute<{ incarnation: number; answered: number; last: number }>(
    `SELECT incarnation, last_mid AS last, (SELECT count(*)::int FROM sync_outcomes) AS answered FROM sync_writers`,
  );
  expect(rows).toEqual([{ incarnation: 1, last: ORDERS, answered: ORDERS }]);
};

test('two are on their way from the second on, in order, and each is done once', async () => {
  await till.push();
  expect(reached.map(({ mid }) => mid)).toEqual(reached.map(({ mid }) => mid).toSorted((a, b) => a - b));
  expect(reached[0]).toEqual({ mid: 1, together: 1 });
  expect(reached.map(({ together }) => together)).toContain(2);
  await agree();
});

test('I2 one that overtakes the one before it is sent again, and the rest goes one at a time', async () => {
  const [overtaken, overtaking] = [2, 4];
  const arrived = Promise.withResolvers<void>();
  hold = async (mid) => {
    if (mid === overtaken) await arrived.promise;
    if (mid === overtaking) setImmediate(() => arrived.resolve());
  };
  await till.push();
  expect(reached.findIndex(({ mid }) => mid === overtaking)).toBeLessThan(
    reached.findIndex(({ mid }) => mid === overtaken),
  );
  const after = reached.slice(reached.findLastIndex(({ mid }) => mid === overtaking));
  expect(after.every(({ together }) => together === 1)).toBe(true);
  await agree();
});

test.each<Fault>(['request lost', 'reply lost', 'twice', 'late'])(
  'I1 I18 %s, for the one in front or the one ahead: nothing is lost, done twice or taken for a copy',
  async (fault) => {
    for (const at of [2, 3, 4]) {
      let asked = 0;
      till.network.fault = () => ((asked += 1) === at ? fault : 'none');
      await till.push().catch(() => undefined);
      till.network.fault = () => 'none';
      till.crash();
    }
    await till.push();
    await agree();
  },
);
