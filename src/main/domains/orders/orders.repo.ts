import { and, desc, eq, gte, inArray, sql } from 'drizzle-orm';
import type { Reader } from '#main/db/db.ts';
import { fiscalRecords } from '#main/domains/fiscal/fiscal.tables.ts';
import { payments, refunds } from '#main/domains/payments/payments.tables.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { orders } from './orders.tables.ts';

export const findOrder = (db: Reader, id: string): Order | undefined =>
  db.select({ fields: orders.fields }).from(orders).where(eq(orders.id, id)).get()?.fields;

/** Newest first. */
export const listRecentOrders = (db: Reader, limit: number): Order[] =>
  db
    .select({ fields: orders.fields })
    .from(orders)
    .orderBy(desc(orders.createdAt))
    .limit(limit)
    .all()
    .map(({ fields }) => fields);

/** The orders with their money, their receipts and what came back, in the order given. */
export function withDetails(db: Reader, list: readonly Order[]): OrderDetails[] {
  const ids = list.map(({ id }) => id);
  const money = db
    .select({ fields: payments.fields })
    .from(payments)
    .where(inArray(payments.orderId, ids))
    .orderBy(payments.confirmedAt, payments.id)
    .all();
  const receipts = db
    .select({ fields: fiscalRecords.fields })
    .from(fiscalRecords)
    .where(inArray(fiscalRecords.orderId, ids))
    .all();
  const returns = db
    .select({ fields: refunds.fields })
    .from(refunds)
    .where(inArray(refunds.orderId, ids))
    .all()
    .map(({ fields }) => fields);
  const refundsOf = Map.groupBy(returns, ({ orderId }) => orderId);
  const paymentsOf = Map.groupBy(money, ({ fields }) => fields.orderId);
  const receiptsOf = Map.groupBy(receipts, ({ fields }) => fields.orderId);
  return list.map((order) => ({
    order,
    payments: (paymentsOf.get(order.id) ?? []).map(({ fields }) => fields),
    receipts: (receiptsOf.get(order.id) ?? [])
      .map(({ fields }) => fields)
      .toSorted((a, b) => a.createdAt - b.createdAt),
    refunds: (refundsOf.get(order.id) ?? []).toSorted((a, b) => a.createdAt - b.createdAt),
  }));
}

/** The largest number this device gave since a moment; 0 when it gave none. */
export function findLastNumber(db: Reader, deviceId: string, since: number): number {
  const row = db
    .select({ last: sql<number | null>`max(cast(substr(json_extract(${orders.fields}, '$.number'), 3) as integer))` })
    .from(orders)
    .where(and(eq(orders.deviceId, deviceId), gte(orders.createdAt, since)))
    .get();
  return row?.last ?? 0;
}
