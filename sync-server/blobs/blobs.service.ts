/** Blobs of the server: uploads by chunks, and bytes that were verified before they leave. */
import type { BlobFields } from '#shared/blobs/blob-fields.ts';
import {
  BLOB_KINDS,
  BlobKind,
  CHUNK_BYTES,
  type MediaType,
  type UploadQuery,
  type UploadReply,
} from '#shared/blobs/blobs.schema.ts';
import { acceptMediaType, assertSize, SNIFF_BYTES, sniffMediaType } from '#shared/blobs/media-type.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Db } from '../db/db.ts';
import type { Links } from './blob-link.ts';
import type { BlobKey, BlobStore } from './blob-store.port.ts';
import { addPart, type BlobRow, changeBlob, findBlob, insertBlob, isReferencedFor, listServed } from './blobs.repo.ts';
import { createBlobDigest, sha256Of } from './digest.ts';

export interface BlobLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface BlobsPorts {
  readonly db: Db;
  readonly store: BlobStore;
  readonly links: Links;
  /** Which fields refer to blobs. */
  readonly fields: BlobFields;
  readonly now: () => number;
  readonly log: BlobLog;
}

/** A device as its token proves it. */
export interface BlobActor {
  readonly organizationId: string;
  readonly deviceId: string;
}

export interface OpenBlob {
  readonly size: number;
  readonly mediaType: MediaType;
  /** Bytes from `from` to before `to`. Each piece is verified before it is given; one that is damaged ends the stream. */
  read(from: number, to: number): AsyncGenerator<Uint8Array, void>;
}

export type BlobsService = ReturnType<typeof createBlobsService>;

/** Long enough for a page of orders to be looked through. */
const LINK_MS = 10 * 60_000;
/** A list that is read again within this has the same links: nothing of it is new to a page that shows it. */
const LINK_STEP_MS = 60_000;

