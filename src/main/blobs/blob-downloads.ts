/** Brings files here when they are asked for, and makes room for them. */
import type { Logger } from '#main/core.ts';
import { MAX_BLOB_BYTES } from '#shared/blobs/blobs.schema.ts';
import { SNIFF_BYTES, sniffMediaType } from '#shared/blobs/media-type.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { BlobFiles } from './blob-files.ts';
import type { BlobHttp } from './blob-http.ts';
import type { BlobRow, BlobsRepo } from './blobs.repo.ts';
import type { Bandwidth, createBudget, Locks } from './lane.ts';

export interface DownloadsPorts {
  readonly repo: BlobsRepo;
  readonly files: BlobFiles;
  readonly http: BlobHttp;
  readonly log: Logger;
  readonly now: () => number;
  readonly epoch: () => string | null;
  readonly bandwidth: Bandwidth;
  readonly budget: ReturnType<typeof createBudget>;
  readonly locked: Locks;
  /** What is also on the server may take so many bytes here. */
  readonly cacheBytes: number;
  readonly changed: (id: string) => void;
}

/** Until when a file that the server has not got is not asked for again. */
const MISSING_MS = 10_000;
const EVICT_AT_ONCE = 50;

export function createDownloads(ports: DownloadsPorts) {
  const { repo, files, http, log, now, changed } = ports;
  const underWay = new Map<string, Promise<BlobRow>>();

  const save = (id: string, to: Partial<BlobRow> & Pick<BlobRow, 'state'>): BlobRow =>
    repo.transaction(() => {
      const before = repo.find(id);
      if (before !== undefined) repo.change(id, [before.state], to);
      else repo.insert({ ...unknown(id, now()), ...to });
      changed(id);
      return { ...(before ?? unknown(id, now())), ...to };
    });

  async function* metered(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const bytes of body) {
      await ports.bandwidth.take(bytes.length);
      yield bytes;
    }
  }

  /** `undefined` when what came is not what was asked for. */
  const keep = async (id: string): Promise<BlobRow | undefined> => {
    if (!(await files.keepPart(id))) return undefined;
    const mediaType = sniffMediaType((await files.read(id, 0, SNIFF_BYTES)) ?? new Uint8Array());
    const size = await files.size(id);
    if (mediaType === undefined || size === undefined) throw new AppError('blobs.type_refused', 'no file of ours');
    const about = { mediaType, size, sentBytes: size, usedAt: now(), fault: null, retryAt: 0 };
    const known = repo.find(id);
    // It was given here while it was fetched: then it is not known that the server keeps it, only that it had it.
    if (known?.state === 'local' || known?.state === 'uploading') return known;
    return save(id, { state: 'durable', ...about, checkedAt: now(), epoch: ports.epoch() });
  };

  const bring = async (id: string): Promise<BlobRow> => {
    // Twice: what an earlier fetch left may be damaged, and then the whole is asked for.
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const have = await files.partSize(id);
      const { from, body } = await http.fetch(id, have);
      await files.appendPart(id, from, metered(body), MAX_BLOB_BYTES);
      const row = await ports.locked(id, () => keep(id));
      if (row === undefined) continue;
      await makeRoom(id);
      return row;
    }
    throw new AppError('blobs.damaged', 'what the server gave is not the file that was asked for');
  };

  const fetch = async (id: string): Promise<BlobRow> => {
    const row = repo.find(id);
    const waitMs = row?.state === 'missing' ? row.retryAt - now() : 0;
    // Further off than it is ever set: the clock has been put back since.
    if (row !== undefined && waitMs > 0 && waitMs <= MISSING_MS) return row;
    try {
      return await ports.budget.run(() => bring(id));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'blobs.not_found') throw error;
      // The row came before its bytes: it says so, and asks again later.
      return save(id, { state: 'missing', retryAt: now() + MISSING_MS });
    }
  };

  /** @returns whether the bytes are gone from here. */
  const letGo = (id: string): Promise<boolean> =>
    ports.locked(id, async () => {
      const row = repo.find(id);
      if (row?.state !== 'durable') return row === undefined || row.state === 'remote' || row.state === 'missing';
      // A server that was put back to a backup may not have them any more.
      if (row.epoch === null || row.epoch !== ports.epoch()) return false;
      if (!repo.change(id, ['durable'], { state: 'remote' })) return false;
      changed(id);
      await files.remove(id).catch((error: unknown) => {
        // Windows keeps a file that somebody reads; the sweep finds it later.
        log.debug('a file could not be removed yet', { blob: id, error });
      });
      return true;
    });

  /** Lets go of what was not used for the longest time, until the rest fits. Only of what the server has. */
  const makeRoom = async (spared: string): Promise<void> => {
    const epoch = ports.epoch();
    let held = repo.heldBytes();
    if (epoch === null || held <= ports.cacheBytes) return;
    for (const row of repo.listEvictable(epoch, EVICT_AT_ONCE)) {
      if (held <= ports.cacheBytes) return;
      if (row.id === spared) continue;
      if (await letGo(row.id)) held -= row.size ?? 0;
    }
  };

  return {
    /** Bytes here, or `missing`. Whoever asks meanwhile waits for the same. Throws as `BlobHttp` does. */
    fetch: (id: string): Promise<BlobRow> => {
      const known = underWay.get(id);
      if (known !== undefined) return known;
      const work = fetch(id).finally(() => underWay.delete(id));
      underWay.set(id, work);
      return work;
    },
    makeRoom: () => makeRoom(''),
    letGo,
  };
}

const unknown = (id: string, now: number): BlobRow => ({
  id,
  kind: null,
  mediaType: null,
  size: null,
  state: 'remote',
  sentBytes: 0,
  addedAt: now,
  usedAt: now,
  checkedAt: null,
  epoch: null,
  attempts: 0,
  retryAt: 0,
  fault: null,
  unreferencedSince: null,
});
