/**
 * One process to a data file. The lock is SQLite's own, on a small file beside the data: the system drops it when the
 * process dies by any death, so there is no stale lock to guess about and no process number to compare.
 *
 * [Note: POSIX locks] Closing any descriptor of a file drops every lock this process holds on it. Nothing may open the
 * lock file or the data file by `fs` while SQLite has it open.
 */
import Database from 'better-sqlite3';
import { AppError } from '#shared/kernel/errors.ts';

export interface FileLock {
  release(): void;
}

/** Throws `db.locked` when another device holds the file. */
export function lockFile(file: string): FileLock {
  const holder = new Database(`${file}.lock`, { timeout: 0 });
  try {
    holder.pragma('journal_mode = MEMORY');
    // A reserved lock has one holder and lets others read, so whoever is refused can say who holds it.
    holder.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${process.pid}; COMMIT; BEGIN IMMEDIATE`);
  } catch (error) {
    const pid = readHolder(holder);
    holder.close();
    if (!isBusy(error)) throw error;
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    throw new AppError('db.locked', `${file} is in use by ${who}: two devices cannot share one data folder`, {
      details: { file, ...(pid === undefined ? {} : { pid }) },
    });
  }
  return { release: () => holder.close() };
}

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED');

function readHolder(holder: Database.Database): number | undefined {
  try {
    const pid = holder.pragma('user_version', { simple: true });
    return typeof pid === 'number' && pid > 0 ? pid : undefined;
  } catch (error) {
    // The holder may be writing its number at this very moment; who it is matters less than that it is.
    if (isBusy(error)) return undefined;
    throw error;
  }
}
