/** What only shows on a database with several connections. PGlite has one; these need `TEST_DATABASE_URL`. */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { actor, ORGANIZATION, order, payment, shopId } from '#test/sync/fixtures.ts';
import { createServerWorld, createWriter, type ServerWorld } from '#test/sync/server-world.ts';
import { writeRows } from './rows.writer.ts';
import { lockWriter } from './writers.repo.ts';

const WRITERS = 8;
const EACH = 25;
const SHOP = shopScope(shopId(1));

describe.runIf(process.env['TEST_DATABASE_URL'] !== undefined)('on PostgreSQL', () => {
  let world: ServerWorld;
  beforeEach(async () => {
    world = await createServerWorld({ maxRows: 7 });
  });
  afterEach(() => world.close());

  /** Pulls without pause, as a device does, until the writers are done and once more. */
  const follow = async (isDone: () => boolean) => {
    const reader = createWriter(world, actor(99));
    const seen = new Map<string, number>();
    let cursors: Record<string, number> = {};
    let pulls = 0;
    for (let last = false; ; ) {
      const reply = await reader.pull(cursors);
      pulls += 1;
      for (const row of reply.rows) {
        expect(row.ver).toBeGreaterThan(cursors[row.scope] ?? 0);
        seen.set(row.id, row.ver);
      }
      cursors = reply.next;
      if (last && reply.complete) return { seen, pulls };
      last = isDone();
    }
  };

  test('I4 a reader that polls while eight writers hold their transactions open misses no row', async () => {
    let open = WRITERS;
    const hold = async (n: number) => {
      for (let k = 0; k < EACH; k += 1) {
        const made = order(n * 1000 + k, actor(n));
        const put: RowPut = { type: 'order', id: made.id, scope: SHOP, fields: made };
        await world.opened.db.transaction(async (tx) => {
          // Its transaction number is taken early, its version late: a cursor on the former would lose it.
          await lockWriter(tx, { deviceId: actor(n).deviceId, incarnation: 1 }, 1);
          await pause((k * 7 + n * 3) % 5);
          await writeRows(tx, ORGANIZATION, [put], 1);
          await pause((k + n) % 3);
        });
      }
      open -= 1;
    };
    const [{ seen, pulls }] = await Promise.all([
      follow(() => open === 0),
      ...Array.from({ length: WRITERS }, (_, n) => hold(n + 1)),
    ]);
    expect(seen.size).toBe(WRITERS * EACH);
    expect(new Set(seen.values()).size).toBe(WRITERS * EACH);
    expect(pulls).toBeGreaterThan(10);
  });

  test('devices that push at the same time are all applied, and a reader misses none', async () => {
    let open = WRITERS;
    const work = async (n: number) => {
      const writer = createWriter(world, actor(n));
      for (let k = 0; k < EACH; k += 1) {
        const made = order(n * 1000 + k, actor(n));
        const reply = await writer.send(
          writer.make('order.place', { order: made }),
          writer.make('payment.settle', { payments: [payment(n * 1000 + k, made)] }),
        );
        expect(reply.outcomes.map(({ status }) => status)).toEqual(['applied', 'applied']);
      }
      open -= 1;
    };
    const [{ seen }] = await Promise.all([
      follow(() => open === 0),
      ...Array.from({ length: WRITERS }, (_, n) => work(n + 1)),
    ]);
    expect(seen.size).toBe(WRITERS * EACH * 2);
  });

  test('two tills on one order: one cancels it or the other is paid, never both', async () => {
    const [one, two] = [createWriter(world, actor(1)), createWriter(world, actor(2))];
    const results: string[] = [];
    for (let n = 1; n <= 30; n += 1) {
      const made = order(n, actor(1));
      await one.send(one.make('order.place', { order: made }));
      const [cancelled, paid] = await Promise.all([
        one.send(one.make('order.advance', { id: made.id, to: 'cancelled' })),
        two.send(two.make('payment.settle', { payments: [payment(n, made)] })),
      ]);
      const { rows } = await world.opened.db.execute<{ status: string }>(
        sql`SELECT fields->>'status' AS status FROM entities WHERE id = ${made.id}`,
      );
      const status = rows[0]?.status ?? '';
      results.push(status);
      if (status === 'cancelled') expect(paid.outcomes[0]?.anomalies).toEqual(['payment_without_order']);
      else expect(cancelled.outcomes[0]).toMatchObject({ status: 'rejected', code: 'orders.illegal_transition' });
      expect(['cancelled', 'paid']).toContain(status);
    }
    const { rows } = await world.opened.db.execute<{ count: number }>(
      sql`SELECT count(*) AS count FROM entities WHERE type = 'payment'`,
    );
    expect(rows[0]?.count).toBe(30);
  });

  test('two first writes of one row: the second sees the first', async () => {
    const [one, two] = [createWriter(world, actor(1)), createWriter(world, actor(2))];
    for (let n = 1; n <= 30; n += 1) {
      const paid = payment(n, order(n, actor(1)));
      const both = await Promise.all([
        one.send(one.make('payment.settle', { payments: [paid] })),
        two.send(two.make('payment.settle', { payments: [{ ...paid, amountMinor: paid.amountMinor + 1 }] })),
      ]);
      expect(both.map(({ outcomes }) => outcomes[0]?.status)).toEqual(['applied', 'applied']);
    }
    const { rows } = await world.opened.db.execute<{ count: number; head: number }>(
      sql`SELECT count(*) AS count, (SELECT head FROM scope_heads WHERE scope = ${SHOP}) AS head FROM entities`,
    );
    expect(rows).toEqual([{ count: 30, head: 30 }]);
  });

  test('one writer that sends the same thing five times at once has it done once', async () => {
    const writer = createWriter(world, actor(1));
    const first = writer.make('order.place', { order: order(1, actor(1)) });
    const replies = await Promise.all(Array.from({ length: 5 }, () => writer.sendAndLoseReply(first)));
    expect(new Set(replies.map(({ ticket }) => ticket)).size).toBe(1);
    expect(replies.flatMap(({ outcomes }) => outcomes)).toEqual(replies.map(() => ({ mid: 1, status: 'applied' })));
  });
});
