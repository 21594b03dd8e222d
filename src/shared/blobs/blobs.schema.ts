/**
 * Files beside the rows: photos and documents. A blob is named by the SHA-256 of its bytes, travels apart from the
 * mutations, and is never changed. Rows refer to it by its id and may arrive before its bytes do.
 */
import { z } from 'zod';

/** SHA-256 of the bytes, hex. */
export const BlobId = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 as 64 hex digits');
export type BlobId = z.infer<typeof BlobId>;

/** What the bytes may be; decided by their content, never by what somebody says of them. */
export const MEDIA_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/pdf',
  'application/x-prilavok-sealed',
] as const;
export const MediaType = z.enum(MEDIA_TYPES);
export type MediaType = z.infer<typeof MediaType>;

/** What a blob is for: how large it may be and what it may hold hang from it. */
export const BLOB_KINDS = {
  photo: { maxBytes: 10 * 1024 * 1024, mediaTypes: ['image/jpeg', 'image/png', 'image/webp'] },
  document: { maxBytes: 20 * 1024 * 1024, mediaTypes: ['application/pdf'] },
  /** A photo of a passport, a signed contract: `src/node/sealing.ts`. */
  sealed: { maxBytes: 20 * 1024 * 1024 + 1024, mediaTypes: ['application/x-prilavok-sealed'] },
} as const satisfies Record<string, { maxBytes: number; mediaTypes: readonly MediaType[] }>;
export const BlobKind = z.enum(Object.keys(BLOB_KINDS) as [BlobKind, ...BlobKind[]]);
export type BlobKind = keyof typeof BLOB_KINDS;

/** The largest blob of any kind. */
export const MAX_BLOB_BYTES = Math.max(...Object.values(BLOB_KINDS).map(({ maxBytes }) => maxBytes));
/** The most that one request carries, and the unit in which stored bytes are verified. */
export const CHUNK_BYTES = 1024 * 1024;

/** How long a blob without any reference is kept. Not less than tombstones are: a row may come back from a long journey. */
export const MIN_GRACE_DAYS = 30;

/** What the server has of a blob. `absent` also while what it had has turned out to be damaged. */
export const ServerBlobState = z.enum(['absent', 'uploading', 'durable']);
export type ServerBlobState = z.infer<typeof ServerBlobState>;

/** `PATCH /blob/:id`: one chunk, as `application/octet-stream`. */
export const UploadQuery = z.strictObject({
  /** Where the chunk begins: exactly as many bytes as the server has. */
  offset: z.coerce.number().pipe(z.int().min(0).max(MAX_BLOB_BYTES)),
  /** Of the whole blob, bytes. */
  size: z.coerce.number().pipe(z.int().min(1).max(MAX_BLOB_BYTES)),
  kind: BlobKind,
});
export type UploadQuery = z.infer<typeof UploadQuery>;

export const UploadReply = z.strictObject({ state: ServerBlobState, offset: z.int().min(0) });
export type UploadReply = z.infer<typeof UploadReply>;

/** Headers of `HEAD /blob/:id`: its state, and how many bytes the server has. */
export const STATE_HEADER = 'blob-state';
export const OFFSET_HEADER = 'blob-offset';

/**
 * What a device has of a blob. `local`, `uploading`: the bytes are here and not yet safe on the server, so they are never
 * let go. `durable`: here and there. `remote`: there, and fetched when asked for. `missing`: a row refers to it and the
 * bytes have not come to the server yet.
 */
export const DeviceBlobState = z.enum(['local', 'uploading', 'durable', 'remote', 'missing']);
export type DeviceBlobState = z.infer<typeof DeviceBlobState>;
