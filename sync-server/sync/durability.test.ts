import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenDb } from '#server/db/db.ts';
import { createTestDb } from '#server/db/test-db.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { actor, order } from '#test/sync/fixtures.ts';
import { parsed } from '#test/sync/parsed-pull.ts';
import { createWriter, NOW, quiet } from '#test/sync/server-world.ts';
import { openJournal } from './durability.ts';
import { insertGrants } from './grants.repo.ts';
import { createGuardFile } from './guard-file.ts';
import { writeRows } from './rows.writer.ts';
import { firstGrants } from './sync.port.ts';
import { openSync, type SyncService } from './sync.service.ts';
import { openTimeline } from './timeline.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-sync-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const till = actor(1);
const SHOP = shopScope(till.shopId);
const GRANTS = firstGrants(till).map((given) => ({
  ...given,
  grantedVer: 1,
  revokedVer: null,
  lateUntil: null,
  releasedAt: null,
}));
const batch = (n: number) => {
  const writer = createWriter(
    { push: () => Promise.reject(new Error()), pull: () => Promise.reject(new Error()), clock: { now: NOW } },
    till,
  );
  return {
    actor: { ...till, grants: GRANTS },
    request: writer.request([writer.make('order.place', { order: order(n, till) })], { nextTicket: `ticket-${n}` }),
    receivedAt: NOW,
    parked: n === 2 ? [1] : [],
  };
};
const path = () => join(folder, 'journal.jsonl');
const open = (checkpoint = () => Promise.resolve(), maxBytes = 1e9) =>
  openJournal({ path: path(), log: quiet, checkpoint, maxBytes });

test('what was accepted is read back in order; half a line at the end was never answered', async () => {
  const journal = await open();
  await Promise.all([1, 2, 3].map((n) => journal.accept(batch(n))));
  await journal.close();
  await appendFile(path(), JSON.stringify(batch(4)).slice(0, 100));
  const again = await open();
  expect(await again.entries()).toEqual([1, 2, 3].map(batch));
  await again.accept(batch(5));
  expect(await again.entries()).toEqual([1, 2, 3, 5].map(batch));
  await again.close();
});

test('a full journal begins anew, but only when the database is on the disk', async () => {
  let isDiskFull = true;
  const journal = await open(() => (isDiskFull ? Promise.reject(new Error('no space')) : Promise.resolve()), 10);
  await journal.accept(batch(1));
  expect(await journal.entries()).toHaveLength(1);
  isDiskFull = false;
  await journal.accept(batch(2));
  expect(await journal.entries()).toHaveLength(0);
  expect(await journal.settled()).toBe(true);
  await journal.close();
});

test('the guard is replaced whole, and one that cannot be read stops the server', async () => {
  const guard = createGuardFile(join(folder, 'guard.json'), quiet, 1);
  expect(await guard.read()).toBeUndefined();
  const epoch = 'a'.repeat(32);
  await guard.write({ epoch, heads: { 'shop:1': 1 } });
  guard.writeSoon({ epoch, heads: { 'shop:1': 2 } });
  guard.writeSoon({ epoch, heads: { 'shop:1': 3 } });
  await guard.close();
  expect(await guard.read()).toEqual({ epoch, heads: { 'shop:1': 3 } });
  await writeFile(join(folder, 'guard.json'), '{"epoch":');
  await expect(guard.read()).rejects.toThrow();
});

