import { rpc } from '#main/rpc/rpc.ts';
import type { Reports } from './reports.service.ts';

export const reportsProcedures = (reports: Reports) => ({
  get: rpc.reports.get.handler(({ input }) => {
    const last = reports.listByVisit(input.visitId).at(-1);
    return last === undefined ? null : reports.view(last);
  }),
  make: rpc.reports.make.handler(async ({ input }) => reports.view(await reports.make(input.visitId))),
  send: rpc.reports.send.handler(({ input }) => reports.view(reports.send(input.reportId, input.to))),
  print: rpc.reports.print.handler(({ input }) => reports.view(reports.print(input.reportId))),
});
