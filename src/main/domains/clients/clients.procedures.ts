import { rpc } from '#main/rpc/rpc.ts';
import type { ClientService } from './clients.service.ts';

export const clientsProcedures = (clients: ClientService) => ({
  list: rpc.clients.list.handler(({ input }) => clients.list(input)),
});
