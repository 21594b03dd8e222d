/** Where bytes of blobs are kept. Two of them exist: a folder, and S3; one contract test runs on both. */
import type { MediaType } from '#shared/blobs/blobs.schema.ts';
import type { BlobPart } from './blobs.tables.ts';

export interface BlobKey {
  readonly organizationId: string;
  /** SHA-256 of the bytes, hex. */
  readonly id: string;
}

export interface BlobStore {
  readonly kind: 'files' | 's3';
  /** Keeps a part of an unfinished upload: on stable storage when it resolves. The same part twice is kept once. */
  writePart(key: BlobKey, offset: number, bytes: Uint8Array): Promise<void>;
  /**
   * Makes the parts the blob if together they hash to its id. Nothing of it is visible before that. Asked again after it
   * was done, it answers the same.
   *
   * @returns SHA-256 of each MiB; `undefined` when the bytes are others, and then the parts are gone.
   */
  publish(key: BlobKey, size: number, parts: readonly BlobPart[]): Promise<readonly string[] | undefined>;
  /** Forgets an unfinished upload. */
  discard(key: BlobKey): Promise<void>;
  /** Bytes of the published blob; `undefined` when there is none. */
  size(key: BlobKey): Promise<number | undefined>;
  /** Exactly these bytes, or fewer where the blob ends; `undefined` when there is no such blob. Not verified. */
  read(key: BlobKey, offset: number, length: number): Promise<Buffer | undefined>;
  remove(key: BlobKey): Promise<void>;
  /** An address that gives the bytes to whoever has it for so long, past this server. Only where the store can. */
  presign?(key: BlobKey, mediaType: MediaType, seconds: number): Promise<string>;
}
