import { rpc } from '#main/rpc/rpc.ts';
import type { Photos } from './photos.service.ts';

export const photosProcedures = (photos: Photos) => ({
  get: rpc.photos.get.handler(({ input }) => photos.view(input.visitId) ?? null),
  print: rpc.photos.print.handler(({ input }) => photos.print(input.visitId)),
});
