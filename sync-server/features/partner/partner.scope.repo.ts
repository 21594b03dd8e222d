/**
 * What a partner's request may see. Everything of it runs inside `withinScope`, as a role that the database's own policies
 * bind (`db/walls.sql`); what is his is asked for by `shopIdsOf` all the same.
 */
import { sql } from 'drizzle-orm';
import type { Currency } from '#shared/kernel/money.ts';
import { type Partner, shopIdsOf } from '../../auth/partner-shops.repo.ts';
import type { Db, Tx } from '../../db/db.ts';

export interface PartnerScope extends Partner {
  /** Of more shops than `MANY_SHOPS`. */
  readonly hasMany: boolean;
  /** Days are counted in it. */
  readonly timeZone: string;
  /** What is owed is owed in it. */
  readonly currency: Currency;
}

/**
 * With more shops than this the newest of all are sooner found by time alone: of each shop a page must be read before the
 * newest of all are known.
 */
export const MANY_SHOPS = 100;

/**
 * A transaction that sees what is the partner's and nothing else. Inside it a statement without any condition still finds
 * no row of another; nothing that is not in `walls.sql` can be read or written there at all.
 */
export const withinScope = <T>(
  db: Db,
  partner: Partner,
  act: (tx: Tx, scope: PartnerScope) => Promise<T>,
): Promise<T> =>
  db.transaction(async (tx) => {
    const { organizationId, userId } = partner;
    // The wall stands before the second statement runs, which is sent with it: they are done in the order they were sent.
    const [, { rows }] = await Promise.all([
      tx.execute(sql`/* partner.wall */ SELECT set_config('prilavok.organization', ${organizationId}, true),
        set_config('prilavok.user', ${userId}, true), set_config('role', 'prilavok_partner', true)`),
      tx.execute<Settings>(sql`/* partner.scope */ SELECT time_zone, currency,
          (SELECT count(*) FROM (${shopIdsOf(partner)} LIMIT ${MANY_SHOPS + 1}) AS his) > ${MANY_SHOPS} AS has_many
        FROM organizations WHERE id = ${organizationId}`),
    ]);
    const [settings] = rows;
    if (settings === undefined) throw new Error('the tenant has no organisation row');
    const { time_zone: timeZone, currency, has_many: hasMany } = settings;
    return act(tx, { organizationId, userId, timeZone, currency, hasMany });
  });

interface Settings extends Record<string, unknown> {
  readonly time_zone: string;
  readonly currency: Currency;
  readonly has_many: boolean;
}
