import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../db/db.ts';
import { entities } from '../../sync/sync.tables.ts';
import { managerDrafts } from './manager.tables.ts';

type DraftRow = typeof managerDrafts.$inferInsert;
export type OfManager = Pick<DraftRow, 'organizationId' | 'clientId' | 'managerId'>;

const of = ({ organizationId, clientId, managerId }: OfManager) =>
  and(
    eq(managerDrafts.organizationId, organizationId),
    eq(managerDrafts.clientId, clientId),
    eq(managerDrafts.managerId, managerId),
  );

export const listDrafts = (db: Db, manager: OfManager): Promise<{ readonly form: string; readonly sealed: string }[]> =>
  db.select({ form: managerDrafts.form, sealed: managerDrafts.sealed }).from(managerDrafts).where(of(manager));

export async function putDraft(db: Db, row: DraftRow): Promise<void> {
  const { sealed, updatedAt } = row;
  await db
    .insert(managerDrafts)
    .values(row)
    .onConflictDoUpdate({
      target: [managerDrafts.organizationId, managerDrafts.clientId, managerDrafts.managerId, managerDrafts.form],
      set: { sealed, updatedAt },
    });
}

export async function dropDraft(db: Db, manager: OfManager, form: string): Promise<void> {
  await db.delete(managerDrafts).where(and(of(manager), eq(managerDrafts.form, form)));
}

/** Those that nobody went on with since `before`; of clients that are gone; of passports whose values were taken away. */
export async function purgeDrafts(db: Db, before: number): Promise<void> {
  const row = (type: string, more = sql`true`) =>
    sql`EXISTS (SELECT FROM ${entities} AS e WHERE e.organization_id = ${managerDrafts.organizationId} AND e.type = ${type}
      AND e.id = ${managerDrafts.clientId} AND NOT e.deleted AND ${more})`;
  await db.delete(managerDrafts).where(
    sql`${managerDrafts.updatedAt} < ${before}::bigint OR NOT ${row('client')}
        OR (${managerDrafts.form} = 'passport' AND ${row('passport', sql`e.fields ? 'purgedAt'`)})`,
  );
}
