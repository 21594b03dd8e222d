/** A pull of many pages on a till with a database in a file, as in a shop: what was said to be at once is done bit by bit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type OpenedDatabase, openDatabase } from '#main/db/open.ts';
import { TEST_MIGRATIONS } from '#main/db/test-db.ts';
import type { Sha256 } from '#shared/sync/digest.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestCore } from '#test/doubles/core-double.ts';
import { createTestDevice, expectedRows, ownDigests, type TestDevice } from './device-world.ts';
import { actor, order, payment, shopId } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

const watched = vi.hoisted(() => ({ isInside: (): boolean => false, hashes: 0 }));
vi.mock('#node/sha256.ts', async (importOriginal) => {
  const { sha256 } = await importOriginal<{ readonly sha256: Sha256 }>();
  return {
    sha256: (text: string) => {
      if (watched.isInside()) watched.hashes += 1;
      return sha256(text);
    },
  };
});

const ORDERS = 120;
const SHOP = shopScope(shopId(1));
let world: ServerWorld;
let folder: string;
let opened: OpenedDatabase;
let till: TestDevice;
let other: TestDevice;

beforeEach(async () => {
  world = await createServerWorld({ maxRows: 20 });
  folder = mkdtempSync(join(tmpdir(), 'prilavok-long-pull-'));
  const core = createTestCore();
  const file = join(folder, 'device.db');
  opened = await openDatabase({ file, migrationsFolder: TEST_MIGRATIONS, log: core.log, now: core.now });
  till = createTestDevice({ world: () => world, actor: actor(1), core: { ...core, db: opened.db } });
  other = createTestDevice({ world: () => world, actor: actor(2) });
});
afterEach(async () => {
  watched.isInside = () => false;
  vi.restoreAllMocks();
  await till.sync.stop();
  opened.close();
  rmSync(folder, { recursive: true });
  await world.close();
});

const place = (on: TestDevice, from: number, count: number) => {
  for (let n = from; n < from + count; n += 1) on.do('order.place', { order: order(n, on.actor) });
};
const pay = (on: TestDevice, from: number, count: number) => {
  for (let n = from; n < from + count; n += 1) {
    on.do('payment.settle', { payments: [payment(n, order(n, on.actor))] });
  }
};
/** An order is paid and has its payment, or neither. */
const paid = (on: TestDevice) =>
  on.core.db.$client
    .prepare<[], { orders: number; payments: number }>(
      `SELECT (SELECT count(*) FROM orders WHERE status = 'paid') AS orders, (SELECT count(*) FROM payments) AS payments`,
    )
    .get();

test('I8 I5 a till that was away goes on selling while a long pull is laid down; nobody sees half of it, and all agree', async () => {
  place(other, 1, ORDERS);
  await other.push();
  await till.pull();
  pay(other, 1, ORDERS);
  await other.push();
  place(till, 1001, ORDERS);

  const seen: ReturnType<typeof paid>[] = [];
  let [isOver, sold] = [false, 0];
  const pulling = till.pull().finally(() => {
    isOver = true;
  });
  for (let turn = 0; !isOver; turn += 1) {
    await setImmediate();
    seen.push(paid(till));
    // Some fall between the pages, some into what is done bit by bit.
    if (turn % 5 === 0 && sold < 40) {
      sold += 1;
      place(till, 2000 + sold, 1);
    }
  }
  await pulling;
  expect(sold).toBeGreaterThan(5);
  expect(seen.filter((one) => one?.orders !== one?.payments)).toEqual([]);
  expect(paid(till)).toEqual({ orders: ORDERS, payments: ORDERS });
  expect(till.rows()).toEqual(expectedRows(till));
  expect(till.rows().size).toBe(3 * ORDERS + sold);

  await till.push();
  await till.pull();
  await other.pull();
  expect(till.rows()).toEqual(other.rows());
  expect(ownDigests(till)).toEqual(await world.digests([SHOP]));
  expect(till.sync.status()).toMatchObject({ unsent: 0, refused: 0 });
});

test('the transaction that shows a long pull reads no row and hashes none: that was done as they came', async () => {
  // In memory there is no second connection: all of it is one transaction of this one.
  const away = createTestDevice({ world: () => world, actor: actor(3) });
  place(other, 1, ORDERS);
  await other.push();
  await away.pull();
  pay(other, 1, ORDERS);
  await other.push();

  const client = away.core.db.$client;
  watched.isInside = () => client.inTransaction;
  watched.hashes = 0;
  let parsed = 0;
  const { parse } = JSON;
  vi.spyOn(JSON, 'parse').mockImplementation((text, reviver) => {
    if (client.inTransaction && text.includes('"totalMinor"')) parsed += 1;
    return parse(text, reviver) as unknown;
  });
  await away.pull();
  expect({ parsed, hashes: watched.hashes }).toEqual({ parsed: 0, hashes: 0 });
  watched.isInside = () => true;
  vi.restoreAllMocks();
  expect(ownDigests(away)).toEqual(await world.digests([SHOP]));
  // The watch was awake.
  expect(watched.hashes).toBeGreaterThan(0);
});
