import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collectGone } from '#server/sync/departures.repo.ts';
import { moveRows } from '#server/sync/rows.mover.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { deleteOutcomesBefore } from '#server/sync/writers.repo.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestDevice, ownDigests, type TestDevice } from './device-world.ts';
import { actor, ORGANIZATION, order, shopId } from './fixtures.ts';
import { createServerWorld, createWriter, NOW, type ServerWorld } from './server-world.ts';

const [FIRST, SECOND] = [shopScope(shopId(1)), shopScope(shopId(2))];

let world: ServerWorld;
let till: TestDevice;
let other: TestDevice;
beforeEach(async () => {
  world = await createServerWorld({ maxRows: 3 });
  till = createTestDevice({ world: () => world, actor: actor(1) });
  other = createTestDevice({ world: () => world, actor: actor(2) });
});
afterEach(() => world.close());

const place = (on: TestDevice, ...numbers: readonly number[]) => {
  for (const n of numbers) on.do('order.place', { order: order(n, on.actor) });
};
const idOf = (n: number) => order(n, actor(1)).id;
const kill = (n: number, at = 1) =>
  world.opened.db.transaction((tx) =>
    writeRows(tx, ORGANIZATION, [{ type: 'order', id: idOf(n), scope: FIRST, fields: null }], at),
  );
const collect = (before = NOW) => collectGone(world.opened.db, before, 100);
const both = async () => {
  await till.push();
  await till.pull();
  await other.pull();
};

describe('I9 rows that died are forgotten', () => {
  test('AU-04 a device away for longer reads its scope anew: what died is gone, what it made is sent', async () => {
    place(till, 1, 2, 3, 4, 5);
    await both();
    place(other, 6);
    await kill(1);
    await kill(2);
    expect(await collect()).toBe(2);
    const { rows } = await world.opened.db.execute(sql`SELECT gc_ver FROM scope_heads WHERE scope = ${FIRST}`);
    expect(rows).toEqual([{ gc_ver: 7 }]);
    // It pulls first: its cursor is below the line, and the change that waits is not lost by that.
    await other.pull();
    expect(other.rows().has(`order:${idOf(1)}`)).toBe(false);
    expect(other.rows().has(`order:${idOf(6)}`)).toBe(true);
    await other.push();
    await other.pull();
    await till.pull();
    expect(other.rows()).toEqual(till.rows());
    expect([...till.rows().keys()].toSorted()).toEqual([3, 4, 5, 6].map((n) => `order:${idOf(n)}`));
    expect(ownDigests(other)).toEqual(await world.digests([FIRST]));
  });

  test('a reading of several pages from the start is not thrown back by the line of what died before it', async () => {
    place(till, 1, 2, 3, 4, 5, 6, 7, 8);
    await till.push();
    await kill(8);
    await collect();
    let pages = 0;
    other.network.meanwhile = () => Promise.resolve(void (pages += 1));
    await other.pull();
    expect(pages).toBe(3);
    await till.pull();
    expect(other.rows()).toEqual(till.rows());
  });

  test('a reading that was broken off, and goes on after rows of its pages died and were forgotten, begins anew', async () => {
    place(till, 1, 2, 3, 4, 5, 6, 7, 8);
    await till.push();
    let pages = 0;
    other.network.meanwhile = () => {
      pages += 1;
      return pages === 2 ? Promise.reject(new Error('power cut')) : Promise.resolve();
    };
    await expect(other.pull()).rejects.toThrow('power cut');
    await kill(1);
    await collect();
    await other.pull();
    await till.pull();
    expect(other.rows()).toEqual(till.rows());
    expect(other.rows().has(`order:${idOf(1)}`)).toBe(false);
  });

  test('those of yesterday are kept', async () => {
    place(till, 1);
    await till.push();
    await kill(1, NOW);
    expect(await collect(NOW)).toBe(0);
    expect(await collect(NOW + 1)).toBe(1);
  });
});

