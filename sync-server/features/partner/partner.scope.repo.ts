/**
 * Whose a partner's request is, in one place: `userId → shops → kiosks`. Everything of it runs inside `withinScope`, as a role
 * that the database's own policies bind (`db/walls.sql`).
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import type { Currency } from '#shared/kernel/money.ts';
import { type Scope, shopScope } from '#shared/sync/scopes.ts';
import { organizations, shops } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';

/** A user who is a partner of the organisation. */
export interface Partner extends Tenant {
  readonly userId: string;
}

export interface PartnerScope extends Partner {
  /** The shops that are his. */
  readonly shopIds: readonly string[];
  /** The same as the scopes of their rows. */
  readonly scopes: readonly Scope[];
  /** Days are counted in it. */
  readonly timeZone: string;
  /** What is owed is owed in it. */
  readonly currency: Currency;
}

/**
 * A transaction that sees what is the partner's and nothing else. Inside it a statement without any condition still finds
 * no row of another; nothing that is not in `walls.sql` can be read or written there at all.
 */
export const withinScope = <T>(
  db: Db,
  { organizationId, userId }: Partner,
  act: (tx: Tx, scope: PartnerScope) => Promise<T>,
): Promise<T> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`SELECT set_config('prilavok.organization', ${organizationId}, true),
      set_config('prilavok.user', ${userId}, true), set_config('role', 'prilavok_partner', true)`);
    const rows = await tx
      .select({ timeZone: organizations.timeZone, currency: organizations.currency, shopId: shops.id })
      .from(organizations)
      .leftJoin(shops, and(eq(shops.organizationId, organizations.id), eq(shops.partnerUserId, userId)))
      .where(eq(organizations.id, organizationId))
      .orderBy(asc(shops.id));
    const [first] = rows;
    if (first === undefined) throw new Error('the tenant has no organisation row');
    const shopIds = rows.flatMap(({ shopId }) => shopId ?? []);
    const { timeZone, currency } = first;
    return act(tx, { organizationId, userId, timeZone, currency, shopIds, scopes: shopIds.map(shopScope) });
  });
