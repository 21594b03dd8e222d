/** The server's half of sync, put together: timeline, durability, push, pull and new incarnations. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenDb } from '#server/db/db.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import { collectGone } from './departures.repo.ts';
import { type Durability, durableByCommit, type JournalDurability, openJournal, syncTree } from './durability.ts';
import { createGuardFile } from './guard-file.ts';
import { createPull, type Pull } from './pull.service.ts';
import { createPush, type Push } from './push.service.ts';
import { recover } from './recover.ts';
import type { SyncActor, SyncLive, SyncLog } from './sync.port.ts';
import { checkpoint } from './timeline.repo.ts';
import { openTimeline, type Timeline } from './timeline.ts';
import { deleteOutcomesBefore, raiseIncarnation } from './writers.repo.ts';

/** How long the answer to a mutation is kept for a device that asks again. */
export const OUTCOME_RETENTION_MS = 90 * 24 * 3_600_000;

/** How long a device may stay away and still be told which rows died; after that it reads its scopes anew. */
export const TOMBSTONE_RETENTION_MS = 90 * 24 * 3_600_000;
const ROWS_COLLECTED_AT_ONCE = 10_000;

export interface SyncServiceOptions {
  readonly opened: Pick<OpenDb, 'db' | 'kind'>;
  /** Folder of the guard file and, beside an embedded database (`pg/`), of the journal. Absent: nothing on disk (tests). */
  readonly dataDir?: string | undefined;
  readonly live: SyncLive;
  readonly now: () => number;
  readonly newId: NewId;
  /** A device has taken a newer incarnation than its token was read with. */
  readonly onIncarnation?: () => void;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly log: SyncLog;
}

export interface SyncService {
  readonly timeline: Timeline;
  readonly push: Push;
  readonly pull: Pull;
  /** After `writeRows` has committed: tells the guard and the devices of the scopes. */
  announce(heads: Readonly<Record<Scope, number>>): void;
  /** The next incarnation of a device whose copy has written under its name. */
  rekey(actor: SyncActor): Promise<{ readonly incarnation: number }>;
  /**
   * Forgets answers older than `OUTCOME_RETENTION_MS` and what died or left a scope before `TOMBSTONE_RETENTION_MS`.
   * Several instances may do it at once. For a daily job.
   */
  prune(): Promise<void>;
  /** Puts everything that is committed on the disk. Rejects when it cannot. */
  checkpoint(): Promise<void>;
  /** Writes the guard and ends the journal. After the last request, before the database closes. */
  close(): Promise<void>;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export async function openSync(options: SyncServiceOptions): Promise<SyncService> {
  const { opened, dataDir, log } = options;
  const { db } = opened;
  // With PostgreSQL nobody else has made it.
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const journal = opened.kind === 'embedded' && dataDir !== undefined ? await openOwnJournal(dataDir) : undefined;
  const durability: Durability = journal ?? durableByCommit;
  const timeline = await openTimeline({
    db,
    newEpoch: () => hex(options.randomBytes(16)),
    log,
    isVolatile: journal !== undefined,
    ...(dataDir === undefined ? {} : { guard: createGuardFile(join(dataDir, 'sync-guard.json'), log) }),
    ...(journal === undefined
      ? {}
      : { recover: async () => recover({ db, newId: options.newId, log }, await journal.entries()) }),
  });
  // A batch that was committed when the process died may be in no journal; its device will hear that it is done.
  await durability.checkpoint();
  const { live, now, newId, onIncarnation } = options;
  const deps = { db, timeline, durability, log, live, now, newId, onIncarnation };

  return {
    timeline,
    push: createPush(deps),
    pull: createPull(deps),
    announce: (heads) => {
      timeline.saw(heads);
      for (const [scope, head] of Object.entries(heads)) options.live.poke({ scope, head, epoch: timeline.epoch });
    },
    rekey: async (actor) => {
      const incarnation = await raiseIncarnation(db, actor.deviceId);
      if (incarnation === undefined) throw new AppError('auth.forbidden', 'no such device');
      options.onIncarnation?.();
      // A server that forgot it at a power cut would not know its own device any more.
      await durability.checkpoint();
      log.warn({ deviceId: actor.deviceId, incarnation }, 'a device took a new incarnation');
      return { incarnation };
    },
    checkpoint: () => durability.checkpoint(),
    prune: async () => {
      await deleteOutcomesBefore(db, options.now() - OUTCOME_RETENTION_MS);
      const before = options.now() - TOMBSTONE_RETENTION_MS;
      while ((await collectGone(db, before, ROWS_COLLECTED_AT_ONCE)) >= ROWS_COLLECTED_AT_ONCE);
    },
    close: async () => {
      await timeline.close();
      await durability.close();
    },
  };

  function openOwnJournal(folder: string): Promise<JournalDurability> {
    return openJournal({
      path: join(folder, 'sync-journal.jsonl'),
      log,
      checkpoint: async () => {
        await checkpoint(db);
        await syncTree(join(folder, 'pg'));
      },
    });
  }
}
