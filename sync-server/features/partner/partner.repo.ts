/** What a partner sees: orders of the shops that are his, and nothing that is not. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { Order } from '#shared/orders/orders.schema.ts';
import { shops } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { entities } from '../../sync/sync.tables.ts';
import { devices } from '../devices/devices.tables.ts';

/** A user who is a partner of the organisation. */
export interface Partner extends Tenant {
  readonly userId: string;
}

export interface PartnerOrderRow {
  readonly order: Order;
  readonly deviceName: string | null;
}

const readOrder = z.object(Order.shape);
const LIMIT = 500;

/**
 * The screen of new orders: what waits for paper and was made since one moment, and what was printed since another.
 * Newest first, at most 500.
 */
export async function listNewOrders(
  db: Db,
  partner: Partner,
  since: { readonly waiting: number; readonly printed: number },
): Promise<PartnerOrderRow[]> {
  const his = sql`fields->>'shopId' IN (SELECT ${shops.id} FROM ${shops}
    WHERE ${shops.organizationId} = ${partner.organizationId} AND ${shops.partnerUserId} = ${partner.userId})`;
  // Each condition is written as its partial index has it: that is how the planner knows that it fits.
  const read = (which: SQL) =>
    db
      .select({ fields: entities.fields, deviceName: devices.name })
      .from(entities)
      .leftJoin(
        devices,
        and(eq(devices.id, sql`${entities.fields}->>'deviceId'`), eq(devices.organizationId, partner.organizationId)),
      )
      .where(and(eq(entities.organizationId, partner.organizationId), sql`type = 'order' AND NOT deleted`, which, his))
      .orderBy(sql`((fields->>'createdAt')::bigint) DESC`, sql`${entities.id} DESC`)
      .limit(LIMIT);
  const [waiting, printed] = await Promise.all([
    read(
      sql`fields->>'printStatus' <> 'none' AND (fields->>'printStatus') IN ('new', 'not_printed')
        AND ((fields->>'createdAt')::bigint) >= ${since.waiting}`,
    ),
    read(sql`fields->>'printStatus' = 'printed' AND ((fields->>'printedAt')::bigint) >= ${since.printed}`),
  ]);
  return [...waiting, ...printed]
    .map(({ fields, deviceName }) => ({ order: readOrder.parse(fields), deviceName }))
    .toSorted((a, b) => b.order.createdAt - a.order.createdAt || (a.order.id < b.order.id ? 1 : -1))
    .slice(0, LIMIT);
}
