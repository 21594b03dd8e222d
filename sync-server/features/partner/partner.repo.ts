/** What a partner sees of orders: those of his shops that are for paper. Every statement is one of `withinScope`. */
import { inArray, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { Order, type PrintStatus } from '#shared/orders/orders.schema.ts';
import { PARTNER_ORDERS_PAGE } from '#shared/partner/partner.api.ts';
import { shopIdsOf } from '../../auth/partner-shops.repo.ts';
import type { Tx } from '../../db/db.ts';
import { likeAnywhere, likeBeginning } from '../../db/like.ts';
import { devices } from '../devices/devices.tables.ts';
import type { Cursor, Day } from '../hq/hq.rules.ts';
import type { PartnerScope } from './partner.scope.repo.ts';

// A newer device may keep members that this server does not know.
const readOrder = z.object(Order.shape);

/** As its partial indexes have it: that is how the planner knows that they fit. */
const FOR_PAPER = sql.raw(`type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none'`);

/** When an order was made, by the column whose index has those of the filter and fewest others. */
const timeOf = ({ statuses }: PartnerFilter): SQL =>
  sql.raw(statuses === undefined || statuses.includes('printed') ? 'made_at' : 'waiting_at');

const listed = (values: readonly string[]): SQL =>
  sql`jsonb_array_elements_text(${JSON.stringify(values)}::text::jsonb)`;

/** As many new orders as a screen shows. */
export const NEW_AT_MOST = 500;

export interface PartnerFilter {
  readonly statuses?: readonly PrintStatus[] | undefined;
  readonly kioskId?: string | undefined;
  /** Part of the customer's name, e-mail or phone, or the beginning of the order's number. */
  readonly q?: string | undefined;
  /** Made at one of these kiosks also fits `q`. */
  readonly kiosksNamed?: readonly string[] | undefined;
  /** Made from this moment to before that one. */
  readonly from: number;
  readonly to?: number | undefined;
  readonly cursor?: Cursor | undefined;
  readonly limit: number;
}

const wherePartner = (filter: PartnerFilter): SQL => {
  const { statuses, kioskId, q, kiosksNamed = [], from, to, cursor } = filter;
  const time = timeOf(filter);
  const part = likeAnywhere(q ?? '');
  const conditions: (SQL | undefined)[] = [
    FOR_PAPER,
    sql`${time} >= ${from}::bigint`,
    to === undefined ? undefined : sql`${time} < ${to}::bigint`,
    cursor === undefined ? undefined : sql`(${time}, id) < (${cursor.at}::bigint, ${cursor.id})`,
    statuses === undefined ? undefined : inArray(sql`fields->>'printStatus'`, [...statuses]),
    kioskId === undefined ? undefined : sql`fields->>'deviceId' = ${kioskId}`,
    q === undefined || q === ''
      ? undefined
      : sql`(fields->'customer'->>'name' ILIKE ${part} OR fields->'customer'->>'email' ILIKE ${part}
          OR fields->'customer'->>'phone' ILIKE ${part} OR fields->>'number' ILIKE ${likeBeginning(q)}
          OR fields->>'deviceId' IN (SELECT ${listed(kiosksNamed)}))`,
  ];
  return sql.join(
    conditions.filter((one) => one !== undefined),
    sql` AND `,
  );
};

/**
 * A page as every dashboard asks for it, again and again: such a statement is kept. Others are told by more than a few texts,
 * and each text kept costs PostgreSQL's memory.
 */
const isUsual = ({ kioskId, q, to, limit }: PartnerFilter): boolean =>
  kioskId === undefined && (q ?? '') === '' && to === undefined && USUAL_LIMITS.has(limit);
/** With one more, which says that there are more. */
const USUAL_LIMITS: ReadonlySet<number> = new Set([PARTNER_ORDERS_PAGE + 1, NEW_AT_MOST]);
/** In the text: what is kept is planned for so many rows. */
const rowsAtMost = (limit: number): SQL => sql.raw(String(Math.trunc(limit)));

/** His shops as the scopes of their rows, in a column `shop`. */
const scopesOf = (scope: PartnerScope): SQL => sql`SELECT 'shop:' || his.id AS shop FROM (${shopIdsOf(scope)}) AS his`;

/** Of whatever `page` has as `fields`: who made it is looked up within the same statement. */
const NAMED = sql.raw(`page.fields,
  (SELECT devices.name FROM devices WHERE devices.id = page.fields->>'deviceId') AS kiosk_name`);

/** Newest first. Exported for the measurement, which asks the planner about it. */
export function selectOrders(scope: PartnerScope, filter: PartnerFilter): SQL {
  const { organizationId, hasMany } = scope;
  const where = wherePartner(filter);
  const time = timeOf(filter);
  const newest = sql`ORDER BY ${time} DESC, id DESC LIMIT ${rowsAtMost(filter.limit)}`;
  const found = hasMany
    ? sql`
        SELECT id, ${time}, fields FROM entities
        WHERE organization_id = ${organizationId} AND ${where} AND (scope IN (${scopesOf(scope)})) IS TRUE
        ${newest}`
    : sql`
        SELECT of_shop.* FROM (${scopesOf(scope)}) AS his CROSS JOIN LATERAL (
          SELECT id, ${time}, fields FROM entities
          WHERE scope = his.shop AND organization_id = ${organizationId} AND ${where} ${newest}
        ) AS of_shop ${newest}`;
  return sql`SELECT ${NAMED} FROM (${found}) AS page ORDER BY page.${time} DESC, page.id DESC`;
}

/** With the name of the kiosk that made it. */
export interface NamedOrder {
  readonly order: Order;
  readonly kioskName: string;
}

export async function listOrders(tx: Tx, scope: PartnerScope, filter: PartnerFilter): Promise<NamedOrder[]> {
  const asked = selectOrders(scope, filter);
  const { rows } = await tx.execute<OrderRow>(isUsual(filter) ? sql`/* partner.orders# */ ${asked}` : asked);
  return rows.map(toOrder);
}

interface OrderRow extends Record<string, unknown> {
  readonly fields: unknown;
  /** Null of one that does not stand in a shop of his any more. */
  readonly kiosk_name: string | null;
}
const toOrder = ({ fields, kiosk_name: name }: OrderRow): NamedOrder => {
  const order = readOrder.parse(fields);
  return { order, kioskName: name ?? order.deviceId };
};

/** What was printed since a moment, however old it is. Newest first. */
export async function listPrinted(tx: Tx, scope: PartnerScope, since: number, limit: number): Promise<NamedOrder[]> {
  const { rows } = await tx.execute<OrderRow>(sql`/* partner.printed# */ ${selectPrinted(scope, since, limit)}`);
  return rows.map(toOrder);
}

/** Exported for the test, which asks the planner about it. */
export function selectPrinted(scope: PartnerScope, since: number, limit: number): SQL {
  const { organizationId, hasMany } = scope;
  const where = sql`organization_id = ${organizationId} AND ${FOR_PAPER} AND printed_at IS NOT NULL
    AND printed_at >= ${since}::bigint AND fields->>'printStatus' = 'printed'`;
  // Fenced off, so that the few of a quarter of an hour are found by when they were printed: the index by the time they were
  // made has them in the wanted order, and everything of a month among them.
  const found = hasMany
    ? sql`
        SELECT id, made_at, fields FROM entities
        WHERE ${where} AND (scope IN (${scopesOf(scope)})) IS TRUE OFFSET 0`
    : sql`
        SELECT of_shop.* FROM (${scopesOf(scope)}) AS his CROSS JOIN LATERAL (
          SELECT id, made_at, fields FROM entities WHERE scope = his.shop AND ${where} OFFSET 0
        ) AS of_shop`;
  return sql`
    SELECT ${NAMED} FROM (SELECT * FROM (${found}) AS found ORDER BY made_at DESC, id DESC LIMIT ${rowsAtMost(limit)}) AS page
    ORDER BY page.made_at DESC, page.id DESC`;
}

/** Locked until the end of the transaction when it is to be changed. */
export async function findOrder(
  tx: Tx,
  scope: PartnerScope,
  id: string,
  from: number,
  lock: 'read' | 'change',
): Promise<NamedOrder | undefined> {
  const { rows } = await tx.execute<OrderRow>(sql`
    SELECT ${NAMED} FROM entities AS page
    WHERE id = ${id} AND ${FOR_PAPER} AND organization_id = ${scope.organizationId} AND made_at >= ${from}::bigint
      AND (scope IN (${scopesOf(scope)})) IS TRUE
    ${lock === 'change' ? sql`FOR UPDATE` : sql``}`);
  return rows.map(toOrder)[0];
}

/** Made, and of these printed, on each of some adjoining days. */
export async function countDays(tx: Tx, scope: PartnerScope, days: readonly Day[]) {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const edges = sql`ARRAY[${sql.join(
    days.map(({ from }) => sql`${from}::bigint`),
    sql`, `,
  )}]`;
  const { rows } = await tx.execute(sql`
    SELECT width_bucket(e.made_at, ${edges}) AS day, count(*) AS made,
      count(*) FILTER (WHERE e.fields->>'printStatus' = 'printed') AS printed
    FROM (${scopesOf(scope)}) AS his JOIN entities AS e ON e.scope = his.shop
    WHERE e.organization_id = ${scope.organizationId} AND ${FOR_PAPER}
      AND e.made_at >= ${first.from}::bigint AND e.made_at < ${last.to}::bigint
    GROUP BY 1`);
  const byDay = new Map(rows.map((row) => [Number(row['day']), row]));
  return days.map(({ name }, index) => {
    const row = byDay.get(index + 1);
    return { day: name, all: Number(row?.['made'] ?? 0), printed: Number(row?.['printed'] ?? 0) };
  });
}

/** Devices of his shops with this in their name. */
export async function findDevicesNamed(tx: Tx, part: string): Promise<readonly string[]> {
  const rows = await tx
    .select({ id: devices.id })
    .from(devices)
    .where(sql`${devices.name} ILIKE ${likeAnywhere(part)}`)
    .limit(1000);
  return rows.map(({ id }) => id);
}
