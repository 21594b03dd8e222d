/** SQL of imports and of the changes they have prepared. */
import { and, asc, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { HqChangeKind, HqImportStatus } from '#shared/hq/catalogue.api.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { catalogueImportChanges, catalogueImports } from './catalogue.tables.ts';

export type ImportRow = typeof catalogueImports.$inferSelect;
export type ChangeRow = typeof catalogueImportChanges.$inferSelect;

/** A process is at work on these. */
const AT_WORK = ['checking', 'applying'] as const satisfies readonly HqImportStatus[];

const mine = (tenant: Tenant, id: string) =>
  and(eq(catalogueImports.id, id), eq(catalogueImports.organizationId, tenant.organizationId));

/** False when another import of the organisation is at work. */
export async function insertImport(
  tx: Tx,
  row: Omit<typeof catalogueImports.$inferInsert, 'status'>,
): Promise<boolean> {
  const inserted = await tx
    .insert(catalogueImports)
    .values({ ...row, status: 'checking' })
    .onConflictDoNothing()
    .returning({ id: catalogueImports.id });
  return inserted.length > 0;
}

export async function findImport(db: Db | Tx, tenant: Tenant, id: string): Promise<ImportRow | undefined> {
  const [row] = await db.select().from(catalogueImports).where(mine(tenant, id));
  return row;
}

/** The newest first. */
export const listImports = (db: Db, tenant: Tenant, limit: number): Promise<ImportRow[]> =>
  db
    .select()
    .from(catalogueImports)
    .where(eq(catalogueImports.organizationId, tenant.organizationId))
    .orderBy(desc(catalogueImports.createdAt), desc(catalogueImports.id))
    .limit(limit);

/** Moves an import on, unless somebody has moved it already: then false. */
export async function moveImport(
  db: Db | Tx,
  tenant: Tenant,
  id: string,
  from: readonly HqImportStatus[],
  change: Partial<Omit<ImportRow, 'id' | 'organizationId'>>,
): Promise<boolean> {
  const moved = await db
    .update(catalogueImports)
    .set(change)
    .where(and(mine(tenant, id), inArray(catalogueImports.status, [...from])))
    .returning({ id: catalogueImports.id });
  return moved.length > 0;
}

/** Says that its process lives. False when it is no longer to be worked on. */
export const beat = (
  db: Db,
  tenant: Tenant,
  id: string,
  heartbeat: Pick<ImportRow, 'heartbeatAt' | 'rowsRead' | 'rowsOk' | 'errorsTotal'>,
): Promise<boolean> => moveImport(db, tenant, id, AT_WORK, heartbeat);

/** Those at work whose process has been silent since before `before`. Answers how many. */
export async function interruptImports(db: Db, before: number, now: number): Promise<number> {
  const rows = await db
    .update(catalogueImports)
    .set({ status: 'interrupted', finishedAt: now })
    .where(and(inArray(catalogueImports.status, [...AT_WORK]), lt(catalogueImports.heartbeatAt, before)))
    .returning({ id: catalogueImports.id });
  return rows.length;
}

/** What was ready and was not applied gives way to the next import. */
export async function cancelReady(tx: Tx, tenant: Tenant, now: number): Promise<void> {
  await tx
    .update(catalogueImports)
    .set({ status: 'cancelled', finishedAt: now })
    .where(and(eq(catalogueImports.organizationId, tenant.organizationId), eq(catalogueImports.status, 'ready')));
}

export async function insertChanges(db: Db, rows: readonly ChangeRow[]): Promise<void> {
  await db.execute(sql`
    INSERT INTO ${catalogueImportChanges} (import_id, nth, shop_id, kind, item_id, before, fields)
    SELECT import_id, nth, shop_id, kind, item_id, before, fields
    FROM jsonb_to_recordset(${JSON.stringify(
      rows.map(({ importId, shopId, itemId, ...row }) => ({
        ...row,
        import_id: importId,
        shop_id: shopId,
        item_id: itemId,
      })),
    )}::text::jsonb)
      AS given (import_id text, nth int, shop_id text, kind text, item_id text, before jsonb, fields jsonb)`);
}

/** Changes after a place, in order. */
export const listChanges = (
  db: Db | Tx,
  importId: string,
  page: { readonly after: number; readonly limit: number; readonly kind?: HqChangeKind | undefined },
): Promise<ChangeRow[]> =>
  db
    .select()
    .from(catalogueImportChanges)
    .where(
      and(
        eq(catalogueImportChanges.importId, importId),
        gt(catalogueImportChanges.nth, page.after),
        page.kind === undefined ? undefined : eq(catalogueImportChanges.kind, page.kind),
      ),
    )
    .orderBy(asc(catalogueImportChanges.nth))
    .limit(page.limit);

/** Changes of imports that nobody can apply any more. */
export async function dropSpentChanges(db: Db): Promise<void> {
  await db.execute(sql`
    DELETE FROM ${catalogueImportChanges} WHERE import_id IN (
      SELECT id FROM ${catalogueImports} WHERE status NOT IN ('checking', 'ready', 'applying'))`);
}
