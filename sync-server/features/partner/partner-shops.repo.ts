import { and, eq } from 'drizzle-orm';
import { shops } from '../../auth/auth.tables.ts';
import type { Db } from '../../db/db.ts';
import type { Partner } from './partner.scope.repo.ts';

/** The shops that are the partner's. */
export async function listPartnerShopIds(db: Db, { organizationId, userId }: Partner): Promise<string[]> {
  const rows = await db
    .select({ id: shops.id })
    .from(shops)
    .where(and(eq(shops.organizationId, organizationId), eq(shops.partnerUserId, userId)));
  return rows.map(({ id }) => id);
}
