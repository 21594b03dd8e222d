/**
 * A note beside a database that was closed in order: how the file looked then. One that still looks so was not half written by
 * a power cut, and need not be read through before a till opens.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { sizeOf } from './db-files.ts';

const nameOf = (file: string): string => `${file}.closed`;

/** After the last connection is gone. */
export function markClosed(file: string): void {
  try {
    const look = lookOf(file);
    if (look !== undefined) writeFileSync(nameOf(file), look);
  } catch {
    // A full disk: without the note, or with half of it, the file is read through once more than it need be.
  }
}

/** Takes the note away, so that it is true of one start only. True when nobody has touched the file since it was written. */
export function takeClosedMark(file: string): boolean {
  let noted: string;
  try {
    noted = readFileSync(nameOf(file), 'utf8');
  } catch {
    return false;
  }
  rmSync(nameOf(file), { force: true });
  return noted === lookOf(file) && (sizeOf(`${file}-wal`) ?? 0) === 0;
}

function lookOf(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat?.isFile() === true ? `${stat.size} ${stat.mtimeNs}` : undefined;
}
