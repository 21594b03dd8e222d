/** Carries files to the server: chunk by chunk, after everything that is written in rows, at a bounded pace. */
import type { Logger } from '#main/core.ts';
import { CHUNK_BYTES, type UploadReply } from '#shared/blobs/blobs.schema.ts';
import { AppError, ERROR_CODES, type ErrorCode } from '#shared/kernel/errors.ts';
import type { BlobFiles } from './blob-files.ts';
import type { BlobHttp } from './blob-http.ts';
import type { BlobRow, BlobsRepo } from './blobs.repo.ts';
import type { Bandwidth, createBudget, Pause } from './lane.ts';

export interface UploadsPorts {
  readonly repo: BlobsRepo;
  readonly files: BlobFiles;
  readonly http: BlobHttp;
  readonly log: Logger;
  readonly now: () => number;
  /** Does something written in rows wait for the server? It goes first. */
  readonly hasUnsent: () => boolean;
  /** The server's timeline, as sync knows it. */
  readonly epoch: () => string | null;
  readonly bandwidth: Bandwidth;
  readonly budget: ReturnType<typeof createBudget>;
  readonly bytesPerSecond: number;
  readonly pause: Pause;
  /** In [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly changed: (id: string) => void;
  /** It is safe on the server. */
  readonly onDurable: (id: string) => void;
}

/** Two at a time: one waits for the disk while the other has the line. */
const WORKERS = 2;
/** The unit of pacing, and of looking whether something more important came up. */
const SLICE_BYTES = 64 * 1024;
/** A chunk takes no longer than this at the bounded pace, well below what the server waits for a request. */
const CHUNK_SECONDS = 5;
/** How long a chunk on its way waits for rows to go first, before it gives the connection back. */
const YIELD_MS = 10_000;
const YIELD_STEP_MS = 20;
const MAX_CONFLICTS = 5;
const RETRY_MS = 5000;
const MAX_RETRY_MS = 3_600_000;
/** The server collects after a month; a device that holds the bytes looks after them more often than that. */
const RECHECK_MS = 7 * 24 * 3_600_000;
const RECHECK_AT_ONCE = 200;

/** Not a fault of the file: nothing can be sent for now. */
const LINE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'device.server_unreachable',
  'device.not_enrolled',
  'device.revoked',
  'app.unavailable',
  'app.rate_limited',
  'auth.unauthorized',
  'auth.forbidden',
]);

