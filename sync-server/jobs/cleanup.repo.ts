/** What has been kept long enough, of one organisation. Rows are let go through `sync/rows.writer.ts`: devices hear of it. */
import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import type { EntityType } from '#shared/sync/entities.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { Tenant } from '../auth/principals.ts';
import type { Db, Tx } from '../db/db.ts';
import { kioskCodes } from '../features/kiosk/kiosk.tables.ts';

export interface OldRow {
  readonly id: string;
  readonly scope: Scope;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** As the partial index has it. */
const WITH_GUEST = sql.raw(
  `type = 'order' AND NOT deleted AND fields->>'origin' = 'kiosk' AND (fields ? 'customer' OR fields ? 'imageId')`,
);

/** Orders of kiosks that still say whose they are. Locked until the transaction ends. */
export async function lockOldOrders(tx: Tx, { organizationId }: Tenant, before: number, limit: number) {
  const { rows } = await tx.execute<OldRow & Record<string, unknown>>(sql`
    SELECT id, scope, fields FROM entities
    WHERE organization_id = ${organizationId} AND ${WITH_GUEST} AND made_at < ${before}::bigint
    ORDER BY made_at LIMIT ${limit} FOR UPDATE`);
  return rows;
}

export async function countOldOrders(db: Db, { organizationId }: Tenant, before: number) {
  const { rows } = await db.execute(sql`
    SELECT count(*) AS orders, count(DISTINCT fields->>'imageId') AS images FROM entities
    WHERE organization_id = ${organizationId} AND ${WITH_GUEST} AND made_at < ${before}::bigint`);
  return { orders: Number(rows[0]?.['orders'] ?? 0), images: Number(rows[0]?.['images'] ?? 0) };
}

const oldErrors = ({ organizationId }: Tenant, before: number) => sql`
  type = 'kiosk_error' AND NOT deleted AND organization_id = ${organizationId}
    AND fields ? 'clearedAt' AND (fields->>'at')::bigint < ${before}::bigint`;

/** Errors that were cleared: one that is open stays, however old. Locked until the transaction ends. */
export async function lockOldErrors(tx: Tx, tenant: Tenant, before: number, limit: number) {
  const { rows } = await tx.execute<OldRow & Record<string, unknown>>(sql`
    SELECT id, scope, fields FROM entities WHERE ${oldErrors(tenant, before)} ORDER BY id LIMIT ${limit} FOR UPDATE`);
  return rows;
}

export async function countOldErrors(db: Db, tenant: Tenant, before: number): Promise<number> {
  const { rows } = await db.execute(sql`SELECT count(*) AS old FROM entities WHERE ${oldErrors(tenant, before)}`);
  return Number(rows[0]?.['old'] ?? 0);
}

const oldCodes = ({ organizationId }: Tenant, before: number) =>
  and(eq(kioskCodes.organizationId, organizationId), lt(kioskCodes.issuedAt, before));

/** Takes them off the list of codes that were given out. @returns their replicated rows */
export async function takeOldCodes(tx: Tx, tenant: Tenant, before: number, limit: number): Promise<readonly OldRow[]> {
  const old = tx.select({ id: kioskCodes.id }).from(kioskCodes).where(oldCodes(tenant, before)).limit(limit);
  const taken = await tx.delete(kioskCodes).where(inArray(kioskCodes.id, old)).returning({ id: kioskCodes.id });
  return readRows(
    tx,
    'free_code',
    taken.map(({ id }) => id),
  );
}

export const countOldCodes = (db: Db, tenant: Tenant, before: number): Promise<number> =>
  db.$count(kioskCodes, oldCodes(tenant, before));

async function readRows(tx: Tx, type: EntityType, ids: readonly string[]): Promise<readonly OldRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await tx.execute<OldRow & Record<string, unknown>>(sql`
    SELECT id, scope, fields FROM entities
    WHERE type = ${type} AND NOT deleted AND id IN (SELECT jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))
    ORDER BY id`);
  return rows;
}
