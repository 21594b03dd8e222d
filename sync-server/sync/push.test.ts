import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sha256 } from '#node/sha256.ts';
import { encodeHlc } from '#shared/kernel/clock.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { EMPTY_DIGEST, rowDigest, xorDigests } from '#shared/sync/digest.ts';
import { defineMutator, type Mutator } from '#shared/sync/mutator.ts';
import { PushReply } from '#shared/sync/protocol.ts';
import { findMutator } from '#shared/sync/registry.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { actor, order, payment, uuid } from '#test/sync/fixtures.ts';
import { createServerWorld, createWriter, NOW, rowsText, type ServerWorld } from '#test/sync/server-world.ts';
import { readHeads } from './entities.repo.ts';

const till = actor(1);
const SHOP = shopScope(till.shopId);

let world: ServerWorld;
beforeEach(async () => {
  world = await createServerWorld();
});
afterEach(() => world.close());

const entities = async () => {
  const { rows } = await world.opened.db.execute<{ type: string; id: string; ver: number; fields: unknown }>(
    sql`SELECT type, id, ver, fields FROM entities ORDER BY ver`,
  );
  return rows;
};
const anomalies = async () => {
  const { rows } = await world.opened.db.execute<{ kind: string; mid: number; details: Record<string, unknown> }>(
    sql`SELECT kind, mid, details FROM anomalies ORDER BY mid`,
  );
  return rows;
};
const failure = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('expected an AppError', { cause: error });
  return error;
};

describe('a batch', () => {
  test('gives each touched row one version, however often the batch writes it', async () => {
    const writer = createWriter(world, till);
    const first = order(1, till);
    const reply = await writer.send(
      writer.make('order.place', { order: first }),
      writer.make('order.place', { order: order(2, till) }),
      writer.make('payment.settle', { payments: [payment(1, first)] }),
      writer.make('order.advance', { id: first.id, to: 'fulfilled' }),
    );
    expect(PushReply.parse(reply)).toMatchObject({ lastMid: 4, durableMid: 4, heads: { [SHOP]: 3 } });
    expect(reply.outcomes).toEqual([1, 2, 3, 4].map((mid) => ({ mid, status: 'applied' })));
    const rows = await entities();
    expect(rows.map(({ ver }) => ver)).toEqual([1, 2, 3]);
    expect(rows.find(({ id }) => id === first.id)?.fields).toMatchObject({ status: 'fulfilled', paidAt: NOW + 60_001 });
    expect(world.pokes).toEqual([{ scope: SHOP, head: 3, epoch: world.timeline().epoch }]);
    expect(world.hq.toSorted()).toEqual(['orders', 'summary']);
  });

  test('keeps the digest of the live rows', async () => {
    const writer = createWriter(world, till);
    await writer.send(
      writer.make('order.place', { order: order(1, till) }),
      writer.make('order.place', { order: order(2, till) }),
    );
    await writer.send(writer.make('order.advance', { id: order(1, till).id, to: 'cancelled' }));
    const live = (await entities()) as { type: string; id: string; fields: Record<string, unknown> }[];
    const [head] = await readHeads(world.opened.db, [SHOP]);
    expect(head?.digest).toBe(live.map((row) => rowDigest(sha256, row)).reduce(xorDigests, EMPTY_DIGEST));
    expect(head?.digest).not.toBe(EMPTY_DIGEST);
  });

  test('a refusal is an outcome, and what follows runs', async () => {
    const writer = createWriter(world, till);
    const reply = await writer.send(
      writer.make('order.advance', { id: uuid(4, 99), to: 'cancelled' }),
      writer.make('order.place', { order: { ...order(1, till), totalMinor: 1 } }),
      writer.make('order.place', { nonsense: true }),
      writer.make('order.teleport', {}),
      writer.make('order.place', { order: order(2, till) }, { schema: 99 }),
      writer.make('visit.update', { id: 'OBD-AAA-BBBBBB' }),
      writer.make('order.place', { order: order(3, till) }),
    );
    expect(reply.outcomes.map(({ status, code }) => code ?? status)).toEqual([
      'orders.not_found',
      'fiscal.total_mismatch',
      'app.bad_input',
      'sync.unknown_mutation',
      'sync.upgrade_required',
      'auth.forbidden',
      'applied',
    ]);
    expect(await entities()).toHaveLength(1);
    // What only a newer program understands is kept, whatever it was.
    expect(await anomalies()).toMatchObject([{ kind: 'unknown_mutation', mid: 4 }]);
  });

  test('an empty push only says where the writer stands', async () => {
    const writer = createWriter(world, till);
    await writer.send(writer.make('order.place', { order: order(1, till) }));
    expect(await writer.send()).toMatchObject({ lastMid: 1, outcomes: [], heads: {} });
  });
});

