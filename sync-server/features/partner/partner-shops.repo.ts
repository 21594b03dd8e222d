import { type Partner, shopIdsOf } from '../../auth/partner-shops.repo.ts';
import type { Db } from '../../db/db.ts';

/** The shops that are the partner's. */
export async function listPartnerShopIds(db: Db, partner: Partner): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(shopIdsOf(partner));
  return rows.map(({ id }) => id);
}
