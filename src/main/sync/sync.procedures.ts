import { rpc } from '#main/rpc/rpc.ts';
import type { BacklogService } from './backlog.service.ts';

export const syncProcedures = (backlog: BacklogService) => ({
  status: rpc.sync.status.handler(() => backlog.status()),
  waiting: rpc.sync.waiting.handler(({ input }) => backlog.waiting(input)),
  letters: rpc.sync.letters.handler(({ input }) => backlog.letters(input)),
  tryNow: rpc.sync.tryNow.handler(() => backlog.tryNow()),
  retry: rpc.sync.retry.handler(({ input }) => backlog.retry(input)),
  dismiss: rpc.sync.dismiss.handler(({ input }) => backlog.dismiss(input)),
  export: rpc.sync.export.handler(() => backlog.export()),
});
