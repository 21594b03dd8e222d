/** SQL of the history of prices. Devices never read it: what they ask is in the item itself. */
import { and, desc, eq, inArray, isNull } from 'drizzle-orm';
import { users } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { cataloguePrices } from './catalogue.tables.ts';

export type PriceRow = typeof cataloguePrices.$inferInsert;

export async function insertPrices(tx: Tx, rows: readonly PriceRow[]): Promise<void> {
  if (rows.length > 0) await tx.insert(cataloguePrices).values([...rows]);
}

/** The prices of an item that were to begin at these moments will not. */
export async function cancelPrices(
  tx: Tx,
  tenant: Tenant,
  act: { readonly itemId: string; readonly from: readonly number[]; readonly at: number; readonly by: string },
): Promise<void> {
  await tx
    .update(cataloguePrices)
    .set({ cancelledAt: act.at, cancelledBy: act.by })
    .where(
      and(
        eq(cataloguePrices.organizationId, tenant.organizationId),
        eq(cataloguePrices.itemId, act.itemId),
        inArray(cataloguePrices.effectiveFrom, [...act.from]),
        isNull(cataloguePrices.cancelledAt),
      ),
    );
}

/** Those that begin last come first, with the names of who decided. */
export const listPrices = (db: Db, tenant: Tenant, itemId: string, limit: number) =>
  db
    .select({
      priceMinor: cataloguePrices.priceMinor,
      effectiveFrom: cataloguePrices.effectiveFrom,
      decidedAt: cataloguePrices.decidedAt,
      decidedBy: users.name,
      cancelledAt: cataloguePrices.cancelledAt,
    })
    .from(cataloguePrices)
    .leftJoin(users, eq(users.id, cataloguePrices.decidedBy))
    .where(and(eq(cataloguePrices.organizationId, tenant.organizationId), eq(cataloguePrices.itemId, itemId)))
    .orderBy(desc(cataloguePrices.effectiveFrom), desc(cataloguePrices.decidedAt), desc(cataloguePrices.id))
    .limit(limit);
