/** What headquarters reads: the replicated rows of one organisation, by the partial indexes of `entities`. */
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { Order, type OrderStatus } from '#shared/orders/orders.schema.ts';
import { Payment } from '#shared/payments/payments.schema.ts';
import { Refund } from '#shared/payments/refunds.schema.ts';
import { shops } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { likeAnywhere } from '../../db/like.ts';
import { entities } from '../../sync/sync.tables.ts';
import { devices } from '../devices/devices.tables.ts';
import { fiscalTasks } from '../fiscal/fiscal.tables.ts';
import type { Cursor, Day } from './hq.rules.ts';

// A newer device may keep members that this server does not know; they are its own business, not an error here.
const readOrder = z.object(Order.shape);
const readPayment = z.object(Payment.shape);
const readRecord = z.object(FiscalRecord.shape);
const readRefund = z.object(Refund.shape);

/** The same text as in the indexes: PostgreSQL uses an index of an expression only for that expression. */
const number = (member: string): SQL<number> => sql.raw(`((fields->>'${member}')::bigint)`) as SQL<number>;
const text = (member: string): SQL<string> => sql.raw(`(fields->>'${member}')`) as SQL<string>;

const of = (tenant: Tenant, type: 'order' | 'payment' | 'refund' | 'fiscal_record'): SQL =>
  // The type as a constant: a parameter would hide from the planner that the partial index fits.
  sql`${entities.organizationId} = ${tenant.organizationId} AND ${sql.raw(`type = '${type}' AND NOT deleted`)}`;

const before = (time: SQL, cursor: Cursor | undefined): SQL | undefined =>
  cursor === undefined ? undefined : sql`(${time}, id) < (${cursor.at}::bigint, ${cursor.id})`;

export interface OrdersFilter {
  readonly status?: OrderStatus | undefined;
  readonly shopId?: string | undefined;
  /** Part of the order's number, or of the customer's name, e-mail or phone. */
  readonly q?: string | undefined;
  readonly cursor?: Cursor | undefined;
  readonly limit: number;
}

export interface Received<T> {
  readonly fields: T;
  readonly receivedAt: number;
}

/** Newest first. */
export async function listOrders(db: Db, tenant: Tenant, filter: OrdersFilter): Promise<Received<Order>[]> {
  const { status, shopId, q, cursor, limit } = filter;
  const like = q === undefined || q === '' ? undefined : likeAnywhere(q);
  const rows = await db
    .select({ fields: entities.fields, receivedAt: entities.receivedAt })
    .from(entities)
    .where(
      and(
        of(tenant, 'order'),
        status === undefined ? undefined : sql`${text('status')} = ${status}`,
        shopId === undefined ? undefined : sql`${text('shopId')} = ${shopId}`,
        like === undefined
          ? undefined
          : sql`(${text('number')} ILIKE ${like} OR fields->'customer'->>'name' ILIKE ${like}
              OR fields->'customer'->>'email' ILIKE ${like} OR fields->'customer'->>'phone' ILIKE ${like})`,
        before(number('createdAt'), cursor),
      ),
    )
    .orderBy(sql`${number('createdAt')} DESC`, sql`id DESC`)
    .limit(limit);
  return rows.map(({ fields, receivedAt }) => ({ fields: readOrder.parse(fields), receivedAt }));
}

export async function listReceipts(
  db: Db,
  tenant: Tenant,
  page: { readonly cursor?: Cursor | undefined; readonly limit: number },
): Promise<Received<FiscalRecord>[]> {
  const rows = await db
    .select({ fields: entities.fields, receivedAt: entities.receivedAt })
    .from(entities)
    .where(and(of(tenant, 'fiscal_record'), before(number('updatedAt'), page.cursor)))
    .orderBy(sql`${number('updatedAt')} DESC`, sql`id DESC`)
    .limit(page.limit);
  return rows.map(({ fields, receivedAt }) => ({ fields: readRecord.parse(fields), receivedAt }));
}

