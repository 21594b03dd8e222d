/** What a partner's is, in one place: `userId → shops`. Kiosks and orders are his by their shop. */
import { type SQL, sql } from 'drizzle-orm';
import type { Tenant } from './principals.ts';

/** A user who is a partner of the organisation. */
export interface Partner extends Tenant {
  readonly userId: string;
}

/**
 * The ids of his shops, to be read inside another statement: a partner may have thousands, and they need not travel here and
 * back again.
 */
export const shopIdsOf = ({ organizationId, userId }: Partner): SQL =>
  sql`SELECT id FROM shops WHERE organization_id = ${organizationId} AND partner_user_id = ${userId}`;
