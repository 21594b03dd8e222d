/** `sync-guard.json` beside the database: how far the heads had come. Replaced whole, on the disk before it counts. */
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ifThere, syncFolder } from '#node/files.ts';
import { Epoch, Version } from '#shared/sync/protocol.ts';
import { Scope } from '#shared/sync/scopes.ts';
import type { SyncLog } from './sync.port.ts';

const Guard = z.strictObject({
  epoch: Epoch,
  heads: z.record(Scope, Version),
  /** The server ended in order: its database is on the disk. */
  closed: z.boolean().optional(),
});
export type Guard = z.infer<typeof Guard>;

export interface GuardFile {
  /** `undefined` when there is none. Throws on one that cannot be read: guessing would hide a restore. */
  read(): Promise<Guard | undefined>;
  write(guard: Guard): Promise<void>;
  /** Writes within `delayMs`; of several only the last is written. */
  writeSoon(guard: Guard): void;
  /** Writes what is still waiting. */
  close(): Promise<void>;
}

export function createGuardFile(path: string, log: SyncLog, delayMs = 1000): GuardFile {
  let waiting: Guard | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const guard = waiting;
    waiting = undefined;
    if (guard !== undefined) writing = writing.then(() => replace(path, guard));
    return writing;
  };

  return {
    read: async () => {
      const text = await ifThere(readFile(path, 'utf8'));
      return text === undefined ? undefined : Guard.parse(JSON.parse(text));
    },
    write: (guard) => {
      waiting = guard;
      return flush();
    },
    writeSoon: (guard) => {
      waiting = guard;
      timer ??= setTimeout(() => {
        flush().catch((error: unknown) => {
          writing = Promise.resolve();
          log.error({ err: error }, 'the sync guard could not be written');
        });
      }, delayMs).unref();
    },
    close: flush,
  };
}

async function replace(path: string, guard: Guard): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(JSON.stringify(guard));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}
