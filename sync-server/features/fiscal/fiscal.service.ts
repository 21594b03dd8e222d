/** The queue of a register: created by anybody of the organisation, taken by its agent alone, ended by its reports. */
import { fromWire, type WireFiscalStatus, type WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type BearerPrincipal, type UserPrincipal } from '../../auth/principals.ts';
import { sha256 } from '../../auth/secrets.ts';
import type { Db } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import {
  claimTask,
  type FiscalTaskRow,
  findFiscalDevice,
  findTask,
  findUnheard,
  insertTask,
  lockTask,
  updateTask,
} from './fiscal.repo.ts';
import { decideStatus, LEASE_MS } from './fiscal.rules.ts';
import type { Waiters } from './fiscal.waiters.ts';

export interface FiscalPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly live: Live;
  readonly waiters: Waiters;
}

export interface FiscalReport extends WireFiscalStatus {
  /** What `next` answered; a report of an earlier claim is refused. The contract's minimum does without. */
  readonly leaseToken?: number | undefined;
}

/** How often a waiting call looks by itself: for tasks made by another instance, and for retries that fall due. */
const LOOK_EVERY_MS = 1000;

const queueKey = (organizationId: string, fiscalDeviceId: string): string =>
  JSON.stringify([organizationId, fiscalDeviceId]);

export type FiscalService = ReturnType<typeof createFiscalService>;

