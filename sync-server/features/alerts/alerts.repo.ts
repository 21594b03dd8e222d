import { and, desc, eq, isNotNull, isNull, max, type SQL, sql } from 'drizzle-orm';
import type { HqAlertsQuery } from '#shared/hq/fiscal.api.ts';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { users } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { alerts } from './alerts.tables.ts';

type Row = typeof alerts.$inferSelect;

export interface Trouble {
  readonly kind: Row['kind'];
  readonly subject: { readonly type: string; readonly id: string };
  readonly details: Row['details'];
  readonly at: number;
}

const open = (tenant: Tenant, { kind, subject }: Pick<Trouble, 'kind' | 'subject'>): SQL | undefined =>
  and(
    eq(alerts.organizationId, tenant.organizationId),
    eq(alerts.kind, kind),
    eq(alerts.subjectType, subject.type),
    eq(alerts.subjectId, subject.id),
    isNull(alerts.acknowledgedAt),
  );

/**
 * Opens an alert, or counts one that is open already. The caller holds the lock of its subject.
 *
 * @returns whether it says anything that the open one did not.
 */
export async function raiseAlert(tx: Tx, tenant: Tenant, id: string, trouble: Trouble): Promise<boolean> {
  const { kind, subject, details, at } = trouble;
  const [known] = await tx.select({ details: alerts.details }).from(alerts).where(open(tenant, trouble));
  if (known === undefined) {
    const { organizationId } = tenant;
    await tx
      .insert(alerts)
      .values({ id, organizationId, kind, subjectType: subject.type, subjectId: subject.id, details, at });
    return true;
  }
  await tx
    .update(alerts)
    .set({ details, at, times: sql`${alerts.times} + 1` })
    .where(open(tenant, trouble));
  return canonicalJson(known.details) !== canonicalJson(details);
}

export type AlertRow = Row & { readonly acknowledgedByName: string | null };

/** Newest first, after `cursor`. */
export async function listAlerts(
  db: Db,
  tenant: Tenant,
  filter: {
    readonly state: HqAlertsQuery['state'];
    readonly kind?: Row['kind'] | undefined;
    readonly cursor?: { readonly at: number; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<AlertRow[]> {
  const { state, kind, cursor, limit } = filter;
  const rows = await db
    .select({ alert: alerts, acknowledgedByName: users.name })
    .from(alerts)
    .leftJoin(users, and(eq(users.id, alerts.acknowledgedBy), eq(users.organizationId, tenant.organizationId)))
    .where(
      and(
        eq(alerts.organizationId, tenant.organizationId),
        state === 'open' ? isNull(alerts.acknowledgedAt) : undefined,
        state === 'closed' ? isNotNull(alerts.acknowledgedAt) : undefined,
        kind === undefined ? undefined : eq(alerts.kind, kind),
        cursor === undefined ? undefined : sql`(${alerts.at}, ${alerts.id}) < (${cursor.at}::bigint, ${cursor.id})`,
      ),
    )
    .orderBy(sql`${alerts.at} DESC`, sql`${alerts.id} DESC`)
    .limit(limit);
  return rows.map(({ alert, acknowledgedByName }) => ({ ...alert, acknowledgedByName }));
}

/** Of open ones: how many of each kind, most first, and when the latest of them happened. */
export async function groupOpenAlerts(db: Db, tenant: Tenant) {
  const count = sql<number>`count(*)::int`;
  const rows = await db
    .select({ kind: alerts.kind, open: count, latestAt: max(alerts.at) })
    .from(alerts)
    .where(and(eq(alerts.organizationId, tenant.organizationId), isNull(alerts.acknowledgedAt)))
    .groupBy(alerts.kind)
    .orderBy(desc(count), alerts.kind);
  return rows.map(({ latestAt, ...row }) => ({ ...row, latestAt: latestAt ?? 0 }));
}

export async function countOpenAlerts(db: Db, tenant: Tenant): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(alerts)
    .where(and(eq(alerts.organizationId, tenant.organizationId), isNull(alerts.acknowledgedAt)));
  return row?.count ?? 0;
}

export async function lockAlert(tx: Tx, tenant: Tenant, id: string): Promise<Row | undefined> {
  const [row] = await tx
    .select()
    .from(alerts)
    .where(and(eq(alerts.id, id), eq(alerts.organizationId, tenant.organizationId)))
    .for('update');
  return row;
}

export async function markAcknowledged(
  tx: Tx,
  tenant: Tenant,
  id: string,
  by: { readonly userId: string; readonly at: number },
): Promise<void> {
  await tx
    .update(alerts)
    .set({ acknowledgedAt: by.at, acknowledgedBy: by.userId })
    .where(and(eq(alerts.id, id), eq(alerts.organizationId, tenant.organizationId)));
}
