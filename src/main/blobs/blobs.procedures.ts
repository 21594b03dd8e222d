import { rpc } from '#main/rpc/rpc.ts';
import type { Blobs } from './blobs.service.ts';

export const blobsProcedures = (blobs: Blobs) => ({
  describe: rpc.blobs.describe.handler(({ input }) => blobs.describe(input.ids)),
  waiting: rpc.blobs.waiting.handler(() => blobs.waiting()),
  fetch: rpc.blobs.fetch.handler(({ input }) => blobs.fetch(input.id)),
});
