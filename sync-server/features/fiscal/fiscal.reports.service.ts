/** What agents report about tasks: their word moves a task, ends a doubt, outranks a verdict, and is never lost. */
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { BearerPrincipal } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { raiseAlert, type Trouble } from '../alerts/alerts.repo.ts';
import { createTaskAudit } from './fiscal.audit.ts';
import { type FiscalTaskRow, lockTask, updateTask } from './fiscal.repo.ts';
import { decideStatus, type FiscalReport, LEASE_MS, type StatusDecision } from './fiscal.rules.ts';

export interface ReportsPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly live: Live;
}

/** Enough of an error's words to understand a history; the task itself keeps them all. */
const ERROR_IN_AUDIT = 200;

export type ReportsService = ReturnType<typeof createReportsService>;

export function createReportsService({ db, now, newId, live }: ReportsPorts) {
  const note = createTaskAudit(now);

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
    const {
      row,
      refusal,
      hasAlert,
      hasNews = true,
    } = await db.transaction(async (tx): Promise<Outcome> => {
      const task = await lockTask(tx, by, id);
      if (task === undefined || task.fiscalDeviceId !== by.fiscalDeviceId) {
        throw new AppError('fiscal.task_not_found', 'this register has no such task');
      }
      const decision = decideStatus(task, told);
      switch (decision.kind) {
        case 'repeat':
          return {
            row: task.heardAt === null ? await updateTask(tx, by, id, { heardAt: now() }) : task,
            hasNews: false,
          };
        case 'refuse':
          return refuse(tx, by, task, told, decision);
        case 'change':
          return change(tx, by, task, decision);
      }
    });
    const collections = ['tasks', 'registers', 'receipts', 'summary'] as const;
    if (hasNews) live.hqChanged(by.organizationId, hasAlert ? [...collections, 'alerts'] : [...collections]);
    if (refusal !== undefined) throw refusal;
    return row;
  }

  interface Outcome {
    readonly row: FiscalTaskRow;
    readonly refusal?: AppError;
    readonly hasAlert?: boolean;
    readonly hasNews?: boolean;
  }

  async function change(
    tx: Tx,
    by: BearerPrincipal,
    task: FiscalTaskRow,
    { change: to, retryInMs, isLastTry, proof }: Extract<StatusDecision, { kind: 'change' }>,
  ): Promise<Outcome> {
    const at = now();
    const { attempts, verdict } = task;
    const isFinal = to.status !== 'in_progress';
    if (isFinal) {
      const error = to.errorText === null ? {} : { error: to.errorText.slice(0, ERROR_IN_AUDIT) };
      const document = to.fiscal === null ? {} : { document: to.fiscal };
      const { retryable, uncertain } = to;
      await note(tx, by, task, to.status === 'done' ? 'FISCAL_DOC_CLOSED' : 'FISCAL_ERROR', {
        attempts,
        ...(to.status === 'done' ? document : { retryable, uncertain, ...error }),
      });
    } else if (to.uncertain && !task.uncertain) {
      await note(tx, by, task, 'FISCAL_OUTCOME_UNKNOWN', { attempts });
    }
    if (isLastTry) await raise(tx, by, task, 'fiscal.retries_used_up', { attempts, error: to.errorText });
    if (proof === 'contradicts') {
      const details = { verdict, reported: { status: to.status, fiscal: to.fiscal, error: to.errorText } };
      await note(tx, by, task, 'FISCAL_VERDICT_CONTRADICTED', details);
      await raise(tx, by, task, 'fiscal.verdict_contradicted', details);
    }
    const row = await updateTask(tx, by, task.id, {
      ...to,
      heardAt: task.heardAt ?? at,
      fiscal: to.fiscal ?? task.fiscal,
      nextRetryAt: retryInMs === undefined ? null : at + retryInMs,
      leaseUntil: isFinal ? null : at + LEASE_MS,
      completedAt: isFinal ? at : null,
      updatedAt: at,
      ...(proof === undefined || verdict === null ? {} : { verdict: { ...verdict, provedAt: at } }),
    });
    return { row, hasAlert: isLastTry === true || proof === 'contradicts' };
  }

  /**
   * A refused word that bears a document is evidence of one: it is kept, so the transaction must not be rolled back, and
   * no machine prints the task again.
   */
  async function refuse(
    tx: Tx,
    by: BearerPrincipal,
    task: FiscalTaskRow,
    told: FiscalReport,
    { code, message, issues }: Extract<StatusDecision, { kind: 'refuse' }>,
  ): Promise<Outcome> {
    const refusal = new AppError(code, message, { details: issues === undefined ? {} : { issues } });
    if (told.status !== 'done' || told.fiscal === undefined) throw refusal;
    const details = { known: task.fiscal, reported: told.fiscal, status: task.status };
    // Told again and again it is one piece of evidence: an agent that keeps at it must not fill the audit.
    const isNews = await raise(tx, by, task, 'fiscal.data_conflict', details);
    if (isNews) await note(tx, by, task, 'FISCAL_DATA_CONFLICT', details);
    if (task.status !== 'error') return { row: task, refusal, hasAlert: true };
    const doubt = { uncertain: true, retryable: false, nextRetryAt: null, fiscal: told.fiscal, updatedAt: now() };
    return { row: await updateTask(tx, by, task.id, doubt), refusal, hasAlert: true };
  }

  const raise = (
    tx: Tx,
    by: BearerPrincipal,
    { id, fiscalDeviceId }: FiscalTaskRow,
    kind: Trouble['kind'],
    details: Trouble['details'],
  ) =>
    raiseAlert(tx, by, newId(), {
      kind,
      subject: { type: 'fiscal_task', id },
      details: { fiscalDeviceId, ...details },
      at: now(),
    });

  return { report };
}
