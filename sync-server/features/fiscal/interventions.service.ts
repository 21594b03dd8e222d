/** What a person at headquarters does with a task. Each act is checked under the task's lock and audited with its reason. */
import type { HqTaskAct, SettleTaskRequest, TaskActRequest } from '#shared/hq/fiscal.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { UserPrincipal } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { createTaskAudit } from './fiscal.audit.ts';
import { type FiscalTaskRow, lockTask, shareFiscalDevice, updateTask } from './fiscal.repo.ts';
import { queueKey } from './fiscal.service.ts';
import type { Waiters } from './fiscal.waiters.ts';
import { isStale, refusalOf } from './interventions.rules.ts';

export interface InterventionsPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Live;
  readonly waiters: Waiters;
}

export type InterventionsService = ReturnType<typeof createInterventionsService>;

export function createInterventionsService({ db, now, live, waiters }: InterventionsPorts) {
  const note = createTaskAudit(now);

  /**
   * Puts a failed task back in its queue.
   *
   * @throws AppError `fiscal.task_not_found`, `fiscal.illegal_transition`, `fiscal.outcome_unknown`,
   * `fiscal.device_archived`; `app.conflict` when it has been claimed again since the person looked.
   */
  async function requeue(by: UserPrincipal, id: string, { reason, attempts }: TaskActRequest): Promise<void> {
    const { fiscalDeviceId } = await act(by, id, 'requeue', attempts, async (tx, task) => {
      if ((await shareFiscalDevice(tx, by, task.fiscalDeviceId))?.archivedAt !== null) {
        throw new AppError('fiscal.device_archived', `the register ${task.fiscalDeviceId} is out of service`);
      }
      await note(tx, by, task, 'FISCAL_TASK_REQUEUED', { reason, attempts: task.attempts });
      return {
        status: 'queued',
        errorText: null,
        retryable: false,
        nextRetryAt: null,
        leaseUntil: null,
        completedAt: null,
      };
    });
    waiters.wake(queueKey(by.organizationId, fiscalDeviceId));
    live.taskNext(by.organizationId, fiscalDeviceId);
  }

  /** Takes a task out of its queue before anybody took it. @throws AppError as `requeue`, without the register's. */
  async function cancel(by: UserPrincipal, id: string, { reason, attempts }: TaskActRequest): Promise<void> {
    await act(by, id, 'cancel', attempts, async (tx, task) => {
      await note(tx, by, task, 'FISCAL_TASK_CANCELLED', { reason });
      return { status: 'cancelled', completedAt: now() };
    });
  }

  /** Decides what nobody knew. The agent's own word, when it comes, outranks it. @throws AppError as `cancel`. */
  async function settle(by: UserPrincipal, id: string, request: SettleTaskRequest): Promise<void> {
    await act(by, id, 'settle', request.attempts, async (tx, task) => {
      const { verdict: is, reason, attempts: _seen, ...document } = request;
      const at = now();
      const { attempts, leaseToken: claim } = task;
      const wasStale = isStale(task, at);
      await note(tx, by, task, 'FISCAL_TASK_SETTLED', { verdict: is, ...document, reason, attempts, wasStale });
      return {
        status: is === 'printed' ? 'done' : 'error',
        uncertain: false,
        retryable: false,
        nextRetryAt: null,
        leaseUntil: null,
        completedAt: at,
        verdict: { is, ...document, reason, at, claim, userId: by.userId },
      };
    });
  }

  async function act(
    by: UserPrincipal,
    id: string,
    name: HqTaskAct,
    seenAttempts: number | undefined,
    decide: (tx: Tx, task: FiscalTaskRow) => Promise<Parameters<typeof updateTask>[3]>,
  ): Promise<FiscalTaskRow> {
    const row = await db.transaction(async (tx) => {
      const task = await lockTask(tx, by, id);
      if (task === undefined) throw new AppError('fiscal.task_not_found', 'there is no such task');
      const refusal = refusalOf(name, task, now());
      if (refusal !== undefined) {
        throw new AppError(refusal, `${name} does not fit a task that is ${task.uncertain ? 'in doubt' : task.status}`);
      }
      if (seenAttempts !== undefined && seenAttempts !== task.attempts) {
        throw new AppError('app.conflict', 'the task has been claimed again since');
      }
      return updateTask(tx, by, id, { ...(await decide(tx, task)), updatedAt: now() });
    });
    live.hqChanged(by.organizationId, ['tasks', 'registers', 'summary']);
    return row;
  }

  return { requeue, cancel, settle };
}
