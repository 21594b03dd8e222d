/** Files of a device: taken from its screens, carried to the server, brought back when they are asked for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Core, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';
import { BLOB_FIELDS, type BlobFields } from '#shared/blobs/blob-fields.ts';
import { BLOB_KINDS, type BlobKind, CHUNK_BYTES, type MediaType } from '#shared/blobs/blobs.schema.ts';
import { acceptMediaType } from '#shared/blobs/media-type.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { BlobView } from '#shared/rpc/blobs.contract.ts';
import { createDownloads } from './blob-downloads.ts';
import { createBlobFiles } from './blob-files.ts';
import { createBlobHttp } from './blob-http.ts';
import { createUploads } from './blob-uploads.ts';
import { createCollector } from './blobs.collect.ts';
import { type BlobRow, createBlobsRepo, HELD } from './blobs.repo.ts';
import { createBandwidth, createBudget, createLocks, type Pause } from './lane.ts';

export interface BlobsOptions {
  /** Where the files are. */
  readonly folder: string;
  /** To the server and from it, each; 0 sets no bound. */
  readonly bytesPerSecond: number;
  readonly cacheBytes: number;
  readonly serverUrl: () => string | undefined;
  readonly token: () => Promise<string | undefined>;
  /** Does the outbox hold something that waits for the server? */
  readonly hasUnsent: () => boolean;
  /** The server's timeline, as sync knows it; null before they met. */
  readonly epoch: () => string | null;
  /** Time as the device counts it for what it may let go, ms, from 1. */
  readonly countedMs: () => number;
  /** Since some moment, ms; no person moves it. */
  readonly uptimeMs?: () => number;
  /** In [0, 1): spreads a shop's devices over time. */
  readonly random: () => number;
  readonly fields?: BlobFields;
  readonly pause?: Pause;
}

/** A file as a screen gets it. */
export interface ShownBlob {
  readonly size: number;
  readonly mediaType: MediaType;
  readonly read: () => AsyncGenerator<Uint8Array, void>;
}

export type Blobs = ReturnType<typeof createBlobs>;

const CONCURRENT_REQUESTS = 2;
const UPLOAD_INTERVAL_MS = 5000;
/** What an earlier life left is known by not having changed between two looks. */
const SECOND_COLLECT_MS = 3_600_000;
const COLLECT_INTERVAL_MS = 24 * 3_600_000;
/** A device that has just started has more urgent things to do. */
const FIRST_COLLECT_MS = 10 * 60_000;
const COLLECT_LOOK_MS = 60_000;
const MAX_BACKOFF_MS = 5 * 60_000;

