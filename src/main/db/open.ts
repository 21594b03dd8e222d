/**
 * Opening the device's database is one ritual: nothing hands out a `Db` before the file is ours alone, whole, and of
 * this version. A till loses nothing at a power cut (WAL, synchronous=FULL), and no file is ever deleted.
 */
import { renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Logger } from '#main/core.ts';
import { lockFile } from '#node/file-lock.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { checkAside, isDamageCode } from './aside.ts';
import { goFirst } from './beside.ts';
import { markClosed, takeClosedMark } from './closed-mark.ts';
import type { Db } from './db.ts';
import { backupName, pruneBackups, restore, setAside, sizeOf, syncFile } from './db-files.ts';
import { APPLICATION_ID, applyMigrations, pendingMigrations, readShipped, type Shipped } from './db-migrate.ts';
import { logSlowCalls } from './db-slow.ts';
import { drizzleOver } from './statements.ts';

const KEEP_BACKUPS = 3;
/** SQLite's smallest page: of a shorter file it may say nothing and begin anew over it. */
const SMALLEST_PAGE = 512;

export interface OpenDatabaseOptions {
  /** Path of the file; its folder exists. */
  readonly file: string;
  readonly migrationsFolder: string;
  readonly log: Logger;
  readonly now: () => number;
  readonly busyTimeoutMs?: number;
}

export interface DatabaseInfo {
  readonly file: string;
  /** Number of migrations the file is at. */
  readonly schema: number;
  /** There was no data: a first start, or what was there had to be set aside. */
  readonly fresh: boolean;
  /** Where a damaged file went. Its outbox may still be read from there. */
  readonly setAside?: string;
  /** The copy made before this start's migrations. */
  readonly backup?: string;
  /** Was it read through for damage? A file that was closed in order was not: that may be made up for when there is time. */
  readonly isChecked: boolean;
}

export interface OpenedDatabase {
  readonly db: Db;
  readonly info: DatabaseInfo;
  /**
   * Reads the file through on a thread of its own: `ok`, or what is wrong, which the next start finds then. Rejects when it
   * could not be read for another reason.
   */
  readonly integrity: () => Promise<string>;
  readonly close: () => void;
}

/**
 * Throws `db.locked` (another device has it), `db.foreign_file` (a healthy database of another program),
 * `db.from_future` (a newer version migrated it), `db.migration_failed` (the file is as it was before) and
 * `db.unreadable` (permissions, a folder, a disk error). A damaged file is set aside and a fresh one begun.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenedDatabase> {
  const { file, log } = options;
  const shipped = readShipped(options.migrationsFolder);
  const lock = asOpenFault(file, () => lockFile(file));
  try {
    const isChecked = !asOpenFault(file, () => takeClosedMark(file));
    const damage = asOpenFault(file, () => findDamage(file, isChecked));
    const aside = damage === undefined ? undefined : asOpenFault(file, () => setAside(file, options.now()));
    if (aside !== undefined) log.error('database is damaged and was set aside', { file, setAside: aside, damage });
    const fresh = asOpenFault(file, () => (sizeOf(file) ?? 0) === 0);
    const client = asOpenFault(file, () => connect(file, options.busyTimeoutMs ?? 5000));
    let isWhole = true;
    try {
      const backup = await migrate(client, shipped, fresh, options);
      client.pragma('foreign_keys = ON');
      goFirst(client);
      logSlowCalls(client, log);
      return {
        db: drizzleOver(client),
        info: {
          file,
          schema: shipped.length,
          fresh,
          isChecked,
          ...(aside === undefined ? {} : { setAside: aside }),
          ...(backup === undefined ? {} : { backup }),
        },
        integrity: async () => {
          const found = await checkAside(client);
          isWhole &&= found === 'ok';
          return found;
        },
        close: () => {
          client.close();
          if (isWhole) markClosed(file);
          lock.release();
        },
      };
    } catch (error) {
      client.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * What is wrong with the file, or `undefined` when it is whole or absent. Refuses a healthy file that is not ours
 * before anything is written to it.
 *
 * @param readsThrough every page of it, which takes as long as there is history; else only what an opening needs
 */
