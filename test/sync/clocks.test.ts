import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestDevice, type TestDevice } from './device-world.ts';
import { actor, order, payment, shopId } from './fixtures.ts';
import { createServerWorld, NOW, type ServerWorld } from './server-world.ts';

const YEAR = 365 * 24 * 3_600_000;
const SHOP = shopScope(shopId(1));
let world: ServerWorld;
let till: TestDevice;
beforeEach(async () => {
  world = await createServerWorld();
  till = createTestDevice({ world: () => world, actor: actor(1) });
});
afterEach(() => world.close());

const setClock = (on: TestDevice, ms: number) => on.core.advance(ms - on.core.now());
/** The corrected time of the last mutation of a device; 0 before its first. */
const lastAt = async (on: TestDevice): Promise<number> => {
  const { rows } = await world.opened.db.execute<{ at: number }>(
    sql`SELECT last_at AS at FROM sync_writers WHERE device_id = ${on.actor.deviceId}`,
  );
  return rows[0]?.at ?? 0;
};

test('AU-06 a device in 1970 works, and is told how far off it is; nothing of it is refused', async () => {
  setClock(till, 1000);
  till.do('order.place', { order: order(1, till.actor) });
  till.do('payment.settle', { payments: [payment(1, order(1, till.actor))] });
  await till.push();
  await till.pull();
  expect(till.outbox().map(({ status }) => status)).toEqual(['applied', 'applied']);
  expect(till.sync.status()).toMatchObject({ state: 'online', unsent: 0, clockSkewMs: expect.closeTo(-NOW, -4) });
  expect(till.rows()).toEqual(await world.rows([SHOP]));
  // By the server's time it happened now.
  expect(await lastAt(till)).toBeGreaterThan(NOW - 10_000);
});

test('AU-06 a clock that is put right says so', async () => {
  setClock(till, NOW + YEAR);
  till.do('order.place', { order: order(1, till.actor) });
  await till.push();
  expect(till.sync.status().clockSkewMs).toBeGreaterThan(YEAR - 10_000);
  setClock(till, NOW);
  await till.pull();
  expect(till.sync.status().clockSkewMs).toBeUndefined();
});

test('I11 whatever the clocks of two devices do within a year, nothing is refused, times are never after the server and never go back', async () => {
  const other = createTestDevice({ world: () => world, actor: actor(2) });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ on: fc.nat({ max: 1 }), clock: fc.integer({ min: -YEAR, max: YEAR }), isSent: fc.boolean() }),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
      async (steps) => {
        for (const { on: which, clock, isSent } of steps) {
          const on = which === 0 ? till : other;
          setClock(on, NOW + clock);
          n += 1;
          on.do('order.place', { order: order(n, on.actor) });
          world.clock.now += 1000;
          if (!isSent) continue;
          const before = await lastAt(on);
          await on.push();
          await on.pull();
          expect(on.outbox().at(-1)?.status).toBe('applied');
          const at = await lastAt(on);
          expect(at).toBeLessThanOrEqual(world.clock.now);
          expect(at).toBeGreaterThanOrEqual(before);
        }
        for (const on of [till, other]) {
          const own = on.core.db.$client.prepare<[], string>('SELECT hlc FROM sync_outbox ORDER BY mid').pluck().all();
          expect(own.toSorted()).toEqual(own);
          expect(new Set(own).size).toBe(own.length);
        }
      },
    ),
    { numRuns: 12 },
  );
  for (const on of [till, other]) {
    await on.push();
    await on.pull();
  }
  await till.pull();
  expect(till.rows()).toEqual(other.rows());
  expect(till.rows().size).toBe(n);
});