describe('a fact', () => {
  test('is never refused: unreadable, misplaced or from the wrong mode, it is kept whole', async () => {
    const writer = createWriter(world, actor(1, 1, 'manager'));
    const paid = payment(1, order(1, till));
    const reply = await writer.send(writer.make('payment.settle', { payments: [paid] }));
    expect(reply.outcomes).toEqual([{ mid: 1, status: 'applied', anomalies: ['fact_not_recorded'] }]);

    const cashier = createWriter(world, actor(2));
    const answers = await cashier.send(
      cashier.make('payment.settle', { payments: 'three hundred' }),
      cashier.make('payment.settle', { payments: [{ ...paid, amountMinor: -1, note: 'nul \0 and \ud800 half' }] }),
      cashier.make('payment.settle', { payments: [payment(2, order(7, till))] }),
    );
    expect(answers.outcomes.map(({ status, anomalies: kinds }) => [status, kinds])).toEqual([
      ['applied', ['fact_not_recorded']],
      ['applied', ['fact_not_recorded']],
      ['applied', ['payment_without_order']],
    ]);
    const kept = await anomalies();
    expect(kept).toHaveLength(4);
    const bodies = kept
      .filter(({ kind }) => kind === 'fact_not_recorded')
      .map(({ details }) => JSON.parse(String(details['body'])));
    expect(bodies.map(({ args }) => args.payments)).toContainEqual('three hundred');
    expect(bodies.flatMap(({ args }) => args.payments)).toContainEqual(
      expect.objectContaining({ note: 'nul \0 and \ud800 half' }),
    );
    expect((await entities()).map(({ type }) => type)).toEqual(['payment']);
  });

  test("that another shop's row stands in the way of is kept, and the row is not touched", async () => {
    const other = createWriter(world, actor(9, 2));
    const theirs = order(1, actor(9, 2));
    await other.send(other.make('order.place', { order: theirs }));
    const writer = createWriter(world, till);
    const reply = await writer.send(
      writer.make('payment.settle', { payments: [payment(1, theirs)] }),
      writer.make('order.advance', { id: theirs.id, to: 'cancelled' }),
    );
    expect(reply.outcomes.map(({ status, code }) => [status, code])).toEqual([
      ['applied', undefined],
      ['rejected', 'sync.scope_denied'],
    ]);
    expect(await anomalies()).toMatchObject([{ kind: 'fact_not_recorded', details: { code: 'sync.scope_denied' } }]);
    expect(rowsText(await entities())).toEqual(rowsText([{ type: 'order', id: theirs.id, fields: theirs }]));
  });

  test('whose mutator throws is kept; another mutation that throws is parked; neither holds up the next', async () => {
    await world.close();
    const broken = (name: string, fact: boolean): Mutator =>
      defineMutator<string, unknown>({
        name,
        fact,
        modes: ['cashier'],
        merge: 'transitions',
        writes: [],
        scope: 'shop',
        args: z.unknown(),
        reads: () => [],
        decide: () => {
          throw new TypeError('a fault of ours');
        },
      });
    world = await createServerWorld({
      findMutator: (name) =>
        name === 'test.fact' ? broken(name, true) : name === 'test.wish' ? broken(name, false) : findMutator(name),
    });
    const writer = createWriter(world, till);
    const reply = await writer.send(
      writer.make('test.fact', { it: 'happened' }),
      writer.make('test.wish', {}),
      writer.make('order.place', { order: order(1, till) }),
    );
    expect(reply.outcomes.map(({ status }) => status)).toEqual(['applied', 'parked', 'applied']);
    expect(await anomalies()).toMatchObject([{ kind: 'fact_not_recorded', mid: 1 }]);
  });
});

