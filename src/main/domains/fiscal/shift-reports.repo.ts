/** All SQL of shift reports and counts of the drawer. */
import { and, asc, desc, eq } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { CashCount, ShiftReport } from '#shared/fiscal/shift.schema.ts';
import { cashCounts, shiftReports } from './fiscal.tables.ts';

/** Newest first: of the whole shop, as far as it has been replicated here. */
export const listReports = (db: Reader, limit: number): ShiftReport[] =>
  db
    .select({ fields: shiftReports.fields })
    .from(shiftReports)
    .orderBy(desc(shiftReports.at))
    .limit(limit)
    .all()
    .map(({ fields }) => fields);

export const findReport = (db: Reader, id: string): ShiftReport | undefined =>
  db.select({ fields: shiftReports.fields }).from(shiftReports).where(eq(shiftReports.id, id)).get()?.fields;

/** Oldest first. */
export const listCounts = (db: Reader, registerId: string, shiftNumber: number): CashCount[] =>
  db
    .select({ count: cashCounts.count })
    .from(cashCounts)
    .where(and(eq(cashCounts.registerId, registerId), eq(cashCounts.shiftNumber, shiftNumber)))
    .orderBy(asc(cashCounts.at), asc(cashCounts.id))
    .all()
    .map(({ count }) => count);

export const findCount = (db: Reader, id: string): CashCount | undefined =>
  db.select({ count: cashCounts.count }).from(cashCounts).where(eq(cashCounts.id, id)).get()?.count;

export function insertCount(tx: WriteTx, count: CashCount): void {
  const { id, fiscalDeviceId: registerId, shiftNumber, at } = count;
  tx.insert(cashCounts).values({ id, registerId, shiftNumber, at, count }).run();
}
