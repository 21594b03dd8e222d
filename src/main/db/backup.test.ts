import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import { backUpDevice, removeHalfCopies, verifyBackup } from './backup.ts';
import { openDatabase } from './open.ts';
import { TEST_MIGRATIONS } from './test-db.ts';

const NOW = Date.UTC(2026, 10, 21, 8, 30);

let folder: string;
let dataDir: string;
let target: string;
let writer: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-backup-'));
  dataDir = join(folder, 'data');
  target = join(folder, 'copies');
  mkdirSync(dataDir);
});
afterEach(async () => {
  if (writer?.exitCode === null && writer.signalCode === null) {
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
  writer = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const openDevice = () =>
  openDatabase({
    file: join(dataDir, 'device.db'),
    migrationsFolder: TEST_MIGRATIONS,
    log: createMemoryLog(),
    now: () => NOW,
  });
const backUp = (change: { readonly now?: number; readonly keep?: number } = {}) =>
  backUpDevice({ dataDir, target, now: NOW, ...change });
const rowsOf = (file: string): number => {
  const client = new Database(file, { readonly: true });
  try {
    return Number(client.prepare('SELECT count(*) FROM audit_logs').pluck().get());
  } finally {
    client.close();
  }
};

/** A device at work: another process that writes as fast as the disk lets it. */
async function startWriting(): Promise<void> {
  const script = `
    import Database from 'better-sqlite3';
    const client = new Database(process.argv[1]);
    client.pragma('journal_mode = WAL');
    client.pragma('synchronous = FULL');
    const insert = client.prepare(
      "INSERT INTO audit_logs (at, event, entity, entity_id, details) VALUES (1, 'SESSION_CREATED', 'visit', ?, '{}')",
    );
    const write = client.transaction((from) => { for (let n = 0; n < 20; n += 1) insert.run('v' + (from + n)); });
    for (let from = 0; ; from += 20) {
      write(from);
      if (from === 200) console.log('writing');
      await new Promise((next) => setImmediate(next));
    }`;
  writer = spawn(process.execPath, ['--input-type=module', '-e', script, '--', join(dataDir, 'device.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: join(import.meta.dirname, '../../..'),
  });
  if (writer.stdout !== null) await once(writer.stdout, 'data');
}

test('AK-29 a backup during writes opens and is whole, and the log of the device stays', async () => {
  (await openDevice()).close();
  await startWriting();
  const wal = join(dataDir, 'device.db-wal');
  const before = { inode: statSync(wal).ino, rows: rowsOf(join(dataDir, 'device.db')) };
  const backup = await backUp();

  const copy = join(backup.folder, 'device.db');
  const copied = rowsOf(copy);
  expect(copied).toBeGreaterThanOrEqual(before.rows);
  // Twenty at a time: a copy holds whole transactions.
  expect(copied % 20).toBe(0);
  expect(existsSync(`${copy}-wal`)).toBe(false);
  expect(statSync(wal).ino).toBe(before.inode);
  await delay(50);
  expect(rowsOf(join(dataDir, 'device.db'))).toBeGreaterThan(copied);
  expect(await verifyBackup(backup.folder)).toMatchObject({ madeAt: NOW, schema: backup.schema });
  expect(statSync(backup.folder).mode & 0o777).toBe(0o700);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
});

test('a device starts from its copy, and finds its files', async () => {
  const opened = await openDevice();
  opened.db.$client
    .prepare("INSERT INTO journal (kind, subject, step, details, at) VALUES ('x', 'y', 'z', '{}', 1)")
    .run();
  mkdirSync(join(dataDir, 'reports'));
  mkdirSync(join(dataDir, 'blobs/ab'), { recursive: true });
  writeFileSync(join(dataDir, 'reports/RPT-1.pdf'), '%PDF-1');
  writeFileSync(join(dataDir, 'blobs/ab/abcd'), 'photo');
  writeFileSync(join(dataDir, 'secrets.json'), 'sealed');
  const { folder: copy, files } = await backUp();
  opened.close();
  expect(files.map(({ path }) => path)).toEqual(['blobs/ab/abcd', 'device.db', 'reports/RPT-1.pdf']);
  expect(readFileSync(join(copy, 'reports/RPT-1.pdf'), 'utf8')).toBe('%PDF-1');

  dataDir = copy;
  const restored = await openDevice();
  expect(restored.info.fresh).toBe(false);
  expect(restored.db.$client.prepare('SELECT count(*) FROM journal').pluck().get()).toBe(1);
  restored.close();
});

test('a copy that was changed, cut or robbed of a file is said to be none', async () => {
  (await openDevice()).close();
  mkdirSync(join(dataDir, 'reports'));
  writeFileSync(join(dataDir, 'reports/RPT-1.pdf'), '%PDF-1');
  const { folder: copy } = await backUp();
  writeFileSync(join(copy, 'reports/RPT-1.pdf'), '%PDF-2');
  await expect(verifyBackup(copy)).rejects.toThrow(/RPT-1.pdf is not what was copied/);
  rmSync(join(copy, 'reports/RPT-1.pdf'));
  await expect(verifyBackup(copy)).rejects.toThrow(/RPT-1.pdf is missing/);
  rmSync(join(copy, 'manifest.json'));
  await expect(verifyBackup(copy)).rejects.toThrow(/holds no whole backup/);
});

test.each([
  ['no data', () => undefined, /is not there/],
  [
    'another program’s data',
    () => new Database(join(dataDir, 'device.db')).exec('CREATE TABLE x (y)').close(),
    /database of another program/,
  ],
  ['no database', () => writeFileSync(join(dataDir, 'device.db'), 'x'.repeat(4096)), /.+/],
])('of %s there is no backup, and nothing is left behind', async (_name, prepare, reason) => {
  prepare();
  await expect(backUp()).rejects.toThrow(reason);
  expect(existsSync(target) ? readdirSync(target) : []).toEqual([]);
});

test('keeps as many as it is told, and never takes half a copy for one', async () => {
  (await openDevice()).close();
  mkdirSync(join(target, 'prilavok-2026-01-01T00-00-00-000Z.part'), { recursive: true });
  for (const day of [1, 2, 3]) await backUp({ now: NOW + day, keep: 2 });
  removeHalfCopies(target);
  expect(readdirSync(target)).toEqual(['prilavok-2026-11-21T08-30-00-002Z', 'prilavok-2026-11-21T08-30-00-003Z']);
});
