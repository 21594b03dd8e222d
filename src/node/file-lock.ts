/**
 * One process to a data file or folder. The lock is SQLite's own, on a small file beside the data: the system drops it
 * when the process dies by any death, so there is no stale lock to guess about and no process number to compare.
 *
 * [Note: POSIX locks] Closing any descriptor of a file drops every lock this process holds on it. Nothing may open the
 * lock file by `fs` while it is held.
 */
import Database from 'better-sqlite3';
import { AppError } from '#shared/kernel/errors.ts';

export interface FileLock {
  /** The lock file stays: removing it would let two processes lock two files of one name. */
  readonly release: () => void;
}

/** How long the winner waits for those who read its name. */
const NAMING_MS = 1000;

/**
 * Takes `<path>.lock`.
 *
 * @throws AppError `db.locked` when somebody, this process included, has it; `details.pid` is theirs where it is known.
 */
export function lockFile(path: string): FileLock {
  const holder = new Database(`${path}.lock`, { timeout: 0 });
  try {
    holder.pragma('journal_mode = MEMORY');
    holder.exec('BEGIN IMMEDIATE');
    // A reserved lock has one holder and lets others read, so whoever is refused can say who holds it.
    holder.pragma(`busy_timeout = ${NAMING_MS}`);
    holder.exec(`PRAGMA user_version = ${process.pid}; COMMIT; BEGIN IMMEDIATE`);
  } catch (error) {
    const pid = readHolder(holder);
    holder.close();
    if (!isBusy(error)) throw error;
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    throw new AppError('db.locked', `${path} is in use by ${who}`, {
      details: { file: path, ...(pid === undefined ? {} : { pid }) },
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
