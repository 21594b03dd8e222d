/** Finding a sale by what a buyer holds or a cashier remembers. */
import { and, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import type { Reader } from '#main/db/db.ts';
import { fiscalRecords } from '#main/domains/fiscal/fiscal.tables.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import { listRecentOrders } from './orders.repo.ts';
import type { SaleWords } from './orders.rules.ts';
import { orders } from './orders.tables.ts';

/** Names are looked for among this many newest orders: SQLite does not fold the case of Cyrillic. */
const NAMES_AMONG = 300;

/** Newest first. Each way of reading the words has its index. */
export function searchOrders(db: Reader, words: SaleWords, limit: number): Order[] {
  const { numbers, amountMinor, documentNumber, name } = words;
  const byDocument =
    documentNumber === undefined
      ? []
      : db
          .select({ orderId: fiscalRecords.orderId })
          .from(fiscalRecords)
          .where(eq(fiscalRecords.documentNumber, documentNumber))
          .limit(limit)
          .all()
          .flatMap(({ orderId }) => (orderId === null ? [] : [orderId]));
  // One by one: over several ways at once SQLite sorts all that they lead to, and every visit to a kiosk has the same sum.
  const ways = [
    ...numbers.map((number) => sql`${orders}.rowid IN ${newestNumbered(db, number, limit)}`),
    ...(amountMinor === undefined ? [] : [eq(orders.totalMinor, amountMinor)]),
    ...(byDocument.length === 0 ? [] : [inArray(orders.id, byDocument)]),
  ];
  const found = new Map<string, Order>();
  for (const way of ways) {
    const rows = db
      .select({ fields: orders.fields })
      .from(orders)
      .where(way)
      .orderBy(desc(orders.createdAt))
      .limit(limit);
    for (const { fields } of rows.all()) found.set(fields.id, fields);
  }
  // A bare number is a number or a sum, not a part of `Молоко 3,2%`.
  const named = amountMinor === undefined ? listRecentOrders(db, NAMES_AMONG) : [];
  for (const order of named) {
    if (order.lines.some((line) => line.name.toLocaleLowerCase('ru').includes(name))) found.set(order.id, order);
  }
  return [...found.values()].toSorted((a, b) => b.createdAt - a.createdAt).slice(0, limit);
}

/** Whose number begins with it: an index reads a range, not a pattern. Orders themselves are read when these are chosen. */
const newestNumbered = (db: Reader, number: string, limit: number) =>
  db
    .select({ rowid: sql`rowid` })
    .from(orders)
    .where(and(gte(orders.number, number), lt(orders.number, `${number}\u{10FFFF}`)))
    .orderBy(desc(orders.createdAt))
    .limit(limit);

/** The order of a fiscal document; all three of its numbers must agree. */
export function findReceiptOrderId(
  db: Reader,
  receipt: { readonly fnNumber: string; readonly fiscalDocumentNumber: number; readonly fiscalSign: string },
): string | undefined {
  const rows = db
    .select({ fields: fiscalRecords.fields })
    .from(fiscalRecords)
    .where(
      and(eq(fiscalRecords.documentNumber, receipt.fiscalDocumentNumber), eq(fiscalRecords.fnNumber, receipt.fnNumber)),
    )
    .all();
  // Registers write a sign with leading zeros or without them.
  const sign = BigInt(receipt.fiscalSign);
  return rows.find(({ fields }) => fields.document && BigInt(fields.document.fiscalSign) === sign)?.fields.orderId;
}
