import { createHash } from 'node:crypto';
import { CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Hashes a stream of any pieces as a whole and by the MiB. */
export function createBlobDigest() {
  const whole = createHash('sha256');
  const chunks: string[] = [];
  let chunk = createHash('sha256');
  let filled = 0;
  let size = 0;
  return {
    update: (bytes: Uint8Array): void => {
      whole.update(bytes);
      size += bytes.length;
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + CHUNK_BYTES - filled);
        chunk.update(piece);
        at += piece.length;
        filled += piece.length;
        if (filled === CHUNK_BYTES) {
          chunks.push(chunk.digest('hex'));
          chunk = createHash('sha256');
          filled = 0;
        }
      }
    },
    /** Once, at the end. */
    finish: (): { readonly id: string; readonly size: number; readonly chunks: readonly string[] } => {
      if (filled > 0) chunks.push(chunk.digest('hex'));
      return { id: whole.digest('hex'), size, chunks };
    },
  };
}
