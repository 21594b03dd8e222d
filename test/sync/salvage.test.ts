import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type OpenedDatabase, openDatabase } from '#main/db/open.ts';
import { TEST_MIGRATIONS } from '#main/db/test-db.ts';
import { listSteps } from '#main/journal/journal.repo.ts';
import { salvage } from '#main/sync/salvage.ts';
import { takeOver } from '#main/sync/take-over.ts';
import { createUnsentFiles } from '#main/sync/unsent-file.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createTestDevice, ownDigests, type TestDevice } from './device-world.ts';
import { actor, order, payment, shopId, type TestActor } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

const SHOP = shopScope(shopId(1));
let world: ServerWorld;
let folder: string;
let file: string;
let opened: OpenedDatabase | undefined;
let core: TestCore;
beforeEach(async () => {
  world = await createServerWorld();
  folder = mkdtempSync(join(tmpdir(), 'prilavok-salvage-'));
  file = join(folder, 'device.db');
  core = createTestCore();
  adopted = [];
});
afterEach(async () => {
  opened?.close();
  opened = undefined;
  rmSync(folder, { recursive: true });
  await world.close();
});

const start = async (by: TestActor = actor(1)): Promise<TestDevice> => {
  opened?.close();
  opened = await openDatabase({ file, migrationsFolder: TEST_MIGRATIONS, log: core.log, now: core.now });
  const own = { ...core, db: opened.db };
  takeOver(own, {
    file,
    adoptIdentity: (text) => adopted.push(text),
    keepUnsent: createUnsentFiles(folder),
  });
  return createTestDevice({ world: () => world, actor: by, core: own, keepUnsent: createUnsentFiles(folder) });
};
let adopted: string[] = [];
const place = (on: TestDevice, n: number) => on.do('order.place', { order: order(n, on.actor) });
const stop = () => {
  opened?.db.$client.pragma('wal_checkpoint(TRUNCATE)');
  opened?.close();
  opened = undefined;
};
/** Writes nonsense over pages of the file: the first of `skip` stay. */
const damage = (from: number, bytes: number) => {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
  closeSync(descriptor);
};
/** The page of a table's or an index's root. */
const rootOf = (name: string): number => {
  const page = opened?.db.$client
    .prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?')
    .pluck();
  return ((page?.get(name) ?? 1) - 1) * 4096;
};
const journal = () =>
  listSteps((opened as OpenedDatabase).db, 'sync', asideName()).map(({ step, details }) => [step, details]);
const asideName = () =>
  readdirSync(folder).find((name) => /\.corrupt-[^.]*$/.test(name) && !/-(wal|shm)$/.test(name)) ?? '';
const placed = async () =>
  [...(await world.rows([SHOP])).keys()].map((key) => Number.parseInt(key.slice(-12), 16)).toSorted((a, b) => a - b);

