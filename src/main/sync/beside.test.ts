import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenedDatabase, openDatabase } from '#main/db/open.ts';
import { TEST_MIGRATIONS } from '#main/db/test-db.ts';
import type { Steps } from '#shared/kernel/steps.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { createShowBeside, type ShowBeside } from './beside.ts';
import { createQuiet, type Quiet } from './quiet.ts';
import { createSyncStore, type SyncStore } from './store.ts';

const ROWS = 20;

let folder: string;
let opened: OpenedDatabase;
let store: SyncStore;
let quiet: Quiet;
let beside: ShowBeside;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-beside-'));
  const file = join(folder, 'device.db');
  opened = await openDatabase({ file, migrationsFolder: TEST_MIGRATIONS, log: quietLog, now: () => 0 });
  const storeOn = (db: SyncStore['db']) =>
    createSyncStore(
      db,
      () => undefined,
      () => undefined,
    );
  store = storeOn(opened.db);
  quiet = createQuiet();
  beside = createShowBeside({ store, storeOn, quiet, log: quietLog, firstPauseMs: 1 });
});
afterEach(() => {
  opened.close();
  rmSync(folder, { recursive: true });
});

const put = ({ replica }: SyncStore, id: string) =>
  replica.put({ type: 'shop', id }, { scope: 'shop:1', ver: 1, fields: '{}' }, 1);
const shown = (client = opened.db.$client) => client.prepare('SELECT id FROM shops ORDER BY id').pluck().all();
const names = Array.from({ length: ROWS }, (_, n) => `row ${String(n).padStart(2, '0')}`);

/** Writes a row a step, each of which takes longer than a turn. */
const slowly = (seen: string[] = []) =>
  function* (own: SyncStore): Steps<string> {
    seen.push('began');
    for (const name of names) {
      for (const from = performance.now(); performance.now() - from < 5; );
      put(own, name);
      yield;
    }
    return 'shown';
  };
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
};

test('I8 what is done bit by bit is seen when all of it is there, and others have their turns meanwhile', async () => {
  const seen = new Set<number>();
  let isOver = false;
  const showing = beside(slowly()).then((said) => {
    isOver = true;
    return said;
  });
  let watched = 0;
  for (; !isOver; watched += 1) {
    seen.add(shown().length);
    await setImmediate();
  }
  expect(await showing).toBe('shown');
  expect([...seen].filter((count) => count !== 0 && count !== ROWS)).toEqual([]);
  expect(watched).toBeGreaterThanOrEqual(ROWS);
  expect(shown()).toEqual(names);
});

test('who writes meanwhile is not held up, and the long work begins again over what was written', async () => {
  const seen: string[] = [];
  const showing = beside(slowly(seen));
  await turns(5);
  store.transaction(() => put(store, 'a sale'));
  expect(shown()).toEqual(['a sale']);
  await showing;
  expect(seen).toEqual(['began', 'began']);
  expect(shown()).toEqual(['a sale', ...names]);
});

test('a statement without a transaction goes first as well', async () => {
  const seen: string[] = [];
  const showing = beside(slowly(seen));
  await turns(5);
  put(store, 'a sale');
  await showing;
  expect(seen).toHaveLength(2);
  expect(shown()).toEqual(['a sale', ...names]);
});

test('somebody who writes at every turn is held up once in the end', async () => {
  const seen: string[] = [];
  let isOver = false;
  const showing = beside(slowly(seen)).finally(() => {
    isOver = true;
  });
  for (let n = 0; !isOver; n += 1) {
    store.transaction(() => put(store, `sale ${n}`));
    await turns(2);
  }
  expect(await showing).toBe('shown');
  expect(seen.length).toBeGreaterThan(2);
  expect(shown()).toEqual(expect.arrayContaining(names));
});

test('I3 a power cut in the middle leaves what was there before', async () => {
  store.transaction(() => put(store, 'before'));
  const showing = beside(slowly());
  await turns(10);
  const copy = join(folder, 'after the cut.db');
  for (const suffix of ['', '-wal']) copyFileSync(`${opened.db.$client.name}${suffix}`, `${copy}${suffix}`);
  await showing;
  const after = new Database(copy);
  expect(shown(after)).toEqual(['before']);
  after.close();
});

test('a failure undoes all of it and is told; then everybody can write', async () => {
  await expect(
    beside(function* (own): Steps<never> {
      put(own, 'half');
      yield;
      throw new Error('ours');
    }),
  ).rejects.toThrow('ours');
  store.transaction(() => put(store, 'a sale'));
  expect(shown()).toEqual(['a sale']);
  await quiet.over();
});

test('a push that could wait does: it is sent and answered outside of the long work', async () => {
  const showing = beside(slowly());
  const said: string[] = [];
  const pushing = quiet.after(() => {
    said.push(`sent with ${shown().length} rows on show`);
    return Promise.resolve();
  });
  await Promise.all([showing, pushing]);
  expect(said).toEqual([`sent with ${ROWS} rows on show`]);
});
