import { and, desc, eq, gte, sql } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { deviceState } from '#main/domains/devices/devices.tables.ts';
import { orders } from '#main/domains/orders/orders.tables.ts';
import { isForPaper, type PaperOrder } from './partner.rules.ts';

/** Orders for paper made since a moment, newest first. */
export const listPaperOrders = (db: Reader, since: number): PaperOrder[] =>
  db
    .select({ fields: orders.fields })
    .from(orders)
    .where(and(gte(orders.createdAt, since), sql`json_extract(${orders.fields}, '$.printStatus') <> 'none'`))
    .orderBy(desc(orders.createdAt), desc(orders.id))
    .all()
    .map(({ fields }) => fields)
    .filter(isForPaper);

const KIOSKS = 'kiosks_overview';

/** What was kept of an answer of the server's; whoever reads it knows what it must look like. */
export const findOverview = (db: Reader): unknown =>
  db.select({ value: deviceState.value }).from(deviceState).where(eq(deviceState.key, KIOSKS)).get()?.value;

export function saveOverview(tx: WriteTx, value: object): void {
  tx.insert(deviceState)
    .values({ key: KIOSKS, value })
    .onConflictDoUpdate({ target: deviceState.key, set: { value } })
    .run();
}
