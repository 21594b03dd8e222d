import { rpc } from '#main/rpc/rpc.ts';
import type { ClientService } from './clients.service.ts';

export const clientsProcedures = (clients: ClientService) => ({
  list: rpc.clients.list.handler(({ input }) => clients.list(input)),
  get: rpc.clients.get.handler(({ input }) => clients.get(input.id)),
  create: rpc.clients.create.handler(({ input }) => clients.create(input)),
  patch: rpc.clients.patch.handler(({ input }) => clients.patch(input)),
  remove: rpc.clients.remove.handler(({ input }) => clients.remove(input.id)),
  resolveConflict: rpc.clients.resolveConflict.handler(({ input }) => clients.resolveConflict(input)),
  lost: rpc.clients.lost.handler(() => clients.lost()),
  restoreCopy: rpc.clients.restoreCopy.handler(({ input }) => clients.restoreCopy(input.id)),
  dismissLost: rpc.clients.dismissLost.handler(({ input }) => clients.dismissLost(input.id)),
});
