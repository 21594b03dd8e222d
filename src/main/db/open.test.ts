import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '#shared/kernel/errors.ts';
import { createMemoryLog } from '../log/log.ts';
import { APPLICATION_ID } from './db-migrate.ts';
import { type OpenedDatabase, openDatabase } from './open.ts';
import { createTestDb, TEST_MIGRATIONS } from './test-db.ts';

let folder: string;
let file: string;
let opened: OpenedDatabase[];
let clock: number;

const log = createMemoryLog();
const open = async (migrationsFolder = TEST_MIGRATIONS): Promise<OpenedDatabase> => {
  const database = await openDatabase({ file, migrationsFolder, log, now: () => (clock += 1000) });
  opened.push(database);
  return database;
};
const closeAll = () => {
  for (const database of opened.splice(0)) database.close();
};
const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error: unknown = await attempt.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  return error instanceof AppError ? `${error.code}: ${error.message}` : `no AppError: ${String(error)}`;
};
const filesLike = (part: string) => readdirSync(folder).filter((name) => name.includes(part));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-db-'));
  file = join(folder, 'device.db');
  opened = [];
  clock = Date.UTC(2026, 10, 21);
});
afterEach(() => {
  closeAll();
  rmSync(folder, { recursive: true, force: true });
});

const remember = (database: OpenedDatabase, key: string) =>
  database.db.$client.prepare('INSERT INTO device_state (key, value) VALUES (?, ?)').run(key, '"kept"');
const remembered = (database: OpenedDatabase) =>
  database.db.$client.prepare('SELECT key FROM device_state ORDER BY key').pluck().all();

/** The shipped migrations and one more, of the given SQL. */
const withMigration = (sql: string, when = Date.UTC(2030, 0, 1)): string => {
  const target = join(folder, `migrations-${readdirSync(folder).length}`);
  cpSync(TEST_MIGRATIONS, target, { recursive: true });
  const journalFile = join(target, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(journalFile, 'utf8')) as { entries: object[] };
  journal.entries.push({ idx: journal.entries.length, version: '6', when, tag: '9999_next', breakpoints: true });
  writeFileSync(journalFile, JSON.stringify(journal));
  writeFileSync(join(target, '9999_next.sql'), sql);
  return target;
};

describe('opening', () => {
  test('makes a fresh file of ours with the settings of a till', async () => {
    const { db, info, integrity } = await open();
    expect(info).toMatchObject({ fresh: true, file });
    expect(info.setAside).toBeUndefined();
    const pragma = (name: string) => db.$client.pragma(name, { simple: true });
    expect(pragma('application_id')).toBe(APPLICATION_ID);
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('user_version')).toBe(info.schema);
    expect(await integrity()).toBe('ok');
  });

  test('opens again with the data and without a backup when nothing is to be migrated', async () => {
    remember(await open(), 'a');
    closeAll();
    const again = await open();
    expect(remembered(again)).toEqual(['a']);
    expect(again.info).toMatchObject({ fresh: false });
    expect(filesLike('.backup-')).toEqual([]);
  });

  test('refuses a second device on the file, names its process, and lets it in after the first has gone', async () => {
    await open();
    expect(await codeOf(open())).toBe(`db.locked: ${file} is in use by process ${process.pid}`);
    closeAll();
    expect((await open()).info.fresh).toBe(false);
  });

  test('says what is wrong with a folder in place of the file', async () => {
    mkdirSync(file);
    expect(await codeOf(open())).toMatch(/^db\.unreadable: .*is a directory/);
  });

  test('says what is wrong when the data folder is not there', async () => {
    file = join(folder, 'absent', 'device.db');
    expect(await codeOf(open())).toMatch(/^db\.unreadable: /);
  });

  test('a migration waits its turn and leaves a file alone that another program is writing', async () => {
    await open();
    closeAll();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const attempt = openDatabase({
      file,
      migrationsFolder: withMigration('CREATE TABLE later (id INTEGER)'),
      log,
      now: () => clock,
      busyTimeoutMs: 1,
    });
    expect(await codeOf(attempt)).toBe(`db.locked: ${file} is in use by another program`);
    other.close();
  });
});