export function createBlobsService({ db, store, links, fields, now, log }: BlobsPorts) {
  const keyOf = ({ organizationId }: Pick<BlobActor, 'organizationId'>, id: string): BlobKey => ({
    organizationId,
    id,
  });

  /** The row; or what the store has though the database does not know it (any more), after it was verified. */
  const find = async (key: BlobKey): Promise<BlobRow | undefined> => {
    const row = await findBlob(db, key);
    if (row !== undefined) return row;
    const size = await store.size(key);
    if (size === undefined) return undefined;
    const digest = createBlobDigest();
    let head: Uint8Array = new Uint8Array();
    for (let at = 0; at < size; at += CHUNK_BYTES) {
      const bytes = await store.read(key, at, CHUNK_BYTES);
      if (bytes === undefined) return undefined;
      if (at === 0) head = bytes.subarray(0, SNIFF_BYTES);
      digest.update(bytes);
    }
    const { id, chunks } = digest.finish();
    const mediaType = sniffMediaType(head);
    const kind = BlobKind.options.find((one) => BLOB_KINDS[one].mediaTypes.some((type) => type === mediaType));
    if (id !== key.id || mediaType === undefined || kind === undefined) {
      log.error({ blob: key.id, organizationId: key.organizationId }, 'a file of the store is not what its name says');
      return undefined;
    }
    const about = { kind, mediaType, size, state: 'durable', received: size, parts: [], chunks } as const;
    await insertBlob(db, { ...key, ...about, createdAt: now(), updatedAt: now() });
    log.info({ blob: key.id, organizationId: key.organizationId }, 'took up a file that the database did not know');
    return findBlob(db, key);
  };

  const isServed = (row: BlobRow | undefined): row is BlobRow & { state: 'durable' | 'condemned' } =>
    row?.state === 'durable' || row?.state === 'condemned';

  /** Something is about to refer to it again: the grace begins anew. */
  const revive = async (key: BlobKey, row: BlobRow): Promise<boolean> =>
    row.state === 'durable' ||
    (await changeBlob(db, key, ['durable', 'condemned'], { state: 'durable', unreferencedSince: now() }));

  const progress = ({ state, size, received }: BlobRow): UploadReply => {
    if (state === 'durable' || state === 'condemned') return { state: 'durable', offset: size };
    return state === 'uploading' && received > 0
      ? { state: 'uploading', offset: received }
      : { state: 'absent', offset: 0 };
  };

  const conflict = (offset: number) =>
    new AppError('blobs.offset_conflict', `the next chunk begins at ${offset}`, { details: { offset } });

  /** A row that is being uploaded with nothing come yet: a new one, or one that is begun anew. */
  const begin = async (actor: BlobActor, key: BlobKey, row: BlobRow | undefined, { kind, size }: UploadQuery) => {
    const about = { kind, size, state: 'uploading', received: 0, parts: [], chunks: null, updatedAt: now() } as const;
    return async (mediaType: MediaType): Promise<void> => {
      if (row === undefined) {
        const { deviceId } = actor;
        await insertBlob(db, { ...key, ...about, mediaType, deviceId, createdAt: now() });
        return;
      }
      await store.discard(key);
      await changeBlob(db, key, [row.state], { ...about, mediaType, unreferencedSince: null });
    };
  };

  const finish = async (key: BlobKey, row: BlobRow): Promise<UploadReply> => {
    const chunks = await store.publish(key, row.size, row.parts);
    if (chunks === undefined) {
      await changeBlob(db, key, ['uploading'], { received: 0, parts: [], updatedAt: now() });
      throw new AppError('blobs.damaged', 'the bytes that came are not those of the name: send them again');
    }
    await changeBlob(db, key, ['uploading'], { state: 'durable', chunks, parts: [], updatedAt: now() });
    return { state: 'durable', offset: row.size };
  };

  const open = (key: BlobKey, row: BlobRow): OpenBlob => ({
    size: row.size,
    mediaType: row.mediaType,
    async *read(from, to) {
      for (let index = Math.floor(from / CHUNK_BYTES); index * CHUNK_BYTES < to; index += 1) {
        const at = index * CHUNK_BYTES;
        const bytes = await store.read(key, at, Math.min(CHUNK_BYTES, row.size - at));
        if (bytes === undefined || sha256Of(bytes) !== row.chunks?.[index]) {
          log.error({ blob: key.id, organizationId: key.organizationId, at }, 'a stored file is damaged or gone');
          await changeBlob(db, key, ['durable', 'condemned'], { state: 'damaged', updatedAt: now() });
          throw new AppError('blobs.not_found', 'the stored file is damaged');
        }
        yield bytes.subarray(Math.max(0, from - at), Math.min(bytes.length, to - at));
      }
    },
  });

  const openKey = async (key: BlobKey): Promise<OpenBlob> => {
    const row = await find(key);
    if (!isServed(row)) throw new AppError('blobs.not_found', 'this file is not here');
    return open(key, row);
  };

  return {
    /** What is here of it, for the device that wants to send it. */
    state: async (actor: BlobActor, id: string): Promise<UploadReply> => {
      const key = keyOf(actor, id);
      const row = await find(key);
      if (row === undefined) return { state: 'absent', offset: 0 };
      return isServed(row) && !(await revive(key, row)) ? { state: 'absent', offset: 0 } : progress(row);
    },

    /**
     * Takes the next chunk; with the last one the whole is verified, and `durable` is answered when it is on the disk. An
     * empty chunk at the end finishes what was begun and not finished.
     *
     * @throws AppError `blobs.offset_conflict` with the right `offset`; `blobs.type_refused`; `app.too_large`;
     * `blobs.damaged` the whole is not what its name says, and is to be sent anew; `app.conflict` it is being removed;
     * `app.unavailable`
     */
    receive: async (actor: BlobActor, id: string, query: UploadQuery, bytes: Uint8Array): Promise<UploadReply> => {
      const { offset, size, kind } = query;
      assertSize(kind, size);
      if (offset + bytes.length > size) throw new AppError('app.bad_input', 'the chunk reaches past the end');
      const key = keyOf(actor, id);
      const row = await find(key);
      if (isServed(row) && (await revive(key, row))) return { state: 'durable', offset: row.size };
      if (row?.state === 'removing') throw new AppError('app.conflict', 'this file is being removed: send it later');
      const isGoingOn = row?.state === 'uploading' && row.size === size && row.kind === kind;
      const expected = isGoingOn ? row.received : 0;
      if (offset !== expected) throw conflict(expected);
      if (offset === 0) {
        const mediaType = acceptMediaType(kind, bytes.subarray(0, SNIFF_BYTES));
        if (!isGoingOn) await (await begin(actor, key, row, query))(mediaType);
      }
      if (bytes.length > 0) {
        await store.writePart(key, offset, bytes);
        if (!(await addPart(db, key, offset, bytes.length, now()))) {
          const other = await findBlob(db, key);
          if (!isServed(other)) throw conflict(other?.received ?? 0);
          // Another device was quicker, and this part came after the whole: nobody would look for it again.
          await store.discard(key);
          return progress(other);
        }
      }
      const after = await findBlob(db, key);
      if (after === undefined) throw conflict(0);
      return after.received === size && after.state === 'uploading' ? await finish(key, after) : progress(after);
    },

    /** For a device: only what a row that it may see refers to. @throws AppError `blobs.not_found` */
    openFor: async (
      actor: BlobActor,
      id: string,
    ): Promise<OpenBlob & { readonly direct?: () => Promise<string | undefined> }> => {
      const key = keyOf(actor, id);
      if (!(await isReferencedFor(db, key, actor.deviceId, fields))) {
        throw new AppError('blobs.not_found', 'no row of this device refers to this file');
      }
      const opened = await openKey(key);
      if (store.presign === undefined) return opened;
      return { ...opened, direct: async () => store.presign?.(key, opened.mediaType, LINK_MS / 1000) };
    },

    /** An address for a page. @throws AppError `blobs.not_found` */
    link: async (tenant: { readonly organizationId: string }, id: string) => {
      const key = keyOf(tenant, id);
      if (!isServed(await find(key))) throw new AppError('blobs.not_found', 'this file is not here');
      const expiresAt = now() + LINK_MS;
      return { url: links.make(key, expiresAt), expiresAt };
    },

    /** Addresses of those of many that are here, for a list: one query, and nothing is looked for in the store. */
    linksOf: async (tenant: { readonly organizationId: string }, ids: readonly string[]) => {
      const here = ids.length === 0 ? [] : await listServed(db, tenant.organizationId, ids);
      const expiresAt = Math.floor((now() + LINK_MS) / LINK_STEP_MS) * LINK_STEP_MS;
      return new Map(here.map((id) => [id, links.make(keyOf(tenant, id), expiresAt)]));
    },

    /** For the server's own work. @throws AppError `blobs.not_found` */
    openFile: (tenant: { readonly organizationId: string }, id: string) => openKey(keyOf(tenant, id)),

    /** @throws AppError `blobs.link_invalid`, `blobs.link_expired`, `blobs.not_found` */
    openLink: async (key: BlobKey, proof: { readonly expires: number; readonly signature: string }) => {
      links.check(key, proof, now());
      return openKey(key);
    },
  };
}
