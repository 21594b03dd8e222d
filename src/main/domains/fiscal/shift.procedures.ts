import { rpc } from '#main/rpc/rpc.ts';
import type { ShiftService } from './shift.service.ts';

export const shiftProcedures = (shift: ShiftService) => ({
  open: rpc.shift.open.handler(({ input }) => shift.open(input.registerId)),
  close: rpc.shift.close.handler(({ input }) => shift.close(input)),
  xReport: rpc.shift.xReport.handler(({ input }) => shift.xReport(input.registerId)),
  reconcile: rpc.shift.reconcile.handler(({ input }) => shift.reconcile(input.registerId)),
  reports: rpc.shift.reports.handler(({ input }) => shift.reports(input.limit)),
  printReport: rpc.shift.printReport.handler(({ input }) => shift.printReport(input.id)),
  countCash: rpc.shift.countCash.handler(({ input }) => shift.countCash(input)),
  moveCash: rpc.shift.moveCash.handler(({ input }) => shift.moveCash(input)),
});
