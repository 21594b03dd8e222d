/** Brings the shift of a register to where a task needs it. */
import type { Logger } from '#main/core.ts';
import { type FiscalRegister, RegisterError, type RegisterStatus } from './fiscal.register.ts';
import type { FiscalTaskRow } from './fiscal.repo.ts';

export type Prepared = 'as_asked' | { readonly status: RegisterStatus; readonly opened: boolean };

/**
 * A closed shift is opened by the register itself with the receipt; an expired one must be closed first. Doing it twice
 * after a crash is harmless, since the shift's state is read anew. `as_asked` - the shift is already as the task wants it.
 */
export async function prepareShift(
  register: FiscalRegister,
  row: FiscalTaskRow,
  status: RegisterStatus,
  { see, log }: { readonly see: (status: RegisterStatus) => RegisterStatus; readonly log: Logger },
): Promise<Prepared> {
  const { type } = row.task;
  if (type === 'open_shift' && status.shiftState === 'open') return 'as_asked';
  if (type === 'close_shift' && status.shiftState === 'closed') return 'as_asked';
  if (type === 'close_shift' || status.shiftState !== 'expired') {
    return { status, opened: type !== 'close_shift' && type !== 'open_shift' && status.shiftState === 'closed' };
  }
  const closed = await register.closeShift({ taskId: `${row.id}:expired`, operator: row.task.operator });
  if (closed.outcome !== 'closed') throw new RegisterError({ ...closed.error, retryable: true });
  log.info('an expired shift was closed before a receipt', { event: 'SHIFT_EXPIRED_REOPENED', taskId: row.id });
  return { status: see(await register.status()), opened: true };
}
