/** The queue as headquarters see it: rows a person reads, what may be done with each, and what has been done. */
import type { HqTask, HqTaskDetails, HqTasks, HqTasksQuery } from '#shared/hq/fiscal.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { pageOf, readCursor } from '../hq/hq.rules.ts';
import { actsOf, isStale } from './interventions.rules.ts';
import { findTaskRow, listTasks, readHistory, type TaskRow } from './monitor.repo.ts';

export type MonitorService = ReturnType<typeof createMonitorService>;

export function createMonitorService({ db, now }: { readonly db: Db; readonly now: () => number }) {
  /** @throws AppError `app.bad_input` for a cursor that is none. */
  async function tasks(tenant: Tenant, { cursor, limit, ...filter }: HqTasksQuery): Promise<HqTasks> {
    const at = now();
    const rows = await listTasks(db, tenant, {
      ...filter,
      cursor: cursor === undefined ? undefined : readCursor(cursor),
      limit: limit + 1,
      now: at,
    });
    const { page, next } = pageOf(rows, limit, ({ task }) => ({ at: task.createdAt, id: task.id }));
    return { tasks: page.map((row) => toTask(row, at)), ...next, serverNow: at };
  }

  /** @throws AppError `fiscal.task_not_found` */
  async function task(tenant: Tenant, id: string): Promise<HqTask> {
    return toTask(await find(tenant, id), now());
  }

  /** @throws AppError `fiscal.task_not_found` */
  async function details(tenant: Tenant, id: string): Promise<HqTaskDetails> {
    const row = await find(tenant, id);
    const history = await readHistory(db, tenant, id);
    return {
      task: toTask(row, now()),
      body: row.task.body,
      history: history.map(({ userName, deviceName, ...event }) => {
        const actorName = userName ?? deviceName;
        return { ...event, ...(actorName === null ? {} : { actorName }) };
      }),
    };
  }

  async function find(tenant: Tenant, id: string): Promise<TaskRow> {
    const row = await findTaskRow(db, tenant, id);
    if (row === undefined) throw new AppError('fiscal.task_not_found', 'there is no such task');
    return row;
  }

  return { tasks, task, details };
}

const known = <T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined)) as never;

function toTask({ task, registerName, shopName }: TaskRow, now: number): HqTask {
  const { body } = task;
  const items = body.receipt?.items ?? [];
  return {
    id: task.id,
    type: body.type,
    status: task.status,
    uncertain: task.uncertain,
    stale: isStale(task, now),
    fiscalDeviceId: task.fiscalDeviceId,
    registerName,
    operatorName: body.operator.name,
    totalMinor: task.totalMinor,
    items: items.length,
    attempts: task.attempts,
    retryable: task.retryable,
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    acts: actsOf(task, now),
    ...known({
      shopName,
      firstItem: items[0]?.name,
      error: task.errorText,
      nextRetryAt: task.nextRetryAt,
      leaseUntil: task.leaseUntil,
      fiscal: task.fiscal,
      startedAt: task.startedAt,
      completedAt: task.completedAt,
    }),
    ...(task.verdict === null ? {} : { verdict: toVerdict(task.verdict) }),
  };
}

/** Without what only the server's own rules read. */
function toVerdict({ claim: _claim, userId: _userId, ...verdict }: NonNullable<TaskRow['task']['verdict']>) {
  return verdict;
}
