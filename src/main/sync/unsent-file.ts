/**
 * Work that the server did not take as it was meant and that this device may not keep: written to a file in the data
 * folder for a person, before the rows it belongs to are wiped. One JSON object a line.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '#main/db/db-files.ts';
import { sha256 } from '#node/sha256.ts';

export interface UnsentChange {
  readonly deviceId: string;
  readonly incarnation: number;
  readonly mid: number;
  readonly name: string;
  readonly args: unknown;
  /** Unix ms by the device. */
  readonly madeAt: number;
  /** What the server said; absent when it was never asked. */
  readonly outcome?: unknown;
}

/** A row as this device showed it when a deletion took it away, under changes made here. */
export interface LostRow {
  readonly deviceId: string;
  readonly incarnation: number;
  /** `type:id` */
  readonly row: string;
  readonly fields: unknown;
  /** When the deletion arrived, Unix ms by the server. */
  readonly lostAt: number;
}

/** On the disk when the call returns. Answers where, or `undefined` when there was nothing to keep. */
export type KeepUnsent = (changes: readonly (UnsentChange | LostRow)[]) => string | undefined;

/** @param dataDir the device's data folder; the files are in `unsent` under it, one for each set of changes. */
export function createUnsentFiles(dataDir: string): KeepUnsent {
  return (changes) => {
    if (changes.length === 0) return undefined;
    const text = changes.map((change) => `${JSON.stringify(change)}\n`).join('');
    // Named by what is in it: run again after a crash it is the same file.
    const file = join(dataDir, 'unsent', `${sha256(text).slice(0, 16)}.jsonl`);
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.new`;
    const descriptor = openSync(draft, 'w', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, file);
    syncFolder(dirname(file));
    return file;
  };
}