export function createUploads(ports: UploadsPorts) {
  const { repo, files, http, log, now, signal, changed } = ports;
  const inFlight = new Set<string>();
  const largest =
    ports.bytesPerSecond === 0
      ? CHUNK_BYTES
      : Math.min(CHUNK_BYTES, Math.max(SLICE_BYTES, ports.bytesPerSecond * CHUNK_SECONDS));
  let chunkBytes = largest;

  /** Waits while rows go first. @returns whether the way is free. */
  const isFree = async (): Promise<boolean> => {
    for (let waited = 0; ports.hasUnsent(); waited += YIELD_STEP_MS) {
      if (signal.aborted || waited >= YIELD_MS) return false;
      await ports.pause(YIELD_STEP_MS);
    }
    return !signal.aborted;
  };

  async function* paced(bytes: Buffer): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const slice = bytes.subarray(at, at + SLICE_BYTES);
      if (!(await isFree())) throw new RowsFirst();
      await ports.bandwidth.take(slice.length);
      yield slice;
    }
  }

  const confirm = (row: Pick<BlobRow, 'id' | 'size'>): void => {
    const done = { sentBytes: row.size ?? 0, checkedAt: now(), epoch: ports.epoch(), attempts: 0, fault: null };
    repo.change(row.id, ['local', 'uploading', 'durable'], { state: 'durable', ...done });
    changed(row.id);
    ports.onDurable(row.id);
  };

  const note = (id: string, sentBytes: number): void => {
    repo.change(id, ['local', 'uploading'], { state: sentBytes > 0 ? 'uploading' : 'local', sentBytes });
    changed(id);
  };

  const sendChunk = async (row: Sendable, offset: number): Promise<UploadReply> => {
    const length = Math.min(chunkBytes, row.size - offset);
    const bytes = await files.read(row.id, offset, length);
    if (bytes?.length !== length) throw new BytesLost();
    let isYielded = false;
    const body = async function* () {
      try {
        yield* paced(bytes);
      } catch (error) {
        isYielded = error instanceof RowsFirst;
        throw error;
      }
    };
    try {
      const query = { offset, size: row.size, kind: row.kind };
      const reply = await ports.budget.run(() => http.send(row.id, query, length, body()));
      chunkBytes = Math.min(largest, chunkBytes * 2);
      return reply;
    } catch (error) {
      if (isYielded) throw new RowsFirst();
      if (!(error instanceof AppError)) throw error;
      // A thin line may not carry so much within the time of one request.
      if (error.code === 'device.server_unreachable') chunkBytes = Math.max(SLICE_BYTES, Math.floor(chunkBytes / 2));
      const right = error.code === 'blobs.offset_conflict' ? error.details['offset'] : undefined;
      if (typeof right !== 'number') throw error;
      return { state: 'uploading', offset: right };
    }
  };

  const send = async (row: Sendable): Promise<void> => {
    if (!(await isFree())) throw new RowsFirst();
    let { state, offset } = await ports.budget.run(() => http.state(row.id));
    let furthest = offset;
    let conflicts = 0;
    while (state !== 'durable') {
      note(row.id, offset);
      if (!(await isFree())) throw new RowsFirst();
      ({ state, offset } = await sendChunk(row, offset));
      // Another device may be sending the same bytes: as long as one of them gets on, all is well.
      conflicts = offset > furthest ? 0 : conflicts + 1;
      furthest = Math.max(furthest, offset);
      if (conflicts > MAX_CONFLICTS) throw new AppError('blobs.offset_conflict', 'the server does not get on with it');
    }
    confirm(row);
  };

  /** The server says that the bytes are others than the name says: are ours? */
  const examine = async (row: Sendable): Promise<void> => {
    if (await files.verify(row.id)) return;
    await files.setAside(row.id).catch(() => undefined);
    lose(row);
  };
  const lose = (row: Sendable): void => {
    log.error('a file of this device is damaged or gone, and the server has no copy of it', { blob: row.id });
    repo.change(row.id, ['local', 'uploading'], { state: 'missing', sentBytes: 0, fault: 'blobs.damaged' });
    changed(row.id);
  };

  const fail = async (row: Sendable, error: unknown): Promise<void> => {
    if (error instanceof RowsFirst || signal.aborted) throw error;
    if (error instanceof BytesLost) return lose(row);
    if (error instanceof AppError && LINE_FAULTS.has(error.code)) throw error;
    const code = error instanceof AppError ? error.code : 'app.internal';
    if (code === 'blobs.damaged') await examine(row);
    const attempts = row.attempts + 1;
    const longest =
      ERROR_CODES[code].retry === 'never' ? MAX_RETRY_MS : Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** attempts);
    const retryAt = now() + Math.round(longest * (0.5 + ports.random() / 2));
    repo.change(row.id, ['local', 'uploading'], { attempts, retryAt, fault: code });
    log.warn('a file could not be sent', { blob: row.id, attempts, error });
    changed(row.id);
  };

  const claim = (): Sendable | undefined => {
    const row = repo.listWaiting(now(), MAX_RETRY_MS, WORKERS + inFlight.size).find(({ id }) => !inFlight.has(id));
    return row === undefined || row.size === null || row.kind === null ? undefined : (row as Sendable);
  };

  const work = async (stopped: { now: boolean }): Promise<void> => {
    while (!stopped.now && !signal.aborted) {
      const row = claim();
      if (row === undefined) return;
      inFlight.add(row.id);
      try {
        await send(row).catch((error: unknown) => fail(row, error));
      } catch (error) {
        stopped.now = true;
        throw error;
      } finally {
        inFlight.delete(row.id);
      }
    }
  };

  /** What the server was to keep and this device still has: is it there? */
  const recheck = async (): Promise<void> => {
    const epoch = ports.epoch();
    if (epoch === null) return;
    for (const row of repo.listStale(epoch, now(), RECHECK_MS, RECHECK_AT_ONCE)) {
      if (signal.aborted) return;
      const { state } = await ports.budget.run(() => http.state(row.id));
      if (state === 'durable') {
        confirm(row);
        continue;
      }
      log.warn('the server no longer has a file that it had: it is sent again', { blob: row.id });
      repo.change(row.id, ['durable'], { state: 'local', sentBytes: 0, retryAt: 0, checkedAt: null });
      changed(row.id);
    }
  };

  return {
    /** Sends all that waits. Rejects when the line fails; what one file suffers stays with it. */
    run: async (): Promise<void> => {
      try {
        await recheck();
        const stopped = { now: false };
        const ends = await Promise.allSettled(Array.from({ length: WORKERS }, () => work(stopped)));
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      } catch (error) {
        // Rows go first; or the device is being stopped. Neither is a failure of the line.
        if (!(error instanceof RowsFirst) && !signal.aborted) throw error;
      }
    },
  };
}

type Sendable = BlobRow & { readonly size: number; readonly kind: NonNullable<BlobRow['kind']> };

class RowsFirst extends Error {
  override readonly name = 'RowsFirst';
}
class BytesLost extends Error {
  override readonly name = 'BytesLost';
}
