/** The files of a database: moved and copied whole, never deleted while they may hold the only copy of something. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** `2026-11-21T08-30-00-123Z`: sorts by time, and is a file name on every system. */
/** Where a device puts the daily copies of itself. */
export const copiesOf = (dataDir: string): string => join(dataDir, 'backups');

export const fileStamp = (now: number): string => new Date(now).toISOString().replace(/[:.]/g, '-');

/** Bytes of the file; `undefined` when there is none. Throws what the system says when it is no readable file. */
export function sizeOf(file: string): number | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw Object.assign(new Error(`${file} is a directory`), { code: 'EISDIR' });
  return stat?.size;
}

/** Moves a database out of the way with its log, under a name from which SQLite can still open both. */
export function setAside(file: string, now: number): string {
  let target = `${file}.corrupt-${fileStamp(now)}`;
  for (let n = 2; existsSync(target); n += 1) target = `${file}.corrupt-${fileStamp(now)}-${n}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  syncFolder(dirname(file));
  return target;
}

/** The damaged databases that were set aside and not read yet, newest first. */
export function listAside(file: string): string[] {
  const prefix = `${basename(file)}.corrupt-`;
  const names = readdirSync(dirname(file)).filter((name) => name.startsWith(prefix));
  return names
    .filter((name) => !/(-wal|-shm|\.read)$/.test(name) && !names.includes(`${name}.read`))
    .toSorted()
    .toReversed()
    .map((name) => join(dirname(file), name));
}

/** What could be read of it has been. Beside the file, because the database that would remember may be damaged next. */
export const markRead = (aside: string): void => writeFileSync(`${aside}.read`, '');

/** Deletes the damaged databases that were read: what could be saved of them is saved, and their rows are to go. */
export function removeRead(file: string): void {
  const prefix = `${basename(file)}.corrupt-`;
  const names = readdirSync(dirname(file)).filter((name) => name.startsWith(prefix));
  const read = names.filter((name) => names.includes(`${name}.read`));
  // The mark goes last: until then the file is one that need not be read again.
  for (const name of read) {
    for (const suffix of ['', '-wal', '-shm', '.read']) rmSync(join(dirname(file), name + suffix), { force: true });
  }
}

/** Puts a copy in the place of a closed database, whole or not at all. The copy stays. */
export function restore(file: string, backup: string): void {
  const next = `${file}.restoring`;
  copyFileSync(backup, next);
  syncFile(next);
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  renameSync(next, file);
  syncFolder(dirname(file));
}

export const backupName = (file: string, now: number): string => `${file}.backup-${fileStamp(now)}`;

/** Deletes all but the newest `keep` backups of a database. */
export function pruneBackups(file: string, keep: number): void {
  const prefix = `${basename(file)}.backup-`;
  const backups = readdirSync(dirname(file)).filter((name) => name.startsWith(prefix) && !name.endsWith('.part'));
  for (const name of backups.toSorted().slice(0, Math.max(backups.length - keep, 0))) rmSync(join(dirname(file), name));
}

export function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes renames in a folder durable. Windows has no such call and needs none: NTFS journals its names. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
