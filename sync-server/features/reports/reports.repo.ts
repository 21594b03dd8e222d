import { and, asc, desc, eq, inArray, isNotNull, lte, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import { Report } from '#shared/reports/reports.schema.ts';
import { organizations, shops } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { entities } from '../../sync/sync.tables.ts';
import { devices } from '../devices/devices.tables.ts';
import { reportDeliveries, reportLinkKeys } from './reports.tables.ts';

export type DeliveryRow = typeof reportDeliveries.$inferSelect;
// A newer device may keep members that this server does not know.
const readReport = z.object(Report.shape);

const own = (tenant: Tenant) => eq(reportDeliveries.organizationId, tenant.organizationId);

/** @returns the row that is there now, new or known. */
export async function putDelivery(tx: Tx, row: DeliveryRow): Promise<DeliveryRow | undefined> {
  await tx.insert(reportDeliveries).values(row).onConflictDoNothing();
  const [known] = await tx
    .select()
    .from(reportDeliveries)
    .where(and(eq(reportDeliveries.id, row.id), eq(reportDeliveries.organizationId, row.organizationId)));
  return known;
}

/**
 * How many deliveries of a report there are, this one not among them. Whoever asks for the same report waits until the
 * transaction ends, so that two do not both find the last place.
 */
export async function countOthers(
  tx: Tx,
  { id, organizationId, reportId }: Pick<DeliveryRow, 'id' | 'organizationId' | 'reportId'>,
): Promise<number> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${organizationId} ${reportId}`}, 0))`);
  const of = and(eq(reportDeliveries.organizationId, organizationId), eq(reportDeliveries.reportId, reportId));
  return tx.$count(reportDeliveries, and(of, ne(reportDeliveries.id, id)));
}

export const findDeliveries = (db: Db, tenant: Tenant & { readonly deviceId: string }, ids: readonly string[]) =>
  db
    .select()
    .from(reportDeliveries)
    .where(and(own(tenant), eq(reportDeliveries.deviceId, tenant.deviceId), inArray(reportDeliveries.id, [...ids])));

export const listReportDeliveries = (db: Db, tenant: Tenant, reportIds: readonly string[]): Promise<DeliveryRow[]> =>
  reportIds.length === 0
    ? Promise.resolve([])
    : db
        .select()
        .from(reportDeliveries)
        .where(and(own(tenant), inArray(reportDeliveries.reportId, [...reportIds])))
        .orderBy(desc(reportDeliveries.createdAt), desc(reportDeliveries.id));

/** The oldest that is due. */
export async function findDue(db: Db, now: number): Promise<DeliveryRow | undefined> {
  const [row] = await db
    .select()
    .from(reportDeliveries)
    .where(and(eq(reportDeliveries.state, 'queued'), lte(reportDeliveries.nextAt, now)))
    .orderBy(asc(reportDeliveries.nextAt))
    .limit(1);
  return row;
}

/** Changes one that still waits as it was read. @returns whether it did. */
export async function leaveQueued(
  db: Db,
  { id, attempts }: Pick<DeliveryRow, 'id' | 'attempts'>,
  change: Partial<DeliveryRow>,
): Promise<boolean> {
  const rows = await db
    .update(reportDeliveries)
    .set(change)
    .where(
      and(eq(reportDeliveries.id, id), eq(reportDeliveries.state, 'queued'), eq(reportDeliveries.attempts, attempts)),
    )
    .returning({ id: reportDeliveries.id });
  return rows.length > 0;
}

/** Ends an attempt, unless it was given up meanwhile. @returns whether it was still this one's. */
export async function endAttempt(db: Db, id: string, attempts: number, change: Partial<DeliveryRow>): Promise<boolean> {
  const rows = await db
    .update(reportDeliveries)
    .set({ ...change, leaseUntil: null })
    .where(
      and(eq(reportDeliveries.id, id), eq(reportDeliveries.state, 'sending'), eq(reportDeliveries.attempts, attempts)),
    )
    .returning({ id: reportDeliveries.id });
  return rows.length > 0;
}