describe('a row that goes into another scope', () => {
  const move = (n: number, to: string, shop: number) =>
    world.opened.db.transaction((tx) =>
      moveRows(
        tx,
        ORGANIZATION,
        [{ type: 'order', id: idOf(n), scope: to, fields: order(n, actor(1), { shopId: shopId(shop) }) }],
        NOW,
      ),
    );

  test('leaves those who see the old one, comes to those who see the new one, and back, once for who sees both', async () => {
    const seesBoth = createTestDevice({ world: () => world, actor: actor(3) });
    const elsewhere = createTestDevice({ world: () => world, actor: actor(4, 2) });
    await world.grant(actor(3), [shopId(1), shopId(2)], null);
    place(till, 1, 2);
    await both();
    await seesBoth.pull();
    const everybody = [till, other, seesBoth, elsewhere];
    const agree = async () => {
      for (const one of everybody) await one.pull();
      expect(till.rows()).toEqual(await world.rows([FIRST]));
      expect(elsewhere.rows()).toEqual(await world.rows([SECOND]));
      expect(seesBoth.rows()).toEqual(await world.rows([FIRST, SECOND]));
      for (const one of everybody) {
        const own = ownDigests(one);
        for (const [scope, digest] of Object.entries(await world.digests(Object.keys(own)))) {
          expect(own[scope]).toBe(digest);
        }
      }
    };
    expect(await move(1, SECOND, 2)).toEqual({ heads: { [FIRST]: 3, [SECOND]: 1 } });
    await agree();
    expect(elsewhere.rows().size).toBe(1);
    await move(1, FIRST, 1);
    await agree();
    expect(till.rows().size).toBe(2);
    // It was never dead: it may be worked on.
    till.do('order.advance', { id: idOf(1), to: 'cancelled' });
    await till.push();
    expect(till.outbox().at(-1)?.status).toBe('applied');
  });

  test('is moved once although pages lie between its leaving and its coming', async () => {
    const seesBoth = createTestDevice({ world: () => world, actor: actor(3) });
    await world.grant(actor(3), [shopId(1), shopId(2)], null);
    place(till, 1, 2);
    await till.push();
    await seesBoth.pull();
    await move(1, SECOND, 2);
    place(till, 3, 4, 5, 6);
    await till.push();
    await seesBoth.pull();
    expect(seesBoth.rows()).toEqual(await world.rows([FIRST, SECOND]));
    expect(seesBoth.rows().size).toBe(6);
  });

  test.each([
    ['leaves', undefined],
    ['leaves and comes back before its leaving is read', 3],
    ['leaves and comes back after its leaving is read', 5],
  ])('that %s while a shop is read from its start is there once, or not at all', async (_what, backBefore) => {
    place(till, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    await till.push();
    const late = createTestDevice({ world: () => world, actor: actor(3) });
    // A change of its own lies over it: its pages are not shown one by one.
    late.do('order.place', { order: order(50, actor(3)) });
    let pages = 0;
    late.network.meanwhile = async () => {
      pages += 1;
      if (pages === 2) {
        await move(1, SECOND, 2);
        place(till, 12, 13, 14, 15, 16, 17, 18);
        await till.push();
      }
      if (pages === backBefore) {
        await move(1, FIRST, 1);
        place(till, 19, 20, 21, 22, 23);
        await till.push();
      }
    };
    await late.pull();
    late.network.meanwhile = () => Promise.resolve();
    expect(pages).toBeGreaterThan(6);
    const kept = late.core.db.$client.prepare('SELECT scope, digest FROM sync_cursors WHERE scope = ?').get(FIRST);
    expect(kept).toEqual({ scope: FIRST, digest: (await world.digests([FIRST]))[FIRST] });
    await late.push();
    await late.pull();
    expect(late.rows()).toEqual(await world.rows([FIRST]));
  });

  test('its leaving is forgotten like a death, and draws the same line', async () => {
    place(till, 1);
    await both();
    await move(1, SECOND, 2);
    expect(await collect(NOW + 1)).toBe(1);
    await other.pull();
    expect(other.rows().size).toBe(0);
  });
});

test('I1 an answer is forgotten when its writer has shown to hold it, not before', async () => {
  const writer = createWriter(world, actor(1));
  await writer.send(writer.make('order.place', { order: order(1, actor(1)) }));
  const second = writer.make('order.place', { order: order(2, actor(1)) });
  await writer.send(second);
  // The second push said that the first is answered; nothing has said so of the second yet.
  expect(await deleteOutcomesBefore(world.opened.db, NOW + 1)).toBe(1);
  const again = await writer.sendAndLoseReply(second);
  expect(again.outcomes).toEqual([{ mid: 2, status: 'applied' }]);
  await writer.send(writer.make('order.place', { order: order(3, actor(1)) }));
  expect(await deleteOutcomesBefore(world.opened.db, NOW + 1)).toBe(1);
});
