import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeRows } from '#server/sync/rows.writer.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestDevice, ownDigests, type TestDevice } from './device-world.ts';
import { actor, ORGANIZATION, order, payment, shopId } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
let till: TestDevice;
let other: TestDevice;

beforeEach(async () => {
  world = await createServerWorld();
  till = createTestDevice({ world: () => world, actor: actor(1) });
  other = createTestDevice({ world: () => world, actor: actor(2) });
});
afterEach(() => world.close());

const place = (on: TestDevice, n: number) => {
  const made = order(n, on.actor);
  on.do('order.place', { order: made });
  return made;
};
const pay = (on: TestDevice, n: number) => on.do('payment.settle', { payments: [payment(n, order(n, on.actor))] });

test('I8 pages are shown together, also after a crash between them', async () => {
  await world.close();
  world = await createServerWorld({ maxRows: 3 });
  await other.pull();
  for (let n = 1; n <= 8; n += 1) place(till, n);
  await till.push();
  let pages = 0;
  other.network.meanwhile = async () => {
    pages += 1;
    expect(other.rows().size).toBe(0);
    if (pages === 3) throw new Error('power cut');
    await Promise.resolve();
  };
  await expect(other.pull()).rejects.toThrow('power cut');
  other.crash();
  await other.pull();
  // Two pages were there already: only the rest was asked for.
  expect(pages).toBe(4);
  expect(other.rows()).toEqual(till.rows());
});

describe('the first pull of a device', () => {
  const isHydrating = () => other.sync.status().hydrating === true;

  beforeEach(async () => {
    await world.close();
    world = await createServerWorld({ maxRows: 3 });
    for (let n = 1; n <= 8; n += 1) place(till, n);
    await till.push();
  });

  test('shows pages as they come and says so, and goes on after a crash where it was', async () => {
    const seen: [number, boolean][] = [];
    other.network.meanwhile = async () => {
      seen.push([other.rows().size, isHydrating()]);
      if (seen.length === 3) throw new Error('power cut');
      await Promise.resolve();
    };
    await expect(other.pull()).rejects.toThrow('power cut');
    other.crash();
    expect([other.rows().size, isHydrating()]).toEqual([6, true]);
    await other.pull();
    // A page is asked for before the one in front of it is shown; two of three were there when the power went.
    expect(seen).toEqual([
      [0, false],
      [0, false],
      [3, true],
      [6, true],
    ]);
    expect(isHydrating()).toBe(false);
    expect(other.rows()).toEqual(till.rows());
    expect(ownDigests(other)).toEqual(await world.digests([shopScope(shopId(1))]));
  });

  test('keeps what is sold meanwhile on show, and shows the rest as a whole', async () => {
    let pages = 0;
    other.network.meanwhile = async () => {
      pages += 1;
      if (pages === 2) place(other, 20);
      else if (pages > 2) expect(other.rows().has(`order:${order(20, other.actor).id}`)).toBe(true);
      await Promise.resolve();
    };
    await other.pull();
    expect(other.rows().size).toBe(9);
    await other.push();
    await other.pull();
    expect(other.rows()).toEqual(await world.rows([shopScope(shopId(1))]));
    expect(ownDigests(other)).toEqual(await world.digests([shopScope(shopId(1))]));
  });

  test('ends right when rows that it has already shown change before its last page', async () => {
    let pages = 0;
    other.network.meanwhile = async () => {
      pages += 1;
      if (pages !== 3) return;
      pay(till, 1);
      await till.push();
    };
    await other.pull();
    await till.pull();
    expect(other.rows()).toEqual(till.rows());
    expect(ownDigests(other)).toEqual(await world.digests([shopScope(shopId(1))]));
  });
});

test('a row that the server deletes disappears, and its digest with it', async () => {
  const made = place(till, 1);
  place(till, 2);
  await till.push();
  await till.pull();
  const { heads } = await world.opened.db.transaction((tx) =>
    writeRows(tx, ORGANIZATION, [{ type: 'order', id: made.id, scope: shopScope(shopId(1)), fields: null }], 1),
  );
  expect(heads).toEqual({ [shopScope(shopId(1))]: 3 });
  await Promise.all([till.pull(), other.pull()]);
  expect(till.rows()).toEqual(other.rows());
  expect(ownDigests(till)).toEqual(await world.digests([shopScope(shopId(1))]));
  // A late edit of a dead row is refused, and the row stays dead.
  await other.push();
  till.core.db.$client.exec(`INSERT INTO orders (id, scope, ver, fields)
    VALUES ('${made.id}', '${shopScope(shopId(1))}', 1, '${JSON.stringify(made)}')`);
  till.do('order.advance', { id: made.id, to: 'cancelled' });
  await till.push();
  expect(till.outbox().at(-1)?.status).toBe('rejected');
});

test('rows that went wrong on the device are found by the digest and fetched again', async () => {
  place(till, 1);
  place(till, 2);
  await till.push();
  await Promise.all([till.pull(), other.pull()]);
  // A fault of the disk or of ours: the row is not what the server sent, and its digest was counted so.
  other.core.db.$client.exec(`UPDATE orders SET fields = json_set(fields, '$.number', 'X');
    UPDATE sync_cursors SET digest = '00000000000000ff' WHERE scope LIKE 'shop:%'`);
  await other.pull();
  expect(other.rows()).toEqual(till.rows());
});
