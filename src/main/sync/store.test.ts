import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenedDatabase, openDatabase } from '#main/db/open.ts';
import { TEST_MIGRATIONS } from '#main/db/test-db.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { createSyncStore, type SyncStore } from './store.ts';

const [NORMAL, FULL] = [1, 2];
let folder: string;
let opened: OpenedDatabase;
let store: SyncStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-store-'));
  const file = join(folder, 'device.db');
  opened = await openDatabase({ file, migrationsFolder: TEST_MIGRATIONS, log: quietLog, now: () => 0 });
  store = createSyncStore(
    opened.db,
    () => undefined,
    () => undefined,
  );
});
afterEach(() => {
  opened.close();
  rmSync(folder, { recursive: true });
});

const care = () => opened.db.$client.pragma('synchronous', { simple: true });
const put = (id: string) => store.replica.put({ type: 'shop', id }, { scope: 'shop:1', ver: 1, fields: '{}' }, 1);
const shown = () => opened.db.$client.prepare('SELECT id FROM shops ORDER BY id').pluck().all();

test('what the server would tell again does not wait for the disk, and what comes after it does', () => {
  const during = store.transactionAtEase(() => {
    put('pulled');
    return care();
  });
  expect(during).toBe(NORMAL);
  expect(care()).toBe(FULL);
  expect(store.transaction(care)).toBe(FULL);
  expect(shown()).toEqual(['pulled']);
});

test('one that fails leaves nothing, and the next waits for the disk', () => {
  const failing = () =>
    store.transactionAtEase(() => {
      put('half');
      throw new Error('no room');
    });
  expect(failing).toThrow('no room');
  expect(care()).toBe(FULL);
  expect(shown()).toEqual([]);
});
