/** Where a receipt is, for a person: four steps out of ten states. */
import { unreachable } from '#shared/kernel/errors.ts';
import type { FiscalTaskView, RegisterView } from '#shared/rpc/fiscal.contract.ts';

export const STEPS = ['saved', 'sent', 'fiscalised', 'printed'] as const;
export type Step = (typeof STEPS)[number];

/** How a receipt stands as a whole. */
export type Progress =
  /** The sale is safe; the register will print when it can. */
  | 'waiting_register'
  /** An earlier receipt stops the queue. */
  | 'waiting_settlement'
  | 'working'
  /** In the fiscal memory, not yet on paper. */
  | 'paper_out'
  | 'done'
  | 'failed'
  | 'unknown';

type TaskState = Pick<FiscalTaskView, 'id' | 'state' | 'document'>;
type RegisterState = Pick<RegisterView, 'state' | 'paperPresent' | 'unknownTaskId'>;

export function progressOf(task: TaskState, register: RegisterState | undefined): Progress {
  switch (task.state) {
    case 'queued':
    case 'claimed':
    case 'not_closed':
      if (register?.unknownTaskId !== undefined && register.unknownTaskId !== task.id) return 'waiting_settlement';
      return register && register.state !== 'ready' && register.state !== 'connecting' ? 'waiting_register' : 'working';
    case 'baseline':
    case 'sending':
      return 'working';
    case 'closed':
      return register?.paperPresent === false ? 'paper_out' : 'working';
    case 'printed':
    case 'reported':
      return task.document?.printed === false ? 'paper_out' : 'done';
    case 'failed':
      return 'failed';
    case 'unknown':
      return 'unknown';
    default:
      return unreachable(task.state);
  }
}

/** How many of `STEPS` are behind: 1 once the sale is saved, 4 when the paper is out. */
export function stepsDone(task: TaskState): number {
  switch (task.state) {
    case 'queued':
    case 'claimed':
    case 'not_closed':
    case 'failed':
      return 1;
    case 'baseline':
    case 'sending':
    case 'unknown':
      return 2;
    case 'closed':
      return 3;
    case 'printed':
    case 'reported':
      return task.document?.printed === false ? 3 : 4;
    default:
      return unreachable(task.state);
  }
}
