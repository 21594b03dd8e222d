/** Files that the server itself puts away: what came to it by another way than a device's upload, or what it made. */
import { type BlobKind, CHUNK_BYTES } from '#shared/blobs/blobs.schema.ts';
import type { BlobsService } from './blobs.service.ts';
import { sha256Of } from './digest.ts';

/** Stands in the place of a device: the server's own. */
const SERVER = 'server';

/**
 * On stable storage when it resolves; the same bytes again are the same file.
 *
 * @returns the file's id.
 * @throws AppError `blobs.type_refused`, `app.too_large`
 */
export async function keepBlob(
  blobs: Pick<BlobsService, 'receive' | 'state'>,
  { organizationId }: { readonly organizationId: string },
  kind: BlobKind,
  bytes: Uint8Array,
): Promise<string> {
  const actor = { organizationId, deviceId: SERVER };
  const id = sha256Of(bytes);
  const known = await blobs.state(actor, id);
  if (known.state === 'durable') return id;
  for (let offset = known.offset; offset < bytes.length; offset += CHUNK_BYTES) {
    const chunk = bytes.subarray(offset, offset + CHUNK_BYTES);
    await blobs.receive(actor, id, { offset, size: bytes.length, kind }, chunk);
  }
  return id;
}
