import { rpc } from '#main/rpc/rpc.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import type { StaffService } from '../staff/staff.service.ts';
import type { FiscalService } from './fiscal.service.ts';
import type { Verdicts } from './fiscal.verdict.ts';

export interface FiscalProcedureDeps {
  readonly fiscal: FiscalService;
  readonly verdicts: Verdicts;
  readonly staff: Pick<StaffService, 'requireApproval'>;
}

export const fiscalProcedures = ({ fiscal, verdicts, staff }: FiscalProcedureDeps) => ({
  register: rpc.fiscal.register.handler(({ input }) => fiscal.view(input?.registerId)),
  registers: rpc.fiscal.registers.handler(() => fiscal.views()),
  task: rpc.fiscal.task.handler(({ input }) => fiscal.task(input.id)),
  tasks: rpc.fiscal.tasks.handler(({ input }) => fiscal.tasks(input.limit, input.show)),
  journal: rpc.fiscal.journal.handler(({ input }) => fiscal.journal(input.taskId)),
  continuePrint: rpc.fiscal.continuePrint.handler(({ input }) => fiscal.continuePrint(input?.registerId)),
  printCopy: rpc.fiscal.printCopy.handler(({ input }) => fiscal.printCopy(input.taskId)),
  retry: rpc.fiscal.retry.handler(({ input }) => fiscal.retry(input.id)),
  settle: rpc.fiscal.settle.handler(({ input: { approvalId, ...verdict } }) => {
    const by: Operator = staff.requireApproval({ action: 'settle', subject: verdict.id, approvalId });
    return verdicts.settle(verdict, by);
  }),
});