describe('I1 a database that is damaged and set aside', () => {
  test('gives back what was not answered, and nothing is done twice although an answer was lost', async () => {
    const before = await start();
    place(before, 1);
    await before.push();
    place(before, 2);
    before.do('order.advance', { id: order(2, before.actor).id, to: 'cancelled' });
    before.network.fault = () => 'reply lost';
    await before.push().catch(() => undefined);
    place(before, 3);
    const broken = rootOf('orders');
    opened?.db.$client.exec(`INSERT INTO device_state VALUES ('identity', '{"deviceId":"d"}')`);
    stop();
    damage(broken, 4096);

    const after = await start();
    expect(asideName()).not.toBe('');
    expect(after.outbox().map(({ mid, state }) => [mid, state])).toEqual([
      [1, 'acked'],
      [2, 'pending'],
      [3, 'pending'],
      [4, 'pending'],
    ]);
    expect(journal()).toEqual([['taken_over', { pending: 3, lost: 0, isReadable: true }]]);
    expect(adopted).toEqual(['{"deviceId":"d"}']);
    // Before the server is heard, and after its first word, the device shows what waits.
    await after.pull();
    expect([...after.rows().keys()]).toHaveLength(3);
    await after.push();
    await after.pull();
    expect(after.outbox().map(({ status }) => status)).toEqual(['applied', 'applied', 'applied', 'applied']);
    expect(await placed()).toEqual([1, 2, 3]);
    expect(after.rows()).toEqual(await world.rows([SHOP]));
    expect(ownDigests(after)).toEqual(await world.digests([SHOP]));
    // It goes on where it was.
    place(after, 4);
    await after.push();
    expect(after.outbox().at(-1)).toMatchObject({ mid: 5, status: 'applied' });

    // The next start does not take it over again.
    const again = await start();
    expect(again.outbox().map(({ mid }) => mid)).toEqual([1, 2, 3, 4, 5]);
    expect(journal()).toHaveLength(1);
  });

  test('gives what can be read of an outbox that is damaged in its middle, and says what cannot', async () => {
    const before = await start();
    place(before, 1);
    await before.push();
    for (let n = 2; n <= 60; n += 1) place(before, n);
    stop();
    const bytes = readFileSync(file);
    const pages = Array.from({ length: bytes.length / 4096 }, (_, page) => page * 4096);
    const inMiddle = pages.find((at) => {
      const page = bytes.subarray(at, at + 4096);
      return page.includes('order.place') && page.includes(order(30, actor(1)).id);
    });
    if (inMiddle === undefined) throw new Error('no page of the outbox holds it');
    damage(inMiddle, 4096);
    const after = await start();
    const kept = after.outbox().flatMap(({ mid, state }) => (state === 'pending' ? [mid] : []));
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(59);
    expect(journal()).toEqual([['taken_over', { pending: kept.length, lost: 59 - kept.length, isReadable: true }]]);
    await after.push();
    await after.pull();
    expect(await placed()).toEqual([1, ...kept]);
    expect(after.sync.status().unsent).toBe(0);
    expect(after.rows()).toEqual(await world.rows([SHOP]));
  });

  test('keeps what was answered too: a server put back to before it is sent it again', async () => {
    const before = await start();
    await before.pull();
    const backup = await world.backUp();
    place(before, 1);
    await before.push();
    place(before, 2);
    await before.push();
    await before.pull();
    const broken = rootOf('orders');
    stop();
    damage(broken, 4096);
    const after = await start();
    expect(after.outbox().map(({ mid, state }) => [mid, state])).toEqual([
      [1, 'acked'],
      [2, 'acked'],
    ]);
    await after.pull();
    await world.restore(backup);
    await after.pull();
    await after.push();
    await after.pull();
    expect(await placed()).toEqual([1, 2]);
    expect(after.rows()).toEqual(await world.rows([SHOP]));
  });

  test('without its name gives its changes to the next enrolment, which knows them by the name before', async () => {
    const before = await start();
    place(before, 1);
    before.do('payment.settle', { payments: [payment(1, order(1, before.actor))] });
    before.network.fault = () => 'reply lost';
    await before.push().catch(() => undefined);
    place(before, 2);
    const broken = [rootOf('sync_state'), rootOf('device_state')];
    stop();
    for (const page of broken) damage(page, 4096);
    const after = await start({ ...actor(1), incarnation: 2 });
    await after.push();
    await after.pull();
    expect(after.outbox().map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    expect((await world.rows([SHOP])).size).toBe(3);
    const { rows } = await world.opened.db.execute('SELECT incarnation, last_mid::int AS mid FROM sync_writers');
    expect(rows).toEqual([{ incarnation: 1, mid: 3 }]);
  });

  test('of which nothing can be read is said to be so', async () => {
    const before = await start();
    place(before, 1);
    stop();
    writeFileSync(file, 'This was a database once. '.repeat(1000));
    const after = await start();
    expect(after.outbox()).toEqual([]);
    expect(journal()).toEqual([['taken_over', { pending: 0, lost: 0, isReadable: false }]]);
  });

  test('and found again after the device has begun anew is put into a file', async () => {
    const before = await start();
    place(before, 1);
    const broken = rootOf('orders');
    stop();
    damage(broken, 4096);
    const after = await start();
    await after.push();
    const [aside] = [asideName()];
    rmSync(join(folder, `${aside}.read`));
    await start();
    expect(journal().map(([step]) => step)).toEqual(['taken_over', 'exported']);
    const [name] = readdirSync(join(folder, 'unsent'));
    expect(JSON.parse(readFileSync(join(folder, 'unsent', name ?? ''), 'utf8'))).toMatchObject({
      deviceId: actor(1).deviceId,
      mid: 1,
      name: 'order.place',
    });
    expect(statSync(join(folder, aside)).size).toBeGreaterThan(0);
  });
});

test('a mutation whose bytes have changed is not taken', async () => {
  const before = await start();
  place(before, 1);
  place(before, 2);
  opened?.db.$client.exec(`UPDATE sync_outbox SET args = replace(args, 'K-0002', 'K-9999')`);
  stop();
  expect(salvage(file)).toMatchObject({ pending: [{ mid: 1 }], lost: 1, standing: { nextMid: 3 } });
});
