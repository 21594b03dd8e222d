/** What a task needs to know of its register the moment before it is sent, and the sending itself. */
import type { Reader } from '#main/db/db.ts';
import type { ShiftReading } from '#shared/fiscal/shift.schema.ts';
import { unreachable } from '#shared/kernel/errors.ts';
import { readShift } from './fiscal.reading.ts';
import { type FiscalRegister, RegisterError, type RegisterOutcome, type RegisterStatus } from './fiscal.register.ts';
import type { FiscalTaskRow } from './fiscal.repo.ts';
import type { Baseline } from './recovery.rules.ts';

export type Prepared =
  /** The shift is already as the task wants it. */
  | 'as_asked'
  /** The shift is past its 24 hours and must be closed first. */
  | 'expired'
  | { readonly baseline: Baseline; readonly opened: boolean };

/** Reads what recovery compares with. A closed shift is opened by the register itself with the receipt. */
export async function prepare(
  db: Reader,
  register: FiscalRegister,
  row: FiscalTaskRow,
  status: RegisterStatus,
  now: number,
): Promise<Prepared> {
  const { task } = row;
  const { shiftState } = status;
  if (task.type === 'open_shift' && shiftState === 'open') return 'as_asked';
  if (task.type === 'close_shift' && shiftState === 'closed') return 'as_asked';
  // Asked for by a receipt that met an expired shift; since then somebody has closed it and opened another.
  if (task.automatic === true && shiftState === 'open') return 'as_asked';
  if (task.type !== 'close_shift' && shiftState === 'expired') return 'expired';
  const direction = directionOf(task.type);
  const reading = task.type === 'close_shift' ? await readIfItCan(db, register, row, status) : undefined;
  return {
    baseline: {
      fnNumber: status.fnNumber,
      kktSerial: status.kktSerial,
      lastDocumentNumber: status.lastDocumentNumber,
      shiftNumber: status.shiftNumber,
      shiftState,
      expectedTotalMinor: task.receipt?.totalMinor ?? task.cash?.amountMinor ?? 0,
      attempt: row.attempts,
      at: now,
      ...(direction === undefined ? {} : { cash: await register.cashReading(direction) }),
      ...(reading === undefined ? {} : { reading }),
    },
    opened: task.type !== 'close_shift' && task.type !== 'open_shift' && shiftState === 'closed',
  };
}

/** The shift must be closed by law, even where a register does not tell its counters: then there is no Z report of ours. */
const readIfItCan = (
  db: Reader,
  register: FiscalRegister,
  { registerId }: FiscalTaskRow,
  status: RegisterStatus,
): Promise<ShiftReading | undefined> =>
  readShift(db, registerId, register, status).catch((error: unknown) => {
    if (error instanceof RegisterError && !error.fault.retryable) return undefined;
    throw error;
  });

/** Sends the task's command. Its `sending` step is on the disk. */
export function send(register: FiscalRegister, { id, task, baseline }: FiscalTaskRow): Promise<RegisterOutcome> {
  const request = { taskId: id, operator: task.operator };
  switch (task.type) {
    case 'open_shift':
      return register.openShift(request);
    case 'close_shift':
      return register.closeShift(request);
    case 'sale':
    case 'refund':
      if (task.receipt === undefined) throw new Error(`task ${id} is a ${task.type} without a receipt`);
      return register.printReceipt({ ...request, receipt: task.receipt });
    case 'cash_in':
    case 'cash_out':
      if (task.cash === undefined || baseline?.cash === undefined) throw new Error(`task ${id} moves no cash`);
      return register.moveCash({
        operator: task.operator,
        direction: task.type === 'cash_in' ? 'in' : 'out',
        amountMinor: task.cash.amountMinor,
        before: baseline.cash,
      });
    default:
      return unreachable(task.type);
  }
}

export const directionOf = (type: FiscalTaskRow['task']['type']): 'in' | 'out' | undefined =>
  type === 'cash_in' ? 'in' : type === 'cash_out' ? 'out' : undefined;