describe('exactly once', () => {
  test('a repeat after a lost reply is answered the same and does nothing', async () => {
    const writer = createWriter(world, till);
    await writer.send(writer.make('order.place', { order: order(1, till) }));
    const second = writer.make('order.advance', { id: order(1, till).id, to: 'cancelled' });
    const refused = writer.make('order.advance', { id: order(1, till).id, to: 'fulfilled' });
    const lost = await writer.sendAndLoseReply(second, refused);
    const before = await entities();
    // With the ticket of before, and with something new behind it.
    const healed = await writer.send(second, refused, writer.make('order.place', { order: order(2, till) }));
    expect(healed.outcomes.slice(0, 2)).toEqual(lost.outcomes);
    expect(healed.outcomes).toHaveLength(3);
    expect(healed.lastMid).toBe(4);
    expect((await entities()).slice(0, before.length)).toEqual(before);
  });

  test('a repeat in smaller pieces is answered too', async () => {
    const writer = createWriter(world, till);
    await writer.send(writer.make('order.place', { order: order(1, till) }));
    const batch = [2, 3, 4].map((n) => writer.make('order.place', { order: order(n, till) }));
    await writer.sendAndLoseReply(...batch);
    const [a, b, c] = batch;
    if (!a || !b || !c) throw new Error('three');
    expect((await writer.sendAndLoseReply(a)).lastMid).toBe(4);
    expect((await writer.sendAndLoseReply(b, c)).outcomes.map(({ mid }) => mid)).toEqual([3, 4]);
  });

  test('a gap is told where to go on', async () => {
    const writer = createWriter(world, till);
    writer.make('order.place', { order: order(1, till) });
    const error = await failure(writer.send(writer.make('order.place', { order: order(2, till) })));
    expect(error).toMatchObject({ code: 'sync.gap', details: { expected: 1 } });
    expect(await entities()).toEqual([]);
  });

  test('mutations must follow one another', async () => {
    const writer = createWriter(world, till);
    const [a, , c] = [1, 2, 3].map((n) => writer.make('order.place', { order: order(n, till) }));
    if (!a || !c) throw new Error('three');
    expect((await failure(writer.send(a, c))).code).toBe('app.bad_input');
  });
});

describe('a copy of the device', () => {
  test('I18 that says something else under a known number is found before anything of it is marked', async () => {
    const original = createWriter(world, till);
    const copy = createWriter(world, till);
    const shared = original.make('order.place', { order: order(1, till) });
    copy.make('order.place', { order: order(1, till) });
    await original.send(shared);
    await original.send(original.make('order.place', { order: order(2, till) }));
    const own = copy.make('order.place', { order: order(3, till) });
    const error = await failure(copy.send(shared, own));
    expect(error).toMatchObject({ code: 'sync.writer_forked', details: { agreedMid: 1 } });
    expect(error.details['outcomes']).toEqual([{ mid: 1, status: 'applied' }]);
    expect(await entities()).toHaveLength(2);
  });

  test('I18 that goes on with a stale ticket is found although its numbers fit', async () => {
    const original = createWriter(world, till);
    await original.send(original.make('order.place', { order: order(1, till) }));
    const copied = original.request([]);
    await original.send(original.make('order.place', { order: order(2, till) }));
    const copy = createWriter(world, till);
    copy.make('', {});
    copy.make('', {});
    const third = copy.make('order.place', { order: order(3, till) });
    const error = await failure(world.push(till, { ...copied, mutations: [third] }));
    expect(error).toMatchObject({ code: 'sync.writer_forked', details: { agreedMid: 2 } });
  });

  test('with a newer incarnation than was issued, or another name, is not let in', async () => {
    const writer = createWriter(world, { ...till, incarnation: 2 });
    const request = writer.request([writer.make('order.place', { order: order(1, till) })]);
    expect((await failure(world.push(till, request))).code).toBe('auth.forbidden');
    expect((await failure(world.push(actor(2), request))).code).toBe('auth.forbidden');
  });
});