/** Attempts that nobody is at any more: a process died under them. */
export const giveUpStale = (db: Db, now: number): Promise<DeliveryRow[]> =>
  db
    .update(reportDeliveries)
    .set({ state: 'unknown', fault: 'no_answer', leaseUntil: null, nextAt: null, updatedAt: now })
    .where(and(eq(reportDeliveries.state, 'sending'), lte(reportDeliveries.leaseUntil, now)))
    .returning();

/** Takes addresses off what has been over since then. */
export async function forgetAddresses(db: Db, overSince: number): Promise<void> {
  await db
    .update(reportDeliveries)
    .set({ address: null })
    .where(
      and(
        isNotNull(reportDeliveries.address),
        inArray(reportDeliveries.state, ['sent', 'failed', 'unknown']),
        lte(reportDeliveries.updatedAt, overSince),
      ),
    );
}

export const findOrganizationName = async (db: Db, tenant: Tenant): Promise<string> => {
  const [row] = await db
    .select({ name: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, tenant.organizationId));
  return row?.name ?? '';
};

/** The document behind the code on its paper: by the replicated row, or by a delivery that came before it. */
export async function findByCopyCode(
  db: Db,
  copyCode: string,
): Promise<{ readonly organizationId: string; readonly fileId: string; readonly createdAt: number } | undefined> {
  const [row] = await db
    .select({ organizationId: entities.organizationId, fields: entities.fields })
    .from(entities)
    .where(sql`type = 'report' AND NOT deleted AND fields->>'copyCode' = ${copyCode}`)
    .limit(1);
  if (row !== undefined) {
    const { fileId, createdAt } = readReport.parse(row.fields);
    return { organizationId: row.organizationId, fileId, createdAt };
  }
  const [asked] = await db.select().from(reportDeliveries).where(eq(reportDeliveries.copyCode, copyCode)).limit(1);
  return asked && { organizationId: asked.organizationId, fileId: asked.fileId, createdAt: asked.reportAt };
}

export interface ListedReport {
  readonly report: Report;
  readonly shopName: string | null;
  readonly deviceName: string | null;
}

/** Newest first, after `cursor`. */
export async function listReports(
  db: Db,
  tenant: Tenant,
  {
    cursor,
    limit,
  }: { readonly cursor?: { readonly at: number; readonly id: string } | undefined; readonly limit: number },
): Promise<ListedReport[]> {
  const createdAt = sql`((${entities.fields}->>'createdAt')::bigint)`;
  const rows = await db
    .select({ fields: entities.fields, deviceName: devices.name, shopName: shops.name })
    .from(entities)
    .leftJoin(devices, sql`${devices.id} = ${entities.fields}->>'deviceId'`)
    .leftJoin(shops, eq(shops.id, devices.shopId))
    .where(
      and(
        eq(entities.organizationId, tenant.organizationId),
        sql`${entities.type} = 'report' AND NOT ${entities.deleted}`,
        cursor === undefined ? undefined : sql`(${createdAt}, ${entities.id}) < (${cursor.at}::bigint, ${cursor.id})`,
      ),
    )
    .orderBy(sql`${createdAt} DESC`, desc(entities.id))
    .limit(limit);
  return rows.map(({ fields, ...names }) => ({ report: readReport.parse(fields), ...names }));
}

export async function findReport(db: Db, tenant: Tenant, id: string): Promise<Report | undefined> {
  const [row] = await db
    .select({ fields: entities.fields })
    .from(entities)
    .where(
      and(
        eq(entities.organizationId, tenant.organizationId),
        sql`type = 'report' AND NOT deleted`,
        eq(entities.id, id),
      ),
    );
  return row && readReport.parse(row.fields);
}

/** The key that is kept; the one offered when there is none yet. */
export async function keepLinkKey(db: Db, offered: string): Promise<string> {
  await db.insert(reportLinkKeys).values({ id: 1, secret: offered }).onConflictDoNothing();
  const [row] = await db.select().from(reportLinkKeys).where(eq(reportLinkKeys.id, 1));
  return row?.secret ?? offered;
}
