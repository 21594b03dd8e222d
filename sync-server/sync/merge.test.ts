import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Client, ClientField } from '#shared/clients/clients.schema.ts';
import { encodeHlc } from '#shared/kernel/clock.ts';
import { conflictId, type FieldConflict } from '#shared/sync/conflict.schema.ts';
import { compareEdits, type FieldClock, type Stamp } from '#shared/sync/merge.rules.ts';
import type { Mutation } from '#shared/sync/protocol.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { actor, client, order, payment, type TestActor } from '#test/sync/fixtures.ts';
import { createServerWorld, createWriter, NOW, type ServerWorld } from '#test/sync/server-world.ts';

const ANNA = actor(1, 1, 'manager');
const BORIS = actor(2, 1, 'manager');
const VERA = actor(3, 1, 'manager');
const SCOPE = shopScope(ANNA.shopId);
const FILE = client(1, ANNA, { phone: '+79000000000' });
const KEY = `client:${FILE.id}`;
const YEAR_MS = 366 * 24 * 3_600_000;

let world: ServerWorld;
beforeEach(async () => {
  world = await createServerWorld();
});
afterEach(() => world.close());

interface Row<T> {
  readonly ver: number;
  readonly deleted: boolean;
  readonly fields: T | null;
  readonly clock: FieldClock | null;
}
const rowOf = async <T = Client>(type: string, id: string): Promise<Row<T> | undefined> => {
  const { rows } = await world.opened.db.execute<Row<T> & Record<string, unknown>>(
    sql`SELECT ver, deleted, fields, clock FROM entities WHERE type = ${type} AND id = ${id}`,
  );
  return rows[0];
};
const fileOf = async () => (await rowOf('client', FILE.id))?.fields;
const conflictOf = async (field: ClientField) =>
  (await rowOf<FieldConflict>('field_conflict', conflictId(FILE.id, field)))?.fields ?? undefined;
const historyOf = async () => {
  const { rows } = await world.opened.db.execute<{
    field: string;
    value: unknown;
    at: number;
    deviceId: string;
    mid: number;
    recordedAt: number;
  }>(sql`SELECT field, value, at, device_id AS "deviceId", mid, recorded_at AS "recordedAt"
    FROM field_history ORDER BY at, device_id, mid, field`);
  return rows.map((row) => ({ ...row, at: Number(row.at), mid: Number(row.mid), recordedAt: Number(row.recordedAt) }));
};

/** A manager's device by hand: it says upon which versions it wrote. */
function createManager(by: TestActor) {
  const writer = createWriter(world, by);
  const make = (name: string, args: unknown, base: Record<string, number> = {}, hlcMs = world.clock.now): Mutation => ({
    ...writer.make(name, args, { hlc: encodeHlc({ ms: Math.max(hlcMs, 0), count: 0 }) }),
    base,
  });
  return {
    ...writer,
    make,
    patch: (set: object, base: number, atMs = world.clock.now) =>
      make('client.patch', { id: FILE.id, set, by: by.deviceId.slice(-1) }, { [KEY]: base }, atMs),
  };
}
/** The file is there, as version 1, and everybody knows it. */
async function begin() {
  const managers = { anna: createManager(ANNA), boris: createManager(BORIS), vera: createManager(VERA) };
  await managers.anna.send(managers.anna.make('client.create', { client: FILE }));
  world.clock.now += 1000;
  return managers;
}