describe('damage', () => {
  const expectSetAside = async (bytes: Buffer) => {
    const { info, db } = await open();
    expect(info.fresh).toBe(true);
    expect(readFileSync(info.setAside ?? '')).toEqual(bytes);
    expect(info.setAside).toMatch(/device\.db\.corrupt-2026-11-21T/);
    expect(db.$client.prepare('SELECT count(*) FROM device_state').pluck().get()).toBe(0);
    expect(log.tail().at(-2)).toMatchObject({ message: 'database is damaged and was set aside' });
  };

  test('random bytes are set aside, whole', async () => {
    const bytes = Buffer.from('This is not a database. '.repeat(400));
    writeFileSync(file, bytes);
    await expectSetAside(bytes);
  });

  test.each([1, 99, 4096, 5000])('a file cut to %i bytes is set aside, whole', async (length) => {
    const database = await open();
    remember(database, 'a');
    closeAll();
    truncateSync(file, length);
    await expectSetAside(readFileSync(file));
  });

  /** Overwrites the headers of the last pages, which hold rows. */
  const makeNoise = async (): Promise<Buffer> => {
    const database = await open();
    const insert = database.db.$client.prepare('INSERT INTO device_state (key, value) VALUES (?, ?)');
    for (let n = 0; n < 200; n += 1) insert.run(`key-${n}`, JSON.stringify('x'.repeat(300)));
    closeAll();
    const bytes = readFileSync(file);
    for (let page = 1; page <= 8; page += 1) {
      const at = bytes.length - page * 4096;
      bytes.fill(0xab, at, at + 64);
    }
    writeFileSync(file, bytes);
    return bytes;
  };

  test('a page of noise in the middle is found', async () => {
    await expectSetAside(await makeNoise());
  });

  test('a file that was closed in order and not touched since is not read through before it is opened', async () => {
    remember(await open(), 'a');
    closeAll();
    const again = await open();
    expect(again.info.isChecked).toBe(false);
    // No note is left for the start after a power cut: it would be true of the file as it was before.
    expect(filesLike('.closed')).toEqual([]);
    closeAll();
    utimesSync(file, 1, 1);
    expect((await open()).info.isChecked).toBe(true);
  });

  test('what the look in quiet times finds is set aside by the next start', async () => {
    const bytes = await makeNoise();
    // A disk that rots leaves the times as they are.
    writeFileSync(`${file}.closed`, `${bytes.length} ${statSync(file, { bigint: true }).mtimeNs}`);
    const rotten = await open();
    expect(rotten.info).toMatchObject({ isChecked: false, fresh: false });
    expect(await rotten.integrity()).not.toBe('ok');
    closeAll();
    expect((await open()).info).toMatchObject({ isChecked: true, fresh: true });
  });

  test('an empty file beside a log with data is set aside together with it', async () => {
    writeFileSync(file, '');
    writeFileSync(`${file}-wal`, 'the only data there is');
    const { info } = await open();
    expect(readFileSync(`${info.setAside}-wal`, 'utf8')).toBe('the only data there is');
  });

  test('two damaged files of one instant do not overwrite each other', async () => {
    const still = () => openDatabase({ file, migrationsFolder: TEST_MIGRATIONS, log, now: () => 0 });
    for (const text of ['first', 'second']) {
      writeFileSync(file, text);
      rmSync(`${file}-wal`, { force: true });
      (await still()).close();
    }
    const kept = filesLike('.corrupt-').map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(kept.toSorted()).toEqual(['first', 'second']);
  });
});

describe('a healthy database that is not ours', () => {
  test.each([0, 0x0f055112])('is refused and not touched (application_id %i)', async (id) => {
    const other = new Database(file);
    other.exec(`PRAGMA application_id = ${id}; CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x')`);
    other.close();
    const before = readFileSync(file);
    expect(await codeOf(open())).toMatch(/^db\.foreign_file: .*left as it is$/);
    expect(readFileSync(file)).toEqual(before);
  });
});

