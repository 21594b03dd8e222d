/** What devices of earlier versions hold, against the server of today. The fixtures are of `old-versions/record.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createReplicaRepo } from '#main/sync/replica.repo.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { Mode } from '#shared/kernel/mode.ts';
import { Mutation, OLDEST_SCHEMA, SCHEMA } from '#shared/sync/protocol.ts';
import { findMutator } from '#shared/sync/registry.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestCore } from '#test/doubles/core-double.ts';
import { createTestDevice, ownDigests } from './device-world.ts';
import { actor, ORGANIZATION, order, payment, shopId } from './fixtures.ts';
import { createServerWorld, createWriter, NOW, type ServerWorld } from './server-world.ts';

const FOLDER = join(import.meta.dirname, 'old-versions');
const Recorded = z.object({
  schema: z.int(),
  devices: z.array(
    z.object({
      actor: z.object({
        organizationId: z.string(),
        shopId: z.string(),
        deviceId: z.string(),
        mode: Mode,
        incarnation: z.int(),
      }),
      mutations: z.array(Mutation),
      tables: z.record(z.string(), z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()])))),
    }),
  ),
});
const RECORDED = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => Recorded.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))));
const SHOP = shopScope(shopId(1));

let world: ServerWorld;
beforeEach(async () => {
  world = await createServerWorld();
});
afterEach(() => world.close());

test('I21 there is a recording of every schema that has a number', () => {
  expect(RECORDED.map(({ schema }) => schema).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: SCHEMA }, (_, index) => index + 1),
  );
});

describe.each(RECORDED)('I21 schema $schema', ({ schema, devices }) => {
  test.each(devices)('the outbox of a $actor.mode is taken, every mutation of it', async ({ actor: by, mutations }) => {
    expect(mutations.length).toBeGreaterThan(2);
    const writer = createWriter(world, by);
    const reply = await world.push(by, { ...writer.request(mutations), schema });
    expect(reply.outcomes).toEqual(mutations.map(({ mid }) => ({ mid, status: 'applied' })));
  });

  test.each(devices)(
    'the database of a $actor.mode drains, and agrees with the server',
    async ({ actor: by, tables }) => {
      const core = createTestCore();
      for (const [table, rows] of Object.entries(tables)) {
        for (const row of rows) {
          const columns = Object.keys(row);
          core.db.$client
            .prepare(
              `INSERT OR REPLACE INTO "${table}" (${columns.map((name) => `"${name}"`).join()})
             VALUES (${columns.map(() => '?').join()})`,
            )
            .run(...Object.values(row));
        }
      }
      const device = createTestDevice({ world: () => world, actor: by, core });
      const waiting = device.sync.status().unsent;
      expect(waiting).toBeGreaterThan(2);
      await device.pull();
      await device.push();
      await device.pull();
      expect(device.sync.status()).toMatchObject({ unsent: 0, refused: 0 });
      const { rows } = await world.opened.db.execute(sql`SELECT last_mid::int AS mid FROM sync_writers`);
      expect(rows).toEqual([{ mid: waiting }]);
      const own = ownDigests(device);
      const theirs = await world.digests(Object.keys(own));
      expect(theirs).toEqual(own);
    },
  );
});

test('I21 an outbox is never refused as a whole: what is old is said anew, what cannot be read is answered, the rest runs', async () => {
  await world.close();
  world = await createServerWorld({
    upcasters: {
      'sale.paid': { 0: (args) => ({ name: 'payment.settle', args: { payments: [args] } }) },
      'payment.settle': {
        0: () => {
          throw new TypeError('no such member');
        },
      },
    },
  });
  const writer = createWriter(world, actor(1));
  const sale = order(3, actor(1));
  const reply = await writer.send(
    writer.make('order.place', { order: order(1, actor(1)) }, { schema: OLDEST_SCHEMA - 1 }),
    writer.make('order.place', { order: order(2, actor(1)) }, { schema: SCHEMA + 1 }),
    writer.make('order.place', { order: sale }),
    writer.make('sale.paid', payment(3, sale), { schema: OLDEST_SCHEMA - 1 }),
    writer.make('payment.settle', { payments: [payment(4, sale)] }, { schema: OLDEST_SCHEMA - 1 }),
    writer.make('order.advance', { id: sale.id, to: 'fulfilled' }),
  );
  expect(reply.outcomes.map(({ status, code, anomalies }) => code ?? anomalies?.join() ?? status)).toEqual([
    'sync.upgrade_required',
    'sync.upgrade_required',
    'applied',
    'applied',
    'fact_not_recorded',
    'applied',
  ]);
  expect(JSON.parse((await world.rows([SHOP])).get(`order:${sale.id}`) ?? '{}')).toMatchObject({ status: 'fulfilled' });
});

describe('I21 what a program does not know', () => {
  const withExtra = (n: number) => ({ ...order(n, actor(1)), loyaltyId: 'L-7', lines: order(n, actor(1)).lines });

  test('stays in a row through the device and back', async () => {
    const till = createTestDevice({ world: () => world, actor: actor(1) });
    await world.opened.db.transaction((tx) =>
      writeRows(
        tx,
        ORGANIZATION,
        [{ type: 'order', id: order(1, actor(1)).id, scope: SHOP, fields: withExtra(1) }],
        NOW,
      ),
    );
    await till.pull();
    till.do('order.advance', { id: order(1, actor(1)).id, to: 'cancelled' });
    const shown = () => JSON.parse(till.rows().get(`order:${order(1, actor(1)).id}`) ?? '{}') as unknown;
    expect(shown()).toMatchObject({ status: 'cancelled', loyaltyId: 'L-7' });
    await till.push();
    await till.pull();
    expect(shown()).toMatchObject({ status: 'cancelled', loyaltyId: 'L-7' });
    expect(till.rows()).toEqual(await world.rows([SHOP]));
  });

  test('stays in a fact of a newer device that an older server records', async () => {
    const writer = createWriter(world, actor(1));
    await writer.send(writer.make('order.place', { order: order(1, actor(1)) }));
    const paid = { ...payment(1, order(1, actor(1))), terminalId: 'T-1' };
    const reply = await writer.send(writer.make('payment.settle', { payments: [paid] }, { schema: SCHEMA + 1 }));
    expect(reply.outcomes).toEqual([{ mid: 2, status: 'applied' }]);
    expect(JSON.parse((await world.rows([SHOP])).get(`payment:${paid.id}`) ?? '{}')).toMatchObject({
      terminalId: 'T-1',
    });
  });

  test('is kept as a row of a kind without a table, counts, and finds its table after an upgrade', async () => {
    const till = createTestDevice({ world: () => world, actor: actor(1) });
    const put = (id: string, fields: object | null, n: number) =>
      world.opened.db.transaction((tx) =>
        writeRows(tx, ORGANIZATION, [{ type: 'voucher', id, scope: SHOP, fields } as never], NOW + n),
      );
    await put('v-1', { id: 'v-1', amountMinor: 5 }, 1);
    await put('v-2', { id: 'v-2', amountMinor: 6 }, 2);
    const agree = async () => {
      await till.pull();
      expect(ownDigests(till)).toEqual(await world.digests([SHOP]));
    };
    let pulls = 0;
    till.network.meanwhile = () => Promise.resolve(void (pulls += 1));
    await agree();
    await put('v-1', { id: 'v-1', amountMinor: 7 }, 3);
    await agree();
    await put('v-2', null, 4);
    await agree();
    // Nothing had to be read anew.
    expect(pulls).toBe(3);
    const foreign = () => till.core.db.$client.prepare<[], string>('SELECT fields FROM sync_foreign').pluck().all();
    expect(foreign().map((text) => JSON.parse(text) as unknown)).toEqual([{ id: 'v-1', amountMinor: 7 }]);
    // As if the kind had been an order all along, and this the first version that knows orders.
    const made = order(9, actor(1));
    till.core.db.$client.exec(`UPDATE sync_foreign SET key = 'order:${made.id}', fields = '${JSON.stringify(made)}'`);
    till.crash();
    expect(foreign()).toEqual([]);
    expect(createReplicaRepo(till.core.db).find({ type: 'order', id: made.id })).toMatchObject({ scope: SHOP, ver: 3 });
  });
});

test('I21 every mutation of this version stands in its recording, but for those that need what no device has made', () => {
  const recorded = new Set(
    RECORDED.filter(({ schema }) => schema === SCHEMA).flatMap(({ devices }) =>
      devices.flatMap(({ mutations }) => mutations.map(({ name }) => name)),
    ),
  );
  expect([...recorded].every((name) => findMutator(name) !== undefined)).toBe(true);
  expect(recorded.size).toBeGreaterThanOrEqual(9);
});