function findDamage(file: string, readsThrough: boolean): string | undefined {
  const size = sizeOf(file);
  if (size === undefined) return undefined;
  // SQLite deletes the log of an empty file, and with it the only data there is.
  if (size === 0) return (sizeOf(`${file}-wal`) ?? 0) > 0 ? 'the file is empty, its log is not' : undefined;
  if (size < SMALLEST_PAGE) return `the file has only ${size} bytes`;
  const probe = new Database(file, { timeout: 1000 });
  try {
    const owner = probe.pragma('application_id', { simple: true });
    const tables = probe.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (owner !== APPLICATION_ID && !(owner === 0 && tables === 0)) {
      const check = quickCheck(probe);
      if (check !== 'ok') return check;
      throw new AppError('db.foreign_file', `${file} is a database of another program; it was left as it is`, {
        details: { file },
      });
    }
    const check = readsThrough ? quickCheck(probe) : 'ok';
    return check === 'ok' ? undefined : check;
  } catch (error) {
    if (isDamage(error)) return error.message;
    throw error;
  } finally {
    probe.close();
  }
}

function connect(file: string, busyTimeoutMs: number): Database.Database {
  const client = new Database(file, { timeout: busyTimeoutMs });
  try {
    client.pragma('journal_mode = WAL');
    client.pragma('synchronous = FULL');
    // Off until the migrations are done: a migration rebuilds tables that others point at.
    client.pragma('foreign_keys = OFF');
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Returns the copy that was made, when something had to be migrated and there was something to lose. */
async function migrate(
  client: Database.Database,
  shipped: readonly Shipped[],
  fresh: boolean,
  options: OpenDatabaseOptions,
): Promise<string | undefined> {
  const { file, log, now } = options;
  const pending = pendingMigrations(client, shipped);
  if (pending.length === 0) return undefined;
  const backup = fresh ? undefined : await backUp(client, file, now());
  try {
    applyMigrations(client, pending, shipped.length);
  } catch (error) {
    client.close();
    // Another program is writing: nothing of ours happened, and its file is not ours to replace.
    if (isBusy(error)) throw inUse(file, error);
    if (backup !== undefined) restore(file, backup);
    throw new AppError(
      'db.migration_failed',
      `${file} could not be brought to schema ${shipped.length}: ${textOf(error)}; the data is as it was before`,
      { cause: error, details: { file, ...(backup === undefined ? {} : { backup }) } },
    );
  }
  if (backup !== undefined) pruneBackups(file, KEEP_BACKUPS);
  log.info('database migrated', { file, applied: pending.length, schema: shipped.length, backup });
  return backup;
}

/** Under a passing name until it is whole and on the disk, so that half a copy is never taken for a copy. */
async function backUp(client: Database.Database, file: string, now: number): Promise<string> {
  const backup = backupName(file, now);
  const part = `${backup}.part`;
  rmSync(part, { force: true });
  await client.backup(part);
  syncFile(part);
  renameSync(part, backup);
  return backup;
}

const quickCheck = (client: Database.Database): string => String(client.pragma('quick_check(1)', { simple: true }));

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isDamage = (error: unknown): error is Error => error instanceof Database.SqliteError && isDamageCode(error.code);

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);

const inUse = (file: string, cause: unknown): AppError =>
  new AppError('db.locked', `${file} is in use by another program`, { cause, details: { file } });

/** Turns what SQLite and the file system say into our codes. */
function asOpenFault<T>(file: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (isBusy(error)) throw inUse(file, error);
    throw new AppError('db.unreadable', `${file} cannot be opened: ${textOf(error)}`, {
      cause: error,
      details: { file },
    });
  }
}
