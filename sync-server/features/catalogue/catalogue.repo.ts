/** SQL of the items, which are replicated rows: read here, written through `sync/rows.writer.ts` alone. */
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { type Scope, shopScope } from '#shared/sync/scopes.ts';
import { shops } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { likeAnywhere } from '../../db/like.ts';
import { entities } from '../../sync/sync.tables.ts';
import type { ItemCursor } from './catalogue.rules.ts';

/** A newer server may have kept members that this one does not know; they are no error here. */
const readItem = z.object(CatalogueItem.shape);

export interface StoredItem {
  readonly item: CatalogueItem;
  readonly ver: number;
  readonly updatedAt: number;
  /** The name as lists are ordered by it. */
  readonly foldedName: string;
}

/** The same text as in the indexes: PostgreSQL uses an index of an expression only for that expression. */
const NAME = sql.raw(`lower(fields->>'name')`) as SQL<string>;
const SKU = sql.raw(`lower(fields->>'sku')`);

const columns = { fields: entities.fields, ver: entities.ver, updatedAt: entities.updatedAt, foldedName: NAME };
const toItem = ({ fields, ...row }: Omit<StoredItem, 'item'> & { readonly fields: unknown }): StoredItem => ({
  item: readItem.parse(fields),
  ver: row.ver,
  updatedAt: row.updatedAt,
  foldedName: row.foldedName,
});

/** Items of one shop. The type as a constant: a parameter would hide from the planner that the partial indexes fit. */
const of = (tenant: Tenant, scope: Scope): SQL =>
  sql`${entities.scope} = ${scope} AND ${entities.organizationId} = ${tenant.organizationId} AND ${sql.raw(`type = 'catalogue_item' AND NOT deleted`)}`;

export interface ItemsFilter {
  readonly shopId: string;
  readonly q?: string | undefined;
  readonly category?: string | undefined;
  readonly active?: boolean | undefined;
  readonly cursor?: ItemCursor | undefined;
  readonly limit: number;
}

/** By name, then by id. */
export async function listItems(db: Db, tenant: Tenant, filter: ItemsFilter): Promise<StoredItem[]> {
  const { q = '', category, active, cursor, limit } = filter;
  const like = likeAnywhere(q);
  const rows = await db
    .select(columns)
    .from(entities)
    .where(
      and(
        of(tenant, shopScope(filter.shopId)),
        q === ''
          ? undefined
          : sql`(fields->>'name' ILIKE ${like} OR fields->>'sku' ILIKE ${like} OR fields->>'barcode' LIKE ${like})`,
        category === undefined ? undefined : sql`fields->>'category' = ${category}`,
        active === undefined ? undefined : sql`fields->'active' = ${JSON.stringify(active)}::jsonb`,
        cursor === undefined ? undefined : sql`(${NAME}, id) > (${cursor.name}, ${cursor.id})`,
      ),
    )
    .orderBy(NAME, entities.id)
    .limit(limit);
  return rows.map(toItem);
}

export async function listCategories(
  db: Db,
  tenant: Tenant,
  shopId: string,
): Promise<readonly { readonly name: string; readonly items: number }[]> {
  const { rows } = await db.execute<{ name: string; items: number }>(sql`
    SELECT fields->>'category' AS name, count(*)::int AS items
    FROM ${entities} WHERE ${of(tenant, shopScope(shopId))} GROUP BY 1 ORDER BY 1 LIMIT 1000`);
  return rows;
}

/** The item and the shop it is sold in. */
export async function findItem(
  db: Db | Tx,
  tenant: Tenant,
  id: string,
): Promise<(StoredItem & { readonly scope: Scope }) | undefined> {
  const [row] = await db
    .select({ ...columns, scope: entities.scope })
    .from(entities)
    .where(
      and(
        sql`type = 'catalogue_item' AND NOT deleted`,
        eq(entities.id, id),
        eq(entities.organizationId, tenant.organizationId),
      ),
    );
  return row && { ...toItem(row), scope: row.scope };
}

/**
 * Items of a shop whose SKU, case apart, is one of these: by the SKU in lower case. An array and not a list: the embedded
 * database keeps no statistics, and would read the whole shop for a join.
 */
export async function findBySkus(
  db: Db,
  tenant: Tenant,
  shopId: string,
  skus: readonly string[],
): Promise<ReadonlyMap<string, CatalogueItem>> {
  const { rows } = await db.execute<{ fields: CatalogueItem }>(sql`
    SELECT fields FROM ${entities} WHERE ${of(tenant, shopScope(shopId))}
      AND ${SKU} = ANY(ARRAY(SELECT lower(sku) FROM jsonb_array_elements_text(${JSON.stringify(skus)}::text::jsonb) AS given (sku)))`);
  return new Map(rows.map(({ fields }) => [foldSku(fields.sku), fields]));
}

/** As `lower()` of the database and the reader of tables see a SKU. */
export const foldSku = (sku: string): string => sku.toLocaleLowerCase('ru');

/** Items of a shop after a place, in the order of lists: for a walk over all of them. */
export async function listItemsAfter(
  db: Db,
  tenant: Tenant,
  shopId: string,
  after: ItemCursor,
  limit: number,
): Promise<readonly StoredItem[]> {
  const rows = await db
    .select(columns)
    .from(entities)
    .where(and(of(tenant, shopScope(shopId)), sql`(${NAME}, id) > (${after.name}, ${after.id})`))
    .orderBy(NAME, entities.id)
    .limit(limit);
  return rows.map(toItem);
}

/** Another item on sale in the shop that bears the barcode. */
export async function findBarcodeHolder(
  tx: Tx,
  tenant: Tenant,
  { scope, barcode, notId }: { readonly scope: Scope; readonly barcode: string; readonly notId: string },
): Promise<CatalogueItem | undefined> {
  const { rows } = await tx.execute<{ fields: CatalogueItem }>(sql`
    SELECT fields FROM ${entities} WHERE ${of(tenant, scope)} AND fields->>'barcode' = ${barcode}
      AND fields->'active' = 'true'::jsonb AND id <> ${notId} LIMIT 1`);
  return rows[0]?.fields;
}

/** What changes with every write of an item of the shop: how many there are, and the newest version. */
export async function readBase(
  db: Db | Tx,
  tenant: Tenant,
  shopId: string,
): Promise<{ readonly items: number; readonly ver: number }> {
  const { rows } = await db.execute<{ items: number; ver: number }>(sql`
    SELECT count(*)::int AS items, coalesce(max(ver), 0) AS ver
    FROM ${entities} WHERE ${of(tenant, shopScope(shopId))}`);
  return { items: Number(rows[0]?.items ?? 0), ver: Number(rows[0]?.ver ?? 0) };
}

/**
 * Tells the planner what a large write has made of the table. PostgreSQL finds out by itself in a while, the embedded
 * database never: without it each look-up of a SKU reads the whole shop.
 */
export async function refreshStatistics(db: Db): Promise<void> {
  await db.execute(sql`ANALYZE ${entities}`);
}

/** Until the end of the transaction nobody else writes items of these shops: imports and edits take their turns here. */
export async function lockShops(tx: Tx, tenant: Tenant, shopIds: readonly string[]): Promise<void> {
  await tx
    .select({ id: shops.id })
    .from(shops)
    .where(and(eq(shops.organizationId, tenant.organizationId), inArray(shops.id, [...shopIds])))
    .orderBy(shops.id)
    .for('no key update');
}