describe('migrations', () => {
  test('a database of a newer version is refused with both versions and not touched', async () => {
    const newer = withMigration('CREATE TABLE later (id INTEGER)');
    const { schema } = (await open(newer)).info;
    closeAll();
    const before = readFileSync(file);
    const fault = await codeOf(open());
    expect(fault).toMatch(/^db\.from_future: /);
    expect(fault).toContain(`of schema ${schema} (2030-01-01), this version knows up to ${schema - 1}`);
    expect(readFileSync(file)).toEqual(before);
  });

  test('an applied migration that is not of ours is refused', async () => {
    const database = await open();
    database.db.$client.exec('UPDATE __drizzle_migrations SET created_at = created_at - 1');
    closeAll();
    expect(await codeOf(open())).toMatch(/^db\.migration_failed: migration 1 of the data/);
  });

  test('a copy is made before an upgrade and holds the data as it was', async () => {
    remember(await open(), 'a');
    closeAll();
    const { info, db } = await open(withMigration('CREATE TABLE later (id INTEGER)'));
    expect(db.$client.prepare('SELECT count(*) FROM later').pluck().get()).toBe(0);
    const copy = new Database(info.backup ?? '', { readonly: true });
    expect(copy.prepare('SELECT key FROM device_state').pluck().all()).toEqual(['a']);
    expect(copy.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'later'").get()).toBeUndefined();
    copy.close();
  });

  test('a failing migration leaves the data as it was, and the next version heals it', async () => {
    remember(await open(), 'a');
    closeAll();
    const broken = withMigration('DELETE FROM device_state;--> statement-breakpoint\nSELECT * FROM no_such_table');
    const fault = await codeOf(open(broken));
    expect(fault).toMatch(/^db\.migration_failed: .*no such table: no_such_table; the data is as it was before$/);
    const healed = await open(withMigration('CREATE TABLE later (id INTEGER)'));
    expect(remembered(healed)).toEqual(['a']);
  });

  test('a migration that commits half of itself is undone from the copy', async () => {
    remember(await open(), 'a');
    closeAll();
    const broken = withMigration(
      'DELETE FROM device_state;--> statement-breakpoint\nCOMMIT;--> statement-breakpoint\nSELECT * FROM gone',
    );
    expect(await codeOf(open(broken))).toMatch(/^db\.migration_failed: /);
    expect(remembered(await open())).toEqual(['a']);
  });

  test('rows that point at nothing fail the migration', async () => {
    await open();
    closeAll();
    const orphan = withMigration(
      'CREATE TABLE child (id INTEGER, parent TEXT REFERENCES device_state(key));--> statement-breakpoint\n' +
        "INSERT INTO child VALUES (1, 'nobody')",
    );
    expect(await codeOf(open(orphan))).toContain('1 rows point at nothing');
  });

  test('a copy that was cut short by a power failure is not counted, and three whole ones are kept', async () => {
    await open();
    closeAll();
    writeFileSync(`${file}.backup-2020-01-01T00-00-00-000Z.part`, 'half');
    for (let n = 1; n <= 5; n += 1) writeFileSync(`${file}.backup-2020-01-0${n}T00-00-00-000Z`, `old ${n}`);
    await open(withMigration('CREATE TABLE later (id INTEGER)'));
    const kept = filesLike('.backup-').filter((name) => !name.endsWith('.part'));
    expect(kept).toHaveLength(3);
    expect(kept.at(-1)).toContain('2026-11-21');
  });

  test('shipped migrations rise in time', async () => {
    expect(await codeOf(open(withMigration('SELECT 1', 5)))).toMatch(/out of order/);
  });
});

test('kill -9 in the middle of writing loses nothing that was acknowledged', async () => {
  const writer = join(folder, 'writer.mjs');
  writeFileSync(
    writer,
    `import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))};
     import { createMemoryLog } from ${JSON.stringify(join(import.meta.dirname, '../log/log.ts'))};
     const { db } = await openDatabase({ file: process.argv[2], migrationsFolder: process.argv[3], log: createMemoryLog(), now: Date.now });
     const insert = db.$client.prepare('INSERT INTO device_state (key, value) VALUES (?, ?)');
     for (let n = Number(process.argv[4]); ; n += 1) { insert.run('k' + n, '1'); process.stdout.write(n + '\\n'); await new Promise(setImmediate); }`,
  );
  let last = -1;
  for (let round = 0; round < 3; round += 1) {
    const child: ChildProcess = spawn(process.execPath, [writer, file, TEST_MIGRATIONS, String(last + 1)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const until = last + 50;
    if (child.stdout === null) throw new Error('the child has no output');
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      last = Math.max(last, Number(line));
      if (last >= until) child.kill('SIGKILL');
    });
    await Promise.all([once(child, 'exit'), once(lines, 'close')]);
    const database = await open();
    expect(await database.integrity()).toBe('ok');
    const count = Number(database.db.$client.prepare('SELECT count(*) FROM device_state').pluck().get());
    expect(count).toBeGreaterThanOrEqual(last + 1);
    last = count - 1;
    closeAll();
  }
});

test('a slow call is named in the log without its values', async () => {
  const { db } = await open();
  const slow = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT max(i) FROM n';
  db.$client.prepare(slow).get(3_000_000);
  expect(log.tail().at(-1)).toMatchObject({ message: 'slow database call', sql: slow });
  expect(JSON.stringify(log.tail().at(-1))).not.toContain('3000000');
});

test('test databases are migrated, separate, and checked', () => {
  const [one, two] = [createTestDb(), createTestDb()];
  one.$client.exec("INSERT INTO device_state VALUES ('a', '1')");
  expect(two.$client.prepare('SELECT count(*) FROM device_state').pluck().get()).toBe(0);
  expect(two.$client.pragma('foreign_keys', { simple: true })).toBe(1);
});
