/** The fiscal domain of a device over a register in memory. `start` is a start of the device on the same disk. */
import { createFiscalService, type FiscalService } from '#main/domains/fiscal/fiscal.service.ts';
import { createVerdicts, type Verdicts } from '#main/domains/fiscal/fiscal.verdict.ts';
import { createRegisters, type Registers } from '#main/domains/fiscal/registers.service.ts';
import { createShift, type ShiftService } from '#main/domains/fiscal/shift.service.ts';
import type { ApprovalNeed } from '#main/domains/staff/approvals.service.ts';
import { createMemoryLog } from '#main/log/log.ts';
import type { FiscalTask, KktAddress, Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { MutatorArgs } from '#shared/sync/registry.ts';
import { createTestCore } from './core-double.ts';
import { createLocalSync } from './local-sync.ts';
import { createRegisterDouble } from './register-double.ts';

export const IVANOV: Operator = { name: 'Кассир Иванов И.', vatin: '123456789047' };
export const TASK_A = '11111111-1111-4111-8111-111111111111';
export const TASK_B = '22222222-2222-4222-8222-222222222222';

export const saleTask = (id: string, totalMinor = 50_000, fiscalDeviceId = 'fd-1'): FiscalTask => ({
  id,
  type: 'sale',
  fiscalDeviceId,
  operator: IVANOV,
  receipt: {
    kind: 'sell',
    taxationSystem: 'osn',
    items: [
      {
        name: 'Товар',
        priceMinor: totalMinor,
        quantityMilli: 1000,
        totalMinor,
        vat: 'none',
        paymentObject: 'commodity',
        paymentMethod: 'full_payment',
        unit: 'piece',
      },
    ],
    payments: [{ type: 'cash', sumMinor: totalMinor }],
    totalMinor,
  },
});

export interface StartedFiscal {
  readonly fiscal: FiscalService;
  readonly verdicts: Verdicts;
  readonly registers: Registers;
  readonly shift: ShiftService;
}

export type FiscalWorld = ReturnType<typeof createFiscalWorld>;

export function createFiscalWorld() {
  const core = Object.assign(createTestCore(), { log: createMemoryLog() });
  const register = createRegisterDouble();
  const sync = createLocalSync(core, 'cashier');
  const reports: MutatorArgs<'fiscal.report'>['record'][] = [];
  const state: {
    policy: KktAddress | undefined;
    approver: Operator | undefined;
    needs: ApprovalNeed[];
    /** Where approvals of a real staff domain are looked up, in place of `approver`. */
    requireApproval?: (need: ApprovalNeed) => Operator;
  } = {
    policy: { ip: '127.0.0.1', port: 5555 },
    approver: { name: 'Старшая Смирнова' },
    needs: [],
  };
  const watched: typeof sync = {
    ...sync,
    mutate: (tx, name, args) => {
      if (name === 'fiscal.report') reports.push((args as MutatorArgs<'fiscal.report'>).record);
      sync.mutate(tx, name, args);
    },
  };

  const start = (): StartedFiscal => {
    const registers = createRegisters({ core, ownId: () => 'fd-1', policy: () => state.policy });
    const fiscal = createFiscalService({
      core,
      sync: watched,
      driver: { open: register.open },
      registers,
      taxationSystem: () => 'osn',
      timeZone: () => 'Europe/Moscow',
      intervalMs: 1000,
      statusIntervalMs: 10_000,
    });
    const staff = {
      operator: () => IVANOV,
      requireApproval: (need: ApprovalNeed) => {
        state.needs.push(need);
        if (state.requireApproval) return state.requireApproval(need);
        if (state.approver === undefined) throw new AppError('staff.approval_required', need.action);
        return state.approver;
      },
    };
    return {
      fiscal,
      registers,
      verdicts: createVerdicts(core, watched, fiscal),
      shift: createShift(core, { sync: watched, fiscal, staff, timeZone: () => 'Europe/Moscow' }),
    };
  };
  const enqueue = (fiscal: FiscalService, task: FiscalTask): void =>
    core.db.transaction((tx) => fiscal.enqueue(tx, task));

  return {
    core,
    register,
    /** What was told to other sides of each task. */
    reports,
    state,
    start,
    enqueue,
    /** Leaves task A sent, written by the register and unanswered, with the link gone. */
    async makeUnknown(): Promise<StartedFiscal> {
      register.fault = 'hang_after_write';
      const dead = start();
      enqueue(dead.fiscal, saleTask(TASK_A));
      void dead.fiscal.tick();
      while (register.documents.length < 2) await new Promise(setImmediate);
      register.reachable = false;
      const started = start();
      await started.fiscal.tick();
      if (started.fiscal.task(TASK_A).state !== 'unknown') throw new Error('the outcome is known');
      return started;
    },
  };
}

/** The code a call throws, or what else it throws; undefined when it does not. */
export const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
  return undefined;
};
