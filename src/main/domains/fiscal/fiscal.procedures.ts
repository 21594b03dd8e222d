import { rpc } from '#main/rpc/rpc.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import type { FiscalService } from './fiscal.service.ts';

/** @param operator who is signed in at this device; throws `staff.not_signed_in`. */
export const fiscalProcedures = (fiscal: FiscalService, operator: () => Operator) => ({
  register: rpc.fiscal.register.handler(() => fiscal.view()),
  task: rpc.fiscal.task.handler(({ input }) => fiscal.task(input.id)),
  tasks: rpc.fiscal.tasks.handler(({ input }) => fiscal.tasks(input.limit)),
  openShift: rpc.fiscal.openShift.handler(() => fiscal.changeShift('open_shift', operator())),
  closeShift: rpc.fiscal.closeShift.handler(() => fiscal.changeShift('close_shift', operator())),
  xReport: rpc.fiscal.xReport.handler(() => fiscal.xReport(operator())),
  continuePrint: rpc.fiscal.continuePrint.handler(() => fiscal.continuePrint()),
  retry: rpc.fiscal.retry.handler(({ input }) => fiscal.retry(input.id)),
  settle: rpc.fiscal.settle.handler(({ input }) => fiscal.settle(input, operator())),
});
