/**
 * When an acknowledged mutation is safe from a power cut. PostgreSQL says so at commit. PGlite does not (it runs without
 * fsync), so accepted batches go to a journal of our own before they are answered, and are run again at start: whatever
 * the database still has is skipped by its `mid`.
 */
import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { syncFolder } from '#node/files.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { Mode } from '#shared/kernel/mode.ts';
import { PushRequest } from '#shared/sync/protocol.ts';
import { Grant } from './grants.rules.ts';
import type { SyncLog } from './sync.port.ts';

const Entry = z.strictObject({
  actor: z.object({
    organizationId: z.string(),
    shopId: z.string(),
    deviceId: z.string(),
    mode: Mode,
    incarnation: z.int().min(1),
    grants: z.array(Grant),
  }),
  request: PushRequest,
  /** Unix ms by the server. */
  receivedAt: z.int(),
  /** `mid`s that the database would not take: they were given up, and answered so. */
  parked: z.array(z.int()),
});
export type AcceptedBatch = z.infer<typeof Entry>;

export interface Durability {
  /** Resolves when the batch, already committed, would outlive a power cut. */
  accept(batch: AcceptedBatch): Promise<void>;
  /** True when everything committed before the call would outlive a power cut. */
  settled(): Promise<boolean>;
  /**
   * Puts everything that is committed on the disk, also what is no batch and in no journal. Rejects when it cannot.
   */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

/** The database's own commit is durable. */
export const durableByCommit: Durability = {
  accept: () => Promise.resolve(),
  settled: () => Promise.resolve(true),
  checkpoint: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

export interface JournalOptions {
  readonly path: string;
  readonly log: SyncLog;
  /** Puts the database's files on the disk, so that the journal may begin anew. */
  readonly checkpoint: () => Promise<void>;
  readonly maxBytes?: number;
}

export interface JournalDurability extends Durability {
  /** What was accepted since the last checkpoint, oldest first. A line cut off by a crash was never answered. */
  entries(): Promise<AcceptedBatch[]>;
}

const NEWLINE = 0x0a;
const MAX_JOURNAL_BYTES = 64 * 1024 * 1024;

/** One file, one line a batch, one fsync for all batches that wait at the same time. */
export async function openJournal(options: JournalOptions): Promise<JournalDurability> {
  const { path, log } = options;
  const maxBytes = options.maxBytes ?? MAX_JOURNAL_BYTES;
  const file = await open(path, 'a+');
  await syncFolder(dirname(path));
  // A line that a crash cut off was never answered; the next one must not be written behind half of it.
  let size = (await readFile(path)).lastIndexOf(NEWLINE) + 1;
  await file.truncate(size);
  let waiting: { readonly line: string; readonly done: PromiseWithResolvers<void> }[] = [];
  let writer: Promise<void> | undefined;
  // A line that could not be written is missing for good; only a checkpoint makes up for it.
  let isBroken = false;

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        size += await append(file, batch.map(({ line }) => line).join(''));
      } catch (error) {
        log.error({ err: error }, 'the sync journal could not be written');
        isBroken = true;
      }
      if (isBroken || size > maxBytes) await rotate();
      for (const { done } of batch) {
        if (isBroken) done.reject(new AppError('app.unavailable', 'what was accepted could not be put on the disk'));
        else done.resolve();
      }
    }
    writer = undefined;
  };

  const rotate = async () => {
    try {
      await options.checkpoint();
      await file.truncate(0);
      await file.sync();
      size = 0;
      isBroken = false;
    } catch (error) {
      log.error({ err: error, size }, 'the sync journal could not begin anew');
    }
  };

  return {
    accept: ({ actor, ...rest }) => {
      const { organizationId, shopId, deviceId, mode, incarnation, grants } = actor;
      const entry = { actor: { organizationId, shopId, deviceId, mode, incarnation, grants }, ...rest };
      const done = Promise.withResolvers<void>();
      waiting.push({ line: `${JSON.stringify(entry)}\n`, done });
      writer ??= drain();
      return done.promise;
    },
    entries: async () => {
      const lines = (await readFile(path, 'utf8')).split('\n');
      // Behind the last newline is nothing.
      return lines.slice(0, -1).flatMap((line) => parseLine(line, log));
    },
    checkpoint: async () => {
      // The journal stays: what is written to it meanwhile need not be in the files yet.
      await options.checkpoint();
    },
    settled: async () => {
      await writer;
      if (isBroken) await rotate();
      return !isBroken;
    },
    close: async () => {
      await writer;
      await file.close();
    },
  };
}

async function append(file: FileHandle, text: string): Promise<number> {
  const { bytesWritten } = await file.write(text);
  await file.datasync();
  return bytesWritten;
}

function parseLine(line: string, log: SyncLog): AcceptedBatch[] {
  try {
    return [Entry.parse(JSON.parse(line))];
  } catch (error) {
    // A torn page in the middle: the others are still worth running.
    log.error({ err: error, length: line.length }, 'a line of the sync journal cannot be read');
    return [];
  }
}

/** Puts every file of a folder on the disk: what PGlite's CHECKPOINT leaves to the operating system. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    try {
      const file = await open(path, 'r+');
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      // A segment that was recycled while we walked.
      const isGone = await stat(path).then(
        () => false,
        () => true,
      );
      if (!isGone) throw error;
    }
  }
}