describe('two managers offline', () => {
  test('I10 change different fields: both stay, and nobody is asked', async () => {
    const { anna, boris } = await begin();
    await boris.send(boris.patch({ email: 'a@b.ru' }, 1));
    await anna.send(anna.patch({ comment: 'звонить утром', phone: null }, 1));
    expect(await fileOf()).toMatchObject({ email: 'a@b.ru', comment: 'звонить утром' });
    expect(await fileOf()).not.toHaveProperty('phone');
    expect(await historyOf()).toMatchObject([{ field: 'phone', value: '+79000000000', mid: 1 }]);
    for (const field of ['email', 'comment', 'phone'] as const) expect(await conflictOf(field)).toBeUndefined();
  });

  test('I10 change one field: the later stays, the other is in the history and shown to every device', async () => {
    const { anna, boris, vera } = await begin();
    const later = world.clock.now + 500;
    world.clock.now += 1000;
    await boris.send(boris.patch({ phone: '+79002222222' }, 1, later));
    const reply = await anna.send(anna.patch({ phone: '+79001111111' }, 1, later - 1));
    expect(reply.outcomes).toEqual([{ mid: 2, status: 'applied', superseded: ['phone'] }]);
    expect(await fileOf()).toMatchObject({ phone: '+79002222222' });
    expect((await historyOf()).map(({ value }) => value)).toEqual(['+79000000000', '+79001111111']);
    const { rows } = await vera.pull();
    expect(rows.find(({ type }) => type === 'field_conflict')).toMatchObject({
      scope: SCOPE,
      fields: {
        entityId: FILE.id,
        field: 'phone',
        kept: { value: '+79002222222', deviceId: BORIS.deviceId, by: '2', at: later },
        others: [{ value: '+79001111111', deviceId: ANNA.deviceId, by: '1', at: later - 1 }],
      },
    });
  });

  test('and a third settles it: with the other value, which is then an edit like any', async () => {
    const { anna, boris, vera } = await begin();
    await boris.send(boris.patch({ phone: '+79002222222' }, 1));
    await anna.send(anna.patch({ phone: '+79001111111' }, 1, world.clock.now - 1));
    const conflict = await conflictOf('phone');
    const [other] = conflict?.others ?? [];
    if (!conflict || !other) throw new Error('no conflict');
    const { ver = 0 } = (await rowOf('client', FILE.id)) ?? {};
    const choose = { deviceId: other.deviceId, incarnation: other.incarnation, mid: other.mid };
    const args = { id: FILE.id, field: 'phone', choose, by: 'Вера' };
    world.clock.now += 1000;
    const settle = vera.make('client.resolve_conflict', args, { [KEY]: ver });
    const reply = await vera.send(settle, vera.make('client.resolve_conflict', args, { [KEY]: ver }));
    expect(reply.outcomes.map(({ status }) => status)).toEqual(['applied', 'applied']);
    expect(await fileOf()).toMatchObject({ phone: '+79001111111' });
    expect(await conflictOf('phone')).toMatchObject({ resolvedAt: world.clock.now, resolvedBy: 'Вера', kept: choose });
    // Somebody who chooses by what was on the screen before is told, and changes nothing.
    const { kept } = conflict;
    const late = { ...args, choose: { deviceId: kept.deviceId, incarnation: kept.incarnation, mid: kept.mid } };
    const refused = await anna.send(anna.make('client.resolve_conflict', late));
    expect(refused.outcomes).toMatchObject([{ status: 'rejected', code: 'clients.conflict_changed' }]);
    expect(await fileOf()).toMatchObject({ phone: '+79001111111' });
  });

  test('and a third keeps what is there: the file is not touched', async () => {
    const { anna, boris, vera } = await begin();
    await boris.send(boris.patch({ phone: '+79002222222' }, 1));
    await anna.send(anna.patch({ phone: '+79001111111' }, 1, world.clock.now - 1));
    const before = await rowOf('client', FILE.id);
    const kept = (await conflictOf('phone'))?.kept;
    if (!kept) throw new Error('no conflict');
    const choose = { deviceId: kept.deviceId, incarnation: kept.incarnation, mid: kept.mid };
    await vera.send(vera.make('client.resolve_conflict', { id: FILE.id, field: 'phone', choose }));
    expect(await conflictOf('phone')).toMatchObject({ resolvedAt: world.clock.now, kept: choose });
    expect(await rowOf('client', FILE.id)).toEqual(before);
  });

  test('status goes by its steps in order of arrival, never back, whatever the clocks say', async () => {
    const { anna, boris } = await begin();
    await anna.send(anna.make('client.advance', { id: FILE.id, to: 'in_verification' }, {}, NOW + YEAR_MS));
    const reply = await boris.send(
      boris.make('client.advance', { id: FILE.id, to: 'awaiting_contract' }, {}, NOW - YEAR_MS),
      boris.make('client.advance', { id: FILE.id, to: 'awaiting_contract' }),
      boris.make('client.advance', { id: FILE.id, to: 'processed' }),
    );
    expect(reply.outcomes.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    const late = await anna.send(anna.make('client.advance', { id: FILE.id, to: 'in_verification' }));
    expect(late.outcomes).toMatchObject([{ status: 'rejected', code: 'clients.illegal_transition' }]);
    expect(await fileOf()).toMatchObject({ status: 'processed' });
  });
});

describe('I9 dead stays dead', () => {
  test('I9 an edit, a step, a choice and a new file under a dead id are refused, and the row stays as it was', async () => {
    const { anna, boris, vera } = await begin();
    await boris.send(boris.patch({ phone: '+79002222222' }, 1));
    await vera.send(vera.patch({ phone: '+79003333333' }, 1));
    expect(await conflictOf('phone')).toMatchObject({
      kept: { value: '+79003333333' },
      others: [{ value: '+79002222222' }],
    });
    await vera.send(vera.make('client.delete', { id: FILE.id }));
    const dead = await rowOf('client', FILE.id);
    expect(dead).toMatchObject({ deleted: true, fields: null, clock: null });
    // What people wrote goes with the file.
    expect(await historyOf()).toEqual([]);
    expect(await rowOf('field_conflict', conflictId(FILE.id, 'phone'))).toMatchObject({ deleted: true, fields: null });

    world.clock.now += YEAR_MS;
    const choose = { deviceId: BORIS.deviceId, incarnation: 1, mid: 1 };
    const reply = await anna.send(
      anna.patch({ phone: '+79001111111' }, 1),
      anna.make('client.advance', { id: FILE.id, to: 'in_verification' }),
      anna.make('client.resolve_conflict', { id: FILE.id, field: 'phone', choose }),
      anna.make('client.create', { client: FILE }),
      anna.make('client.delete', { id: FILE.id }),
      anna.make('client.create', { client: client(2, ANNA) }),
    );
    expect(reply.outcomes.map(({ status, code }) => code ?? status)).toEqual([
      'sync.deleted',
      'sync.deleted',
      'sync.deleted',
      'sync.deleted',
      'applied',
      'applied',
    ]);
    expect(await rowOf('client', FILE.id)).toEqual(dead);
    expect(await historyOf()).toEqual([]);
  });

  test('I9 within one batch too', async () => {
    const { anna } = await begin();
    const reply = await anna.send(
      anna.make('client.delete', { id: FILE.id }),
      anna.patch({ name: 'Воскресшая' }, 1),
      anna.make('client.create', { client: FILE }),
    );
    expect(reply.outcomes.map(({ status, code }) => code ?? status)).toEqual([
      'applied',
      'sync.deleted',
      'sync.deleted',
    ]);
    expect(await rowOf('client', FILE.id)).toMatchObject({ deleted: true });
  });

  test('I9 though it was made and deleted in one batch, and nobody has seen it alive', async () => {
    const { anna } = await begin();
    const brief = client(2, ANNA);
    await anna.send(anna.make('client.create', { client: brief }), anna.make('client.delete', { id: brief.id }));
    const reply = await anna.send(anna.make('client.create', { client: brief }));
    expect(reply.outcomes).toMatchObject([{ status: 'rejected', code: 'sync.deleted' }]);
    expect(await rowOf('client', brief.id)).toMatchObject({ deleted: true, fields: null });
  });
});

const PHONES = ['+79001111111', '+79002222222', '+79003333333', null];
const edits = fc.array(
  fc.record({
    who: fc.constantFrom(0, 1, 2),
    phone: fc.constantFrom(...PHONES),
    comment: fc.option(fc.constantFrom('утром', 'вечером'), { nil: undefined }),
    /** Of the device's clock against the server's: up to a year either way, and it jumps. */
    clockMs: fc.integer({ min: -YEAR_MS, max: YEAR_MS }),
    /** How long ago it was made, by the device's own clock. */
    agoMs: fc.integer({ min: 0, max: YEAR_MS }),
    passMs: fc.constantFrom(0, 1, 1000),
    base: fc.nat({ max: 12 }),
  }),
  { minLength: 1, maxLength: 10 },
);

test('I10 I11 any clocks: nothing is refused for time, and each field holds the last edit by corrected time', async () => {
  await fc.assert(
    fc.asyncProperty(edits, async (made) => {
      // The same database, emptied: making one takes longer than all of this.
      world = await createServerWorld({ opened: world.opened });
      const managers = Object.values(await begin());
      const wrote: { stamp: Stamp; field: string; value: unknown }[] = [];
      const last = new Map<string, number>();
      for (const { who, phone, comment, clockMs, agoMs, passMs, base } of made) {
        world.clock.now += passMs;
        const manager = managers[who];
        if (!manager) throw new Error('no such manager');
        const deviceNow = world.clock.now + clockMs;
        const set = { phone, ...(comment === undefined ? {} : { comment }) };
        const mutation = manager.patch(set, base, deviceNow - agoMs);
        const request = { ...manager.request([mutation]), sentAt: deviceNow };
        // The ticket and the epoch are the writer's own business here.
        const { ticket: _ticket, epoch: _epoch, ...body } = request;
        const { outcomes } = await world.push(manager.actor, body);
        expect(outcomes).toMatchObject([{ status: 'applied' }]);

        const file = await rowOf('client', FILE.id);
        const all = [...Object.values(file?.clock ?? {}), ...(await historyOf())];
        const mine = all.find((one) => one.mid === mutation.mid && one.deviceId === manager.actor.deviceId);
        if (!mine) throw new Error('an edit left no stamp');
        // I11: never after it was received, and never back within a writer, where `mid` breaks the tie.
        expect(mine.at).toBeLessThanOrEqual(world.clock.now);
        expect(mine.at).toBeGreaterThanOrEqual(last.get(mine.deviceId) ?? 0);
        last.set(mine.deviceId, mine.at);
        const stamp = { at: mine.at, deviceId: mine.deviceId, incarnation: 1, mid: mutation.mid, prev: 0 };
        for (const [field, value] of Object.entries(set)) wrote.push({ stamp, field, value });
      }
      const file = await fileOf();
      const lost = new Set<string>();
      for (const field of ['phone', 'comment'] as const) {
        const given = wrote.filter((one) => one.field === field).toSorted((a, b) => compareEdits(a.stamp, b.stamp));
        const made1 = {
          stamp: { at: NOW, deviceId: ANNA.deviceId, incarnation: 1, mid: 1, prev: 0 },
          value: FILE[field],
        };
        const all =
          FILE[field] === undefined ? given : [...given, made1].toSorted((a, b) => compareEdits(a.stamp, b.stamp));
        expect(file?.[field] ?? null).toBe(all.at(-1)?.value ?? null);
        for (const { stamp } of all.slice(0, -1)) lost.add(`${field} ${stamp.deviceId} ${stamp.mid}`);
      }
      const kept = (await historyOf()).map(({ field, deviceId, mid }) => `${field} ${deviceId} ${mid}`);
      expect(kept.toSorted()).toEqual([...lost].toSorted());
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('I12 a payment is written once: no edit, no clock and no second body changes it', async () => {
  const till = actor(9);
  const [one, two] = [createWriter(world, till), createWriter(world, actor(8))];
  const sold = order(1, till);
  const paid = payment(1, sold);
  await one.send(one.make('order.place', { order: sold }), one.make('payment.settle', { payments: [paid] }));
  const before = await rowOf('payment', paid.id);
  world.clock.now += YEAR_MS;
  const again = { ...paid, amountMinor: 1, confirmedAt: paid.confirmedAt + YEAR_MS };
  const reply = await two.send(two.make('payment.settle', { payments: [again] }));
  expect(reply.outcomes).toMatchObject([{ status: 'applied' }]);
  expect(await rowOf('payment', paid.id)).toEqual(before);
  expect(before?.clock).toBeNull();
  expect(await historyOf()).toEqual([]);
});
