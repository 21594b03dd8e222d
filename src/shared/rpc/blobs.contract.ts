import { z } from 'zod';
import { BlobId, DeviceBlobState, MediaType } from '../blobs/blobs.schema.ts';
import { command, faults, query } from './procedure.ts';

/** What a screen is told of a blob. Its bytes are at `url`, on the address that the page itself came from. */
export const BlobView = z.object({
  id: BlobId,
  state: DeviceBlobState,
  url: z.string(),
  /** Bytes of the whole; absent while only the server knows. */
  size: z.int().min(0).optional(),
  mediaType: MediaType.optional(),
  /** Bytes that the server has of it. */
  sentBytes: z.int().min(0).optional(),
});
export type BlobView = z.infer<typeof BlobView>;

/**
 * Files. A page gives one by `PUT /blobs?kind=photo` and shows one by `GET /blobs/<id>`, both on its own origin, so bytes
 * never pass through here; changes of state come as changes of the collection `blobs`.
 */
export const blobsContract = {
  describe: query()
    .input(z.strictObject({ ids: z.array(BlobId).max(200) }))
    .output(z.array(BlobView))
    .errors(faults()),
  /** Files that are only here, and what has been sent of them. */
  waiting: query()
    .output(z.object({ count: z.int().min(0), bytes: z.int().min(0), sentBytes: z.int().min(0) }))
    .errors(faults()),
  /** Brings the bytes here, ahead of being shown. `missing` when the server has not got them yet. */
  fetch: command(['kiosk', 'cashier', 'manager'])
    .input(z.strictObject({ id: BlobId }))
    .output(BlobView)
    .errors(faults('device.server_unreachable', 'device.not_enrolled')),
};
