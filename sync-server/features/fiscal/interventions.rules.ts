/** What a person at headquarters may do with a task, by the machine of its states. Pure. */
import type { HqTaskAct, HqTaskStatus } from '#shared/hq/fiscal.api.ts';
import type { ErrorCode } from '#shared/kernel/errors.ts';

export interface TendedTask {
  readonly status: HqTaskStatus;
  readonly uncertain: boolean;
  readonly leaseUntil: number | null;
}

/** The lease is over and nobody has spoken of it: whoever took it may be gone, or may be printing without a link. */
export const isStale = (task: TendedTask, now: number): boolean =>
  task.status === 'in_progress' && (task.leaseUntil ?? 0) < now;

/** Why an act is refused; `undefined` when it is not. */
export function refusalOf(act: HqTaskAct, task: TendedTask, now: number): ErrorCode | undefined {
  switch (act) {
    case 'requeue':
      // Unknown is settled first: a click must not print a second receipt.
      if (task.uncertain) return 'fiscal.outcome_unknown';
      return task.status === 'error' ? undefined : 'fiscal.illegal_transition';
    case 'cancel':
      return task.status === 'queued' ? undefined : 'fiscal.illegal_transition';
    case 'settle': {
      const isOpen = task.status === 'in_progress' || task.status === 'error';
      return isOpen && (task.uncertain || isStale(task, now)) ? undefined : 'fiscal.illegal_transition';
    }
  }
}

const ACTS = ['requeue', 'cancel', 'settle'] as const satisfies readonly HqTaskAct[];
export const actsOf = (task: TendedTask, now: number): HqTaskAct[] =>
  ACTS.filter((act) => refusalOf(act, task, now) === undefined);