export function createBlobs(core: Core, options: BlobsOptions) {
  const { now } = core;
  const { bytesPerSecond, countedMs, epoch, serverUrl, token } = options;
  const log = core.log.child({ domain: 'blobs' });
  const repo = createBlobsRepo(core.db);
  const files = createBlobFiles(options.folder, core.newId);
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause: Pause = options.pause ?? ((ms) => sleep(ms, undefined, { signal }));
  const monotonicMs = () => performance.now();
  const http = createBlobHttp({ serverUrl, token, signal });
  const budget = createBudget(CONCURRENT_REQUESTS);
  const changed = (id: string) => core.changes.emit({ collection: 'blobs', ids: [id] });
  const locked = createLocks();
  const collector = createCollector({ repo, files, locked, fields: options.fields ?? BLOB_FIELDS, countedMs, log });

  const ports = { repo, files, http, log, now, epoch, budget, changed };
  const downloads = createDownloads({
    ...ports,
    locked,
    bandwidth: createBandwidth(bytesPerSecond, monotonicMs, pause),
    cacheBytes: options.cacheBytes,
  });
  const uploads = createUploads({
    ...ports,
    pause,
    signal,
    bytesPerSecond,
    random: options.random,
    hasUnsent: options.hasUnsent,
    bandwidth: createBandwidth(bytesPerSecond, monotonicMs, pause),
    onDurable: (id) => {
      if (repo.find(id)?.unreferencedSince === 0) collecting.wake();
    },
  });

  const uploading: Loop = createLoop({
    name: 'blobs-upload',
    intervalMs: UPLOAD_INTERVAL_MS,
    retryMs: 1000,
    maxBackoffMs: MAX_BACKOFF_MS,
    random: options.random,
    log,
    run: async () => {
      if (serverUrl() === undefined) return;
      await uploads.run();
      await downloads.makeRoom();
    },
  });

  const uptimeMs = options.uptimeMs ?? monotonicMs;
  let collectAt = uptimeMs() + FIRST_COLLECT_MS;
  let nextMs = SECOND_COLLECT_MS;
  const collecting: Loop = createLoop({
    name: 'blobs-collect',
    intervalMs: COLLECT_LOOK_MS,
    log,
    run: async () => {
      await collector.finishPurge();
      if (uptimeMs() < collectAt) return;
      collectAt = uptimeMs() + nextMs;
      nextMs = COLLECT_INTERVAL_MS;
      await collector.collect();
    },
  });

  const viewOf = (id: string, row: BlobRow | undefined): BlobView => ({
    id,
    // A row may name what this device never saw: the server is asked when a screen wants the bytes.
    state: row?.state ?? 'remote',
    url: `/blobs/${id}`,
    ...(row === undefined || row.size === null ? {} : { size: row.size, sentBytes: row.sentBytes }),
    ...(row === undefined || row.mediaType === null ? {} : { mediaType: row.mediaType }),
  });

  /** Writes down that the bytes are here. */
  const enter = (
    id: string,
    of: Required<Pick<BlobRow, 'kind' | 'mediaType' | 'size'>>,
    isHeld: boolean,
  ): BlobRow | undefined =>
    repo.transaction(() => {
      const known = repo.find(id);
      // What is on its way already, for somebody else, goes on.
      const isSent = known !== undefined && known.state !== 'remote' && known.state !== 'missing';
      const retryAt = isHeld ? (isSent ? known.retryAt : HELD) : 0;
      const about = { ...of, usedAt: now(), retryAt, unreferencedSince: null };
      if (known === undefined) {
        const fresh = { sentBytes: 0, addedAt: now(), checkedAt: null, epoch: null, attempts: 0, fault: null };
        repo.insert({ id, state: 'local', ...fresh, ...about });
      } else {
        // What only the server had may be gone from there by now: it is asked, and no byte is sent twice.
        const isAway = known.state === 'remote' || known.state === 'missing';
        repo.change(id, [known.state], { ...about, ...(isAway ? { state: 'local', fault: null } : {}) });
      }
      return repo.find(id);
    });

  /** The row of a file whose bytes are here and are what its name says. */
  const held = async (id: string): Promise<BlobRow> => {
    const row = repo.find(id);
    const isHere = row !== undefined && row.state !== 'remote' && row.state !== 'missing';
    const verdict = isHere ? await files.verify(id) : undefined;
    if (isHere && verdict === true) return row;
    if (isHere) {
      await locked(id, async () => {
        // Somebody may have given it here anew, or it may have made room, while it was looked at.
        const again = repo.find(id);
        if (again?.state !== row.state || (await files.verify(id)) === true) return;
        log.error('a file on the disk is damaged or gone', { blob: id, state: row.state });
        if (verdict === false) await files.setAside(id);
        repo.change(id, [row.state], { state: row.state === 'durable' ? 'remote' : 'missing', sentBytes: 0 });
      });
    }
    return downloads.fetch(id);
  };

  const drop = (id: string): Promise<void> =>
    locked(id, async () => {
      const row = repo.find(id);
      if (row?.state !== 'local' || row.retryAt !== HELD) return;
      repo.remove(id);
      await files.remove(id);
    });

  return {
    /**
     * Keeps a file. It is on the disk when this resolves, and goes to the server after the rows that are waiting; one that
     * is held goes nowhere before `release`.
     *
     * @throws AppError `blobs.type_refused`, `app.too_large`, `app.bad_input` it is empty, `app.unavailable` no room
     */
    put: async (kind: BlobKind, source: AsyncIterable<Uint8Array>, { isHeld = false } = {}): Promise<BlobView> => {
      const draft = await files.draft(source, BLOB_KINDS[kind].maxBytes);
      try {
        if (draft.size === 0) throw new AppError('app.bad_input', 'the file is empty');
        const mediaType = acceptMediaType(kind, draft.head);
        const { id, size } = draft;
        const row = await locked(id, async () => {
          await draft.keep();
          return enter(id, { kind, mediaType, size }, isHeld);
        });
        changed(id);
        uploading.wake();
        return viewOf(id, row);
      } finally {
        await draft.drop();
      }
    },

    /** The bytes of a file, brought here first where need be. @throws AppError `blobs.not_found`, faults of the line */
    open: async (id: string): Promise<ShownBlob> => {
      const row = await held(id);
      const { size, mediaType } = row;
      if (row.state === 'missing' || size === null || mediaType === null) {
        throw new AppError('blobs.not_found', 'the bytes have not come to the server yet');
      }
      repo.change(id, [row.state], { usedAt: now() });
      return {
        size,
        mediaType,
        async *read() {
          for (let at = 0; at < size; at += CHUNK_BYTES) {
            const bytes = await files.read(id, at, Math.min(CHUNK_BYTES, size - at));
            if (bytes === undefined) throw new AppError('blobs.not_found', 'the file has just made room for others');
            yield bytes;
          }
        },
      };
    },

    /** A file that was held may go to the server. Repeating it changes nothing. */
    release: (id: string): void => {
      if (!repo.release(id)) return;
      changed(id);
      uploading.wake();
    },
    /** Removes a file that is held: nothing of it stays on the disk. */
    drop,
    /** What is held and is none of these was given by a life that was cut short. */
    dropHeld: async (except: ReadonlySet<string>): Promise<void> => {
      for (const id of repo.listHeld()) if (!except.has(id)) await drop(id);
    },
    /** Takes the bytes off this disk if the server has them. @returns whether they are gone from here. */
    letGo: (id: string): Promise<boolean> => downloads.letGo(id),

    describe: (ids: readonly string[]): BlobView[] => {
      const rows = new Map(repo.findAll(ids).map((row) => [row.id, row]));
      return ids.map((id) => viewOf(id, rows.get(id)));
    },
    fetch: async (id: string): Promise<BlobView> => viewOf(id, await held(id)),
    /** Files that are only here. */
    waiting: () => repo.countWaiting(),
    /**
     * Rows were taken from this device: the bytes they referred to go as well, at once or when the server has them. In
     * the transaction that takes the rows. `other`: they were another device's, and its files are not for this server.
     */
    startPurge: (whose: 'own' | 'other'): void => {
      if (whose === 'other') repo.withhold();
      collector.startPurge();
    },
    /** After that transaction. */
    finishPurge: (): void => collecting.wake(),
    loops: { uploading, collecting },
    /** Ends what is under way and waits for its end. */
    stop: async (): Promise<void> => {
      stopping.abort();
      await Promise.all([uploading.stop(), collecting.stop()]);
    },
  };
}