describe('clocks', () => {
  const at = async () => {
    const { rows } = await world.opened.db.execute<{ at: number; skew: number }>(
      sql`SELECT last_at AS at, clock_skew_ms AS skew FROM sync_writers`,
    );
    return rows[0];
  };

  test('a device an hour ahead is put right, one that jumps back does not go back', async () => {
    const writer = createWriter(world, till);
    const hour = 3_600_000;
    const stamp = (ms: number) => ({ hlc: encodeHlc({ ms, count: 0 }) });
    const first = writer.make('order.place', { order: order(1, till) }, stamp(NOW + hour - 5000));
    await world.push(till, writer.request([first], { sentAt: NOW + hour, nextTicket: 'ticket-1' }));
    expect(await at()).toEqual({ at: NOW - 5000, skew: -hour });
    const second = writer.make('order.place', { order: order(2, till) }, stamp(NOW - 3 * hour));
    await world.push(till, { ...writer.request([second]), sentAt: NOW, ticket: 'ticket-1', nextTicket: 'ticket-2' });
    expect(await at()).toEqual({ at: NOW - 5000, skew: 0 });
    const third = writer.make('order.place', { order: order(3, till) }, stamp(NOW + 9 * hour));
    await world.push(till, { ...writer.request([third]), sentAt: NOW, ticket: 'ticket-2' });
    expect((await at())?.at).toBe(NOW);
  });
});

describe('when the database refuses one mutation', () => {
  beforeEach(async () => {
    await world.opened.db.execute(sql`
      CREATE FUNCTION refuse_order() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.fields->>'number' = 'POISON' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$`);
    await world.opened.db.execute(
      sql`CREATE TRIGGER refuse BEFORE INSERT ON entities FOR EACH ROW EXECUTE FUNCTION refuse_order()`,
    );
  });

  test('those before it go through, it is tried five times, then parked, and those behind follow', async () => {
    const writer = createWriter(world, till);
    const mutations = [
      writer.make('order.place', { order: order(1, till) }),
      writer.make('order.place', { order: order(2, till, { number: 'POISON' }) }),
      writer.make('order.place', { order: order(3, till) }),
    ];
    const first = await writer.send(...mutations);
    expect(first).toMatchObject({ lastMid: 1, outcomes: [{ mid: 1, status: 'applied' }] });
    for (let attempt = 2; attempt <= 4; attempt += 1) {
      expect((await failure(writer.send(...mutations.slice(1)))).code).toBe('app.unavailable');
    }
    const reply = await writer.send(...mutations.slice(1));
    expect(reply.outcomes.map(({ mid, status }) => [mid, status])).toEqual([
      [2, 'parked'],
      [3, 'applied'],
    ]);
    expect((await entities()).map(({ id }) => id)).toEqual([order(1, till).id, order(3, till).id]);
  });

  test('a database that goes away while it is parked leaves it for the next try', async () => {
    const { db } = world.opened;
    await db.execute(sql`
      CREATE FUNCTION be_gone() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'gone' USING ERRCODE = '57P01'; END $$`);
    await db.execute(
      sql`CREATE TRIGGER gone BEFORE INSERT ON sync_dead_letters FOR EACH ROW EXECUTE FUNCTION be_gone()`,
    );
    const writer = createWriter(world, till);
    const mutations = [
      writer.make('order.place', { order: order(1, till, { number: 'POISON' }) }),
      writer.make('order.place', { order: order(2, till) }),
    ];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      expect((await failure(writer.send(...mutations))).code).toBe('app.unavailable');
    }
    await db.execute(sql`DROP TRIGGER gone ON sync_dead_letters`);
    const reply = await writer.send(...mutations);
    expect(reply.outcomes.map(({ status }) => status)).toEqual(['parked', 'applied']);
  });

  test('a fact is kept as an anomaly instead', async () => {
    await world.opened.db.execute(sql`
      CREATE OR REPLACE FUNCTION refuse_order() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.type = 'payment' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$`);
    const writer = createWriter(world, till);
    const mutation = writer.make('payment.settle', { payments: [payment(1, order(1, till))] });
    for (let attempt = 1; attempt <= 4; attempt += 1) await failure(writer.send(mutation));
    const reply = await writer.send(mutation);
    expect(reply.outcomes).toEqual([{ mid: 1, status: 'applied', anomalies: ['fact_not_recorded'] }]);
    expect(await anomalies()).toMatchObject([{ kind: 'fact_not_recorded', details: { name: 'payment.settle' } }]);
  });
});