describe.runIf(process.env['TEST_DATABASE_URL'] === undefined)(
  'a power cut that takes the tail of the embedded database',
  () => {
    const begin = (opened: OpenDb): Promise<SyncService> =>
      openSync({
        opened: { db: opened.db, kind: 'embedded' },
        dataDir: folder,
        live: { poke: () => undefined, hqChanged: () => undefined },
        now: () => NOW,
        newId: createIds(
          () => NOW,
          (bytes) => crypto.getRandomValues(bytes),
        ),
        randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
        log: quiet,
      });
    const writerTo = ({ push, pull }: SyncService) =>
      createWriter({ push, pull: parsed(pull), clock: { now: NOW } }, till);
    const rowsIn = async ({ db }: OpenDb) => (await db.execute(sql`SELECT id, fields FROM entities ORDER BY id`)).rows;
    const journalled = async () => (await readFile(join(folder, 'sync-journal.jsonl'), 'utf8')).trimEnd().split('\n');
    beforeEach(() => mkdir(join(folder, 'pg')));

    test('takes no accepted mutation', { timeout: 60_000 }, async () => {
      const before = await createTestDb();
      const first = await begin(before);
      await before.db.transaction((tx) => insertGrants(tx, till, 1, firstGrants(till), NOW));
      const writer = writerTo(first);
      const mutations = [1, 2, 3].map((n) => writer.make('order.place', { order: order(n, till) }));
      for (const mutation of mutations) await writer.send(mutation);
      const kept = await rowsIn(before);
      expect(await journalled()).toHaveLength(3);
      await first.close();
      await before.close();

      // An older disk under the same journal and guard: here, an empty one.
      const after = await createTestDb();
      const second = await begin(after);
      expect(await rowsIn(after)).toEqual(kept);
      expect(second.timeline.epoch).not.toBe(first.timeline.epoch);
      const again = await second.push(till, { ...writer.request(mutations), epoch: second.timeline.epoch });
      expect(again.outcomes.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
      await second.close();

      const third = await begin(after);
      expect(third.timeline.epoch).toBe(second.timeline.epoch);
      await third.close();
      await after.close();
    });

    test('runs no change that was not answered, and gives up what was given up', { timeout: 60_000 }, async () => {
      const openPicky = async (): Promise<OpenDb> => {
        const opened = await createTestDb();
        await opened.db.execute(sql`
        CREATE FUNCTION refuse_order() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.fields->>'number' = 'POISON' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$`);
        await opened.db.execute(
          sql`CREATE TRIGGER refuse BEFORE INSERT ON entities FOR EACH ROW EXECUTE FUNCTION refuse_order()`,
        );
        await opened.db.transaction((tx) => insertGrants(tx, till, 1, firstGrants(till), NOW));
        return opened;
      };
      const before = await openPicky();
      const first = await begin(before);
      const writer = writerTo(first);
      const mutations = [
        writer.make('order.place', { order: order(1, till) }),
        writer.make('order.place', { order: order(2, till, { number: 'POISON' }) }),
        writer.make('order.place', { order: order(3, till) }),
      ];
      expect(await writer.send(...mutations)).toMatchObject({ lastMid: 1 });
      await first.close();
      await before.close();

      const between = await openPicky();
      const second = await begin(between);
      const { epoch } = second.timeline;
      expect(await rowsIn(between)).toMatchObject([{ id: order(1, till).id }]);
      const rest = { ...writer.request(mutations), epoch };
      let reply = await second.push(till, rest).catch(() => undefined);
      for (let attempt = 2; attempt <= 5 && reply?.lastMid !== 3; attempt += 1) {
        reply = await second.push(till, rest).catch(() => undefined);
      }
      expect(reply?.outcomes.map(({ status }) => status)).toEqual(['applied', 'parked', 'applied']);
      await second.close();
      await between.close();

      const after = await openPicky();
      const third = await begin(after);
      expect((await rowsIn(after)).map(({ id }) => id)).toEqual([order(1, till).id, order(3, till).id]);
      const repeated = await third.push(till, { ...rest, epoch: third.timeline.epoch });
      expect(repeated.outcomes).toEqual(reply?.outcomes);
      await third.close();
      await after.close();
    });
  },
);

test('I4 a volatile database whose server died begins an epoch, and devices keep what both hold', async () => {
  const opened = await createTestDb();
  const guard = createGuardFile(join(folder, 'guard.json'), quiet, 1);
  let epochs = 0;
  const begin = () =>
    openTimeline({
      db: opened.db,
      guard,
      newEpoch: () => (epochs += 1).toString(16).padStart(32, '0'),
      log: quiet,
      isVolatile: true,
    });
  const first = await begin();
  const put = { type: 'order' as const, id: order(1, till).id, scope: SHOP, fields: order(1, till) };
  const { heads } = await opened.db.transaction((tx) => writeRows(tx, till.organizationId, [put], NOW));
  first.saw(heads);
  const second = await begin();
  expect(second.epoch).not.toBe(first.epoch);
  expect(second.forksSince(first.epoch)).toEqual({ [SHOP]: 1 });
  await second.close();
  const third = await begin();
  expect(third.epoch).toBe(second.epoch);
  const fourth = await begin();
  expect(fourth.forksSince(first.epoch)).toEqual({ [SHOP]: 1 });
  expect(fourth.forksSince('another')).toEqual({});
  await opened.close();
});
