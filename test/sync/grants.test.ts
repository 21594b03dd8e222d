import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markRead } from '#main/db/db-files.ts';
import { openDatabase } from '#main/db/open.ts';
import { TEST_MIGRATIONS } from '#main/db/test-db.ts';
import { createCatalogue } from '#main/domains/catalogue/catalogue.service.ts';
import { createLettersRepo } from '#main/sync/letters.repo.ts';
import { createLostEditsRepo } from '#main/sync/lost-edits.repo.ts';
import { createSync } from '#main/sync/sync.ts';
import { createUnsentFiles, type UnsentChange } from '#main/sync/unsent-file.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import { deviceScope, orgScope, shopScope } from '#shared/sync/scopes.ts';
import { createTestCore } from '#test/doubles/core-double.ts';
import { calm, createTestDevice, expectedRows, ownDigests, type TestDevice, wire } from './device-world.ts';
import { actor, ORGANIZATION, order, payment, shopId, type TestActor, uuid } from './fixtures.ts';
import { createServerWorld, createWriter, NOW, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
let till: TestDevice;
let kept: UnsentChange[];
const [FIRST, SECOND] = [shopScope(shopId(1)), shopScope(shopId(2))];

beforeEach(async () => {
  world = await createServerWorld();
  kept = [];
  till = createTestDevice({
    world: () => world,
    actor: actor(1),
    keepUnsent: (changes) => {
      kept.push(...changes.filter((change) => 'mid' in change));
      return 'a file';
    },
  });
});
afterEach(() => world.close());

const place = (on: TestDevice, n: number, changes = {}) => {
  const made = order(n, on.actor, changes);
  on.do('order.place', { order: made });
  return made;
};
const LATER = NOW + 30 * 24 * 3_600_000;
const statuses = () => till.outbox().map(({ status }) => status);

describe('I17 a device that is moved to another shop', () => {
  test('finishes in the old one what it did there, then has nothing of it and works in the new one', async () => {
    place(till, 1);
    await till.push();
    await till.pull();
    // Offline, not knowing of the move.
    const late = place(till, 2);
    till.do('payment.settle', { payments: [payment(2, late)] });
    await world.grant(actor(1), [shopId(2)], LATER);
    await till.pull();
    // What it showed stays on show until it has its answer.
    expect(till.rows()).toEqual(expectedRows(till));
    expect(till.rows().size).toBe(3);
    expect(till.actor.shopId).toBe(shopId(1));
    await till.push();
    expect(statuses()).toEqual(['applied', 'applied', 'applied']);
    await till.pull();
    expect(till.rows().size).toBe(0);
    expect(till.outbox()).toEqual([]);
    expect(till.actor.shopId).toBe(shopId(2));
    expect([...till.cursors().keys()].toSorted()).toEqual(
      [orgScope(ORGANIZATION), SECOND, deviceScope(till.actor.deviceId)].toSorted(),
    );
    expect(JSON.parse((await world.rows([FIRST])).get(`order:${late.id}`) ?? '{}')).toMatchObject({ status: 'paid' });
    place(till, 3);
    await till.push();
    await till.pull();
    expect(await world.rows([SECOND])).toEqual(till.rows());
    expect(ownDigests(till)).toEqual(await world.digests([SECOND]));
    expect(kept).toEqual([]);
  });

  test('keeps in a file what the server no longer takes, and a fact is told to a person all the same', async () => {
    await till.pull();
    const late = place(till, 1);
    till.do('payment.settle', { payments: [payment(1, late)] });
    await world.grant(actor(1), [shopId(2)], null);
    await till.push();
    expect(statuses()).toEqual(['rejected', 'applied']);
    await till.pull();
    expect(till.rows().size).toBe(0);
    expect(kept.map(({ mid, name }) => [mid, name])).toEqual([
      [1, 'order.place'],
      [2, 'payment.settle'],
    ]);
    expect(kept[0]).toMatchObject({ args: { order: { id: late.id } }, outcome: { code: 'sync.scope_denied' } });
    expect(await world.rows([FIRST, SECOND])).toEqual(new Map());
  });

  test('is believed no longer once it has said that it left', async () => {
    await till.pull();
    const forged = createWriter(world, actor(1));
    await world.grant(actor(1), [shopId(2)], LATER);
    await till.pull();
    await till.pull();
    const stale = forged.make('order.place', { order: order(9, actor(1)) }, { grant: 1 });
    expect((await forged.send(stale)).outcomes).toMatchObject([{ status: 'rejected', code: 'sync.scope_denied' }]);
  });

  test('waits with leaving until the server has what it did on its disk', async () => {
    place(till, 1);
    await till.push();
    await till.pull();
    till.core.db.$client.exec('UPDATE sync_state SET durable_mid = 0');
    const { pull } = world;
    world = { ...world, pull: async (by, request) => ({ ...(await pull(by, request)), durableMid: 0 }) };
    await world.grant(actor(1), [shopId(2)], LATER);
    await till.pull();
    expect(till.rows().size).toBe(1);
    world = { ...world, pull };
    await till.pull();
    expect(till.rows().size).toBe(0);
  });
});

test('I17 a second shop is given and taken: its rows come and go, its own shop is not touched', async () => {
  const other = createTestDevice({ world: () => world, actor: actor(2, 2) });
  place(other, 2);
  await other.push();
  place(till, 1);
  await till.push();
  await till.pull();
  await world.grant(actor(1), [shopId(1), shopId(2)], LATER);
  await till.pull();
  expect(till.rows()).toEqual(await world.rows([FIRST, SECOND]));
  expect(till.actor.shopId).toBe(shopId(1));
  await world.grant(actor(1), [shopId(1)], LATER);
  await till.pull();
  expect(till.rows()).toEqual(await world.rows([FIRST]));
  expect(ownDigests(till)).toEqual(await world.digests([FIRST]));
  // What was done in the shop that stays is kept for a server that comes back from a backup.
  expect(till.outbox().map(({ mid }) => mid)).toEqual([1]);
  await till.pull();
  expect(till.core.db.$client.prepare('SELECT grants_ver FROM sync_state').pluck().get()).toBe(3);
});

test('I17 answers about a shop that is taken away go with it into a file; those about the shop that stays are left to be read', async () => {
  const other = createTestDevice({ world: () => world, actor: actor(2, 2) });
  const theirs = place(other, 2);
  await other.push();
  await world.grant(actor(1), [shopId(1), shopId(2)], LATER);
  const ours = place(till, 1);
  await till.push();
  await till.pull();
  // Both were sold meanwhile, and this device takes them for cancelled.
  const refused = (on: TestDevice, made: typeof ours, n: number) => {
    on.do('payment.settle', { payments: [payment(n, made)] });
    return on.push();
  };
  const neighbour = createTestDevice({ world: () => world, actor: actor(3) });
  await neighbour.pull();
  await refused(other, theirs, 2);
  await refused(neighbour, ours, 1);
  for (const { id } of [ours, theirs]) till.do('order.advance', { id, to: 'cancelled' });
  await till.push();
  await till.pull();
  expect(statuses()).toEqual(['applied', 'rejected', 'rejected']);
  expect(till.sync.status().refused).toBe(2);

  await world.grant(actor(1), [shopId(1)], LATER);
  await till.pull();
  expect(kept).toMatchObject([{ name: 'order.advance', args: { id: theirs.id } }]);
  expect(till.sync.status().refused).toBe(1);
  expect(createLettersRepo(till.core.db).list(false, Number.MAX_SAFE_INTEGER, 10)).toMatchObject([{ mid: 2 }]);
});

test('I17 no byte of a shop that was taken away is left in the files of the device', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-leave-'));
  const core = createTestCore();
  const opened = await openDatabase({
    file: join(folder, 'device.db'),
    migrationsFolder: TEST_MIGRATIONS,
    log: core.log,
    now: core.now,
  });
  try {
    const secret = 'Хризоберилл';
    let identity: TestActor = actor(1);
    const own = { ...core, db: opened.db };
    const catalogue = createCatalogue(own);
    const sync = createSync(own, {
      mode: 'cashier',
      identity: () => identity,
      moveTo: (id) => {
        identity = { ...identity, shopId: id };
      },
      keepUnsent: createUnsentFiles(folder),
      onPurged: () => catalogue.shelveAnew(),
      serverUrl: () => 'http://in.process',
      token: () => Promise.resolve('token'),
      random: () => 0.5,
      http: wire(
        () => world,
        () => actor(1),
        calm(),
      ),
      createLive: () => ({ follow: () => undefined, close: () => undefined }),
    });
    const place = (n: number, name: string) =>
      opened.db.transaction((tx) => {
        const [line] = order(n * 2, identity).lines;
        if (line === undefined) throw new Error('a line');
        const made = order(n * 2, identity, { lines: [{ ...line, name }], totalMinor: line.totalMinor });
        sync.mutate(tx, 'order.place', { order: made });
      });
    const holding = () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((file) => {
          const bytes = readFileSync(file);
          return [secret, secret.toLowerCase()].some((text) => bytes.includes(text));
        })
        .map((file) => file.slice(folder.length + 1));

    await world.opened.db.transaction((tx) =>
      writeRows(
        tx,
        ORGANIZATION,
        [
          {
            type: 'catalogue_item',
            id: uuid(9, 1),
            scope: FIRST,
            fields: {
              id: uuid(9, 1),
              name: secret,
              sku: 'S-1',
              category: 'c',
              priceMinor: 100,
              currency: 'RUB',
              vat: 'vat20',
              paymentObject: 'commodity',
              unit: 'piece',
              favourite: true,
              active: true,
            } as never,
          },
        ],
        1,
      ),
    );
    place(1, secret);
    await sync.loops.push.tick();
    await sync.loops.pull.tick();
    expect(catalogue.search({ text: secret.slice(0, 5), limit: 10 })).toHaveLength(1);
    place(2, secret);
    opened.db.$client.pragma('wal_checkpoint(TRUNCATE)');
    writeFileSync(`${join(folder, 'device.db')}.backup-2026-01-01T00-00-00-000Z`, secret);
    const daily = join(folder, 'backups', 'prilavok-2026-01-01T00-00-00-000Z');
    mkdirSync(daily, { recursive: true });
    writeFileSync(join(daily, 'device.db'), secret);
    const aside = `${join(folder, 'device.db')}.corrupt-2026-01-01T00-00-00-000Z`;
    writeFileSync(aside, secret);
    writeFileSync(`${aside}-wal`, secret);
    // One that nobody has read yet may hold what is nowhere else.
    writeFileSync(`${join(folder, 'device.db')}.corrupt-2026-02-02T00-00-00-000Z`, 'not read');
    markRead(aside);
    createLostEditsRepo(opened.db).put({
      key: `client:${uuid(7, 1)}`,
      scope: FIRST,
      fields: JSON.stringify({ name: secret }),
      at: NOW,
    });
    expect(holding()).toHaveLength(6);

    await world.grant(actor(1), [shopId(2)], null);
    await sync.loops.push.tick();
    await sync.loops.pull.tick();
    expect(identity.shopId).toBe(shopId(2));
    opened.db.$client.pragma('wal_checkpoint(TRUNCATE)');
    // What the server refused stands in the file that a person was told of, and nowhere else.
    expect(holding()).toEqual([expect.stringMatching(/^unsent[\\/][0-9a-f]{16}\.jsonl$/)]);
    const lines = readFileSync(join(folder, holding()[0] ?? ''), 'utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { mid: 2, name: 'order.place', outcome: { code: 'sync.scope_denied' } },
      { row: `client:${uuid(7, 1)}`, fields: { name: secret }, lostAt: NOW },
    ]);
    expect(readdirSync(folder).filter((name) => name.includes('.corrupt-'))).toEqual([
      'device.db.corrupt-2026-02-02T00-00-00-000Z',
    ]);
  } finally {
    opened.close();
    rmSync(folder, { recursive: true });
  }
});
