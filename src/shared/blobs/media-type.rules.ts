import { AppError } from '../kernel/errors.ts';
import { BLOB_KINDS, type BlobKind, type MediaType } from './blobs.schema.ts';

/** Enough of the beginning to tell every type that is allowed. */
export const SNIFF_BYTES = 16;

/** What the bytes are by how they begin; `undefined` for anything that is not on the list. */
export function sniffMediaType(head: Uint8Array): MediaType | undefined {
  const begins = (offset: number, ...bytes: readonly number[]) =>
    head.length >= offset + bytes.length && bytes.every((byte, index) => head[offset + index] === byte);
  if (begins(0, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (begins(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  // RIFF, four bytes of length, WEBP
  if (begins(0, 0x52, 0x49, 0x46, 0x46) && begins(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp';
  if (begins(0, 0x25, 0x50, 0x44, 0x46, 0x2d)) return 'application/pdf';
  // PRLSEAL1
  if (begins(0, 0x50, 0x52, 0x4c, 0x53, 0x45, 0x41, 0x4c, 0x31)) return 'application/x-prilavok-sealed';
  return undefined;
}

/**
 * The type of a blob of this kind that begins with these bytes.
 *
 * @throws AppError `blobs.type_refused`
 */
export function acceptMediaType(kind: BlobKind, head: Uint8Array): MediaType {
  const found = sniffMediaType(head);
  const allowed: readonly MediaType[] = BLOB_KINDS[kind].mediaTypes;
  if (found !== undefined && allowed.includes(found)) return found;
  throw new AppError('blobs.type_refused', `a ${kind} must be one of: ${allowed.join(', ')}`, { details: { kind } });
}

/** @throws AppError `app.too_large` */
export function assertSize(kind: BlobKind, bytes: number): void {
  const { maxBytes } = BLOB_KINDS[kind];
  if (bytes > maxBytes) {
    throw new AppError('app.too_large', `a ${kind} has at most ${maxBytes} bytes`, { details: { maxBytes } });
  }
}