export function createFiscalService({ db, now, live, waiters }: FiscalPorts) {
  /**
   * @returns the task, and whether this call made it.
   * @throws AppError `fiscal.device_not_found`, `fiscal.device_mismatch`; `fiscal.task_id_conflict` when its id is
   * taken by a task that says something else.
   */
  async function create(
    by: BearerPrincipal | UserPrincipal,
    task: WireFiscalTask,
  ): Promise<{ readonly task: FiscalTaskRow; readonly isNew: boolean }> {
    if (by.kind !== 'user') assertRegister(by, task.fiscalDeviceId);
    const { organizationId } = by;
    const { fiscalDeviceId } = task;
    const bodyHash = sha256(canonicalJson(task));
    const at = now();
    const made = await db.transaction(async (tx) => {
      if ((await findFiscalDevice(tx, by, fiscalDeviceId)) === undefined) {
        throw new AppError('fiscal.device_not_found', `there is no register ${fiscalDeviceId}`);
      }
      const row = await insertTask(tx, {
        organizationId,
        id: task.taskId,
        fiscalDeviceId,
        type: task.type,
        status: 'queued',
        body: task,
        bodyHash,
        totalMinor: fromWire(task).receipt?.totalMinor ?? 0,
        createdAt: at,
        updatedAt: at,
      });
      if (row === undefined) return undefined;
      await appendAudit(tx, by, {
        at,
        event: 'FISCAL_TASK_CREATED',
        actor: actorOf(by),
        entity: { type: 'fiscal_task', id: task.taskId },
        details: { fiscalDeviceId, type: task.type, totalMinor: row.totalMinor },
      });
      return row;
    });
    if (made !== undefined) {
      waiters.wake(queueKey(organizationId, fiscalDeviceId));
      live.taskNext(organizationId, fiscalDeviceId);
      return { task: made, isNew: true };
    }
    const known = await findTask(db, by, task.taskId);
    if (known === undefined || known.bodyHash !== bodyHash) {
      throw new AppError('fiscal.task_id_conflict', 'this id belongs to a task that says something else');
    }
    return { task: known, isNew: false };
  }

  /**
   * The register's next task, now its caller's; `undefined` when none came within `waitMs`.
   *
   * @throws AppError `fiscal.device_mismatch`
   */
  async function next(
    by: BearerPrincipal,
    fiscalDeviceId: string,
    waitMs: number,
    abort: AbortSignal,
  ): Promise<FiscalTaskRow | undefined> {
    assertRegister(by, fiscalDeviceId);
    const until = performance.now() + waitMs;
    while (!abort.aborted && !waiters.isClosed()) {
      // Begun before the look: a task that is made while we look must not wait for the next one.
      const ended = new AbortController();
      const left = Math.max(0, until - performance.now());
      const woken = waiters.wait(
        queueKey(by.organizationId, fiscalDeviceId),
        Math.min(left, LOOK_EVERY_MS),
        AbortSignal.any([abort, ended.signal]),
      );
      try {
        const task =
          (await findLost(by, fiscalDeviceId)) ??
          (await claimTask(db, by, { fiscalDeviceId, holder: holderOf(by), now: now(), leaseMs: LEASE_MS }));
        if (task !== undefined) return task;
        if (left === 0) return undefined;
        await woken;
      } finally {
        ended.abort();
      }
    }
    return undefined;
  }

  /**
   * A device of ours that asks again has not heard the last answer, or died before it could keep it: it is given the
   * same task. Its journal prints each task once, whatever it is given; an agent of a stranger promises no journal.
   */
  const findLost = async (by: BearerPrincipal, fiscalDeviceId: string): Promise<FiscalTaskRow | undefined> =>
    by.kind === 'device' ? findUnheard(db, by, { fiscalDeviceId, holder: holderOf(by) }) : undefined;

  /**
   * @throws AppError `fiscal.task_not_found` also for another register's task; `fiscal.illegal_transition`,
   * `fiscal.data_conflict`, `fiscal.stale_lease`; `app.bad_input` when the address and the body name different tasks.
   */
  async function report(by: BearerPrincipal, id: string, told: FiscalReport): Promise<FiscalTaskRow> {
    if (told.taskId !== id) {
      throw new AppError('app.bad_input', 'some fields are wrong', {
        details: { issues: [{ path: 'taskId', message: 'must be the id in the address' }] },
      });
    }
    const { leaseToken, ...status } = told;
    const { row, conflict } = await db.transaction(async (tx) => {
      const task = await lockTask(tx, by, id);
      if (task === undefined || task.fiscalDeviceId !== by.fiscalDeviceId) {
        throw new AppError('fiscal.task_not_found', 'this register has no such task');
      }
      const decision = decideStatus(task, status);
      if (decision.kind === 'repeat') {
        return { row: task.heardAt === null ? await updateTask(tx, by, id, { heardAt: now() }) : task };
      }
      if (decision.kind === 'change' && leaseToken !== undefined && leaseToken !== task.leaseToken) {
        throw new AppError('fiscal.stale_lease', 'the task has been claimed again since');
      }
      const at = now();
      const note = (event: string, details: Readonly<Record<string, unknown>>) =>
        appendAudit(tx, by, { at, event, actor: actorOf(by), entity: { type: 'fiscal_task', id }, details });
      if (decision.kind === 'refuse') {
        const refusal = new AppError(decision.code, decision.message, {
          details: decision.issues === undefined ? {} : { issues: decision.issues },
        });
        if (decision.code !== 'fiscal.data_conflict') throw refusal;
        // Two documents for one sale: the evidence is kept, so the transaction must not be rolled back.
        await note('FISCAL_DATA_CONFLICT', { known: task.fiscal, reported: status.fiscal });
        return { row: task, conflict: refusal };
      }
      const { retryInMs, ...change } = decision.change;
      const isFinal = change.status === 'done' || change.status === 'error';
      if (isFinal) {
        await note(change.status === 'done' ? 'FISCAL_DOC_CLOSED' : 'FISCAL_ERROR', {
          attempts: task.attempts,
          retryable: change.retryable,
        });
      }
      const changed = await updateTask(tx, by, id, {
        ...change,
        heardAt: task.heardAt ?? at,
        fiscal: change.fiscal ?? task.fiscal,
        nextRetryAt: retryInMs === undefined ? null : at + retryInMs,
        leaseUntil: isFinal ? null : at + LEASE_MS,
        completedAt: isFinal ? at : null,
        updatedAt: at,
      });
      return { row: changed };
    });
    if (conflict !== undefined) throw conflict;
    live.hqChanged(by.organizationId, ['receipts', 'summary']);
    return row;
  }

  return { create, next, report };
}

const holderOf = (by: BearerPrincipal): string => (by.kind === 'device' ? by.deviceId : by.tokenId);

/** A token opens the queue of its own register. */
function assertRegister(by: BearerPrincipal, fiscalDeviceId: string): void {
  if (by.fiscalDeviceId !== fiscalDeviceId) {
    throw new AppError('fiscal.device_mismatch', 'this token is for another register');
  }
}