/** Payments, refunds and receipts of some orders, oldest first. */
export async function listOfOrders(
  db: Db,
  tenant: Tenant,
  orderIds: readonly string[],
): Promise<{
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
  readonly receipts: readonly FiscalRecord[];
}> {
  if (orderIds.length === 0) return { payments: [], refunds: [], receipts: [] };
  const read = (type: 'payment' | 'refund' | 'fiscal_record') =>
    db
      .select({ fields: entities.fields })
      .from(entities)
      .where(and(of(tenant, type), inArray(text('orderId'), [...orderIds])))
      .orderBy(asc(entities.receivedAt), asc(entities.id));
  const [payments, refunds, receipts] = await Promise.all([read('payment'), read('refund'), read('fiscal_record')]);
  return {
    payments: payments.map(({ fields }) => readPayment.parse(fields)),
    refunds: refunds.map(({ fields }) => readRefund.parse(fields)),
    receipts: receipts.map(({ fields }) => readRecord.parse(fields)),
  };
}

/** Names of shops and devices by id: what lists show beside ids. */
export async function readNames(db: Db, tenant: Tenant) {
  const [shopRows, deviceRows] = await Promise.all([
    db.select({ id: shops.id, name: shops.name }).from(shops).where(eq(shops.organizationId, tenant.organizationId)),
    db
      .select({ id: devices.id, name: devices.name })
      .from(devices)
      .where(eq(devices.organizationId, tenant.organizationId)),
  ]);
  return {
    shops: new Map(shopRows.map(({ id, name }) => [id, name])),
    devices: new Map(deviceRows.map(({ id, name }) => [id, name])),
  };
}

export interface DayFigures {
  readonly orders: number;
  readonly revenueMinor: number;
}

/**
 * Orders paid, and money taken less money given back, for each of some adjoining days, oldest first. Counted from the
 * payments, which are few and never change: an order paid in two ways is one.
 */
export async function readDays(db: Db, tenant: Tenant, days: readonly Day[]): Promise<readonly DayFigures[]> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const edges = sql`ARRAY[${sql.join(
    days.map(({ from }) => sql`${from}::bigint`),
    sql`, `,
  )}]`;
  const { rows } = await db.execute(sql`
    SELECT width_bucket(${number('confirmedAt')}, ${edges}) AS day,
      count(DISTINCT ${text('orderId')}) FILTER (WHERE ${text('kind')} = 'payment') AS orders,
      sum(CASE WHEN ${text('kind')} = 'refund' THEN -1 ELSE 1 END * ${number('amountMinor')})
        FILTER (WHERE ${text('method')} <> 'free_code')::bigint AS revenue
    FROM ${entities}
    WHERE ${of(tenant, 'payment')} AND ${number('confirmedAt')} >= ${first.from} AND ${number('confirmedAt')} < ${last.to}
    GROUP BY 1`);
  const byDay = new Map(rows.map((row) => [Number(row['day']), row]));
  return days.map((_, index) => {
    const row = byDay.get(index + 1);
    return { orders: Number(row?.['orders'] ?? 0), revenueMinor: Number(row?.['revenue'] ?? 0) };
  });
}

/** Orders made, and receipts fiscalised, since a moment. */
export async function countSince(
  db: Db,
  tenant: Tenant,
  from: number,
): Promise<{ readonly orders: number; readonly receipts: number }> {
  const { rows } = await db.execute(sql`
    SELECT
      (SELECT count(*) FROM ${entities} WHERE ${of(tenant, 'order')} AND ${number('createdAt')} >= ${from}) AS orders,
      (SELECT count(*) FROM ${entities} WHERE ${of(tenant, 'fiscal_record')} AND ${number('updatedAt')} >= ${from}
        AND ${text('status')} = 'done' AND ${text('type')} IN ('sale', 'refund')) AS receipts`);
  return { orders: Number(rows[0]?.['orders'] ?? 0), receipts: Number(rows[0]?.['receipts'] ?? 0) };
}

/** Tasks whose outcome nobody knows: as devices told it and as agents of the queue did, and of these the latter. */
export async function countUnknown(db: Db, tenant: Tenant): Promise<{ readonly all: number; readonly queued: number }> {
  const { rows } = await db.execute(sql`
    SELECT count(*) AS unknown, count(*) FILTER (WHERE queued) AS queued FROM (
      SELECT id, bool_or(queued) AS queued FROM (
        SELECT id, false AS queued FROM ${entities}
        WHERE ${of(tenant, 'fiscal_record')} AND ${text('status')} = 'unknown'
        UNION ALL
        SELECT id, true FROM ${fiscalTasks}
        WHERE organization_id = ${tenant.organizationId} AND uncertain AND status <> 'done'
      ) AS told GROUP BY id
    ) AS tasks`);
  return { all: Number(rows[0]?.['unknown'] ?? 0), queued: Number(rows[0]?.['queued'] ?? 0) };
}
