/** The queue as headquarters read it: by the indexes of the table, whatever its size. */
import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import type { HqTasksQuery } from '#shared/hq/fiscal.api.ts';
import { auditLog, shops, users } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { likeBeginning } from '../../db/like.ts';
import { devices } from '../devices/devices.tables.ts';
import { fiscalDevices, fiscalTasks } from './fiscal.tables.ts';

export interface TasksFilter extends Omit<HqTasksQuery, 'cursor'> {
  readonly cursor?: { readonly at: number; readonly id: string } | undefined;
  readonly now: number;
}

/** Each condition as its index has it: that is how the planner knows that it fits. */
function standing(status: HqTasksQuery['status'], now: number): SQL | undefined {
  if (status === 'uncertain') return sql`uncertain AND status IN ('in_progress', 'error')`;
  if (status === 'stale') return sql`status = 'in_progress' AND lease_until < ${now}`;
  return status === undefined ? undefined : sql`status = ${status}`;
}

/** An id as whoever made it wrote it, in small letters or capitals; each of the two is found in the index. */
function beginsWith(q: string): SQL {
  const like = likeBeginning(q);
  return sql`(${fiscalTasks.id} LIKE ${like.toLowerCase()} OR ${fiscalTasks.id} LIKE ${like.toUpperCase()})`;
}

const columns = {
  task: fiscalTasks,
  registerName: fiscalDevices.name,
  shopName: shops.name,
};
export type TaskRow = Awaited<ReturnType<typeof listTasks>>[number];

const select = (db: Db, tenant: Tenant) =>
  db
    .select(columns)
    .from(fiscalTasks)
    .innerJoin(
      fiscalDevices,
      and(
        eq(fiscalDevices.organizationId, fiscalTasks.organizationId),
        eq(fiscalDevices.id, fiscalTasks.fiscalDeviceId),
      ),
    )
    .leftJoin(shops, and(eq(shops.id, fiscalDevices.shopId), eq(shops.organizationId, tenant.organizationId)));

/** Newest first, after `cursor`. */
export function listTasks(db: Db, tenant: Tenant, filter: TasksFilter) {
  const { status, fiscalDeviceId, type, q, cursor, limit, now } = filter;
  return select(db, tenant)
    .where(
      and(
        eq(fiscalTasks.organizationId, tenant.organizationId),
        standing(status, now),
        fiscalDeviceId === undefined ? undefined : eq(fiscalTasks.fiscalDeviceId, fiscalDeviceId),
        type === undefined ? undefined : eq(fiscalTasks.type, type),
        q === undefined || q === '' ? undefined : beginsWith(q),
        cursor === undefined
          ? undefined
          : sql`(${fiscalTasks.createdAt}, ${fiscalTasks.id}) < (${cursor.at}::bigint, ${cursor.id})`,
      ),
    )
    .orderBy(sql`${fiscalTasks.createdAt} DESC`, sql`${fiscalTasks.id} DESC`)
    .limit(limit);
}

export async function findTaskRow(db: Db, tenant: Tenant, id: string): Promise<TaskRow | undefined> {
  const [row] = await select(db, tenant).where(
    and(eq(fiscalTasks.organizationId, tenant.organizationId), eq(fiscalTasks.id, id)),
  );
  return row;
}

/** What was audited of the task, oldest first, with the names of who did it. */
export const readHistory = (db: Db, tenant: Tenant, id: string) =>
  db
    .select({
      at: auditLog.at,
      event: auditLog.event,
      actor: auditLog.actorKind,
      details: auditLog.details,
      userName: users.name,
      deviceName: devices.name,
    })
    .from(auditLog)
    .leftJoin(users, and(eq(users.id, auditLog.actorId), eq(users.organizationId, tenant.organizationId)))
    .leftJoin(devices, and(eq(devices.id, auditLog.actorId), eq(devices.organizationId, tenant.organizationId)))
    .where(
      and(
        eq(auditLog.organizationId, tenant.organizationId),
        eq(auditLog.entityType, 'fiscal_task'),
        eq(auditLog.entityId, id),
      ),
    )
    .orderBy(asc(auditLog.seq))
    .limit(500);
