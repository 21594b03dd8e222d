import { and, asc, count, desc, eq, inArray, isNotNull, lte, min } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { Report } from '#shared/reports/reports.schema.ts';
import { printJobs, reportDeliveries, reports } from './reports.tables.ts';

export type DeliveryRow = typeof reportDeliveries.$inferSelect;

export const findReport = (db: Reader, id: string): Report | undefined =>
  db.select({ fields: reports.fields }).from(reports).where(eq(reports.id, id)).get()?.fields;

/** Oldest first. */
export const listVisitReports = (db: Reader, visitId: string): Report[] =>
  db
    .select({ fields: reports.fields })
    .from(reports)
    .where(eq(reports.visitId, visitId))
    .orderBy(asc(reports.createdAt), asc(reports.id))
    .all()
    .map(({ fields }) => fields);

/** Reports made by then, and when the oldest was. */
export const countReportsBefore = (
  db: Reader,
  madeBy: number,
): { readonly due: number; readonly oldestAt?: number } => {
  const row = db
    .select({ due: count(), oldestAt: min(reports.createdAt) })
    .from(reports)
    .where(lte(reports.createdAt, madeBy))
    .get();
  return { due: row?.due ?? 0, ...(typeof row?.oldestAt === 'number' ? { oldestAt: row.oldestAt } : {}) };
};

export function addDelivery(tx: WriteTx, row: DeliveryRow): void {
  tx.insert(reportDeliveries).values(row).run();
}

export const findDelivery = (db: Reader, id: string): DeliveryRow | undefined =>
  db.select().from(reportDeliveries).where(eq(reportDeliveries.id, id)).get();

/** Newest first. */
export const listDeliveries = (db: Reader, reportId: string): DeliveryRow[] =>
  db
    .select()
    .from(reportDeliveries)
    .where(eq(reportDeliveries.reportId, reportId))
    .orderBy(desc(reportDeliveries.createdAt), desc(reportDeliveries.id))
    .all();

/** Those whose end is not known here, oldest first. */
export const listOpenDeliveries = (db: Reader, limit: number): DeliveryRow[] =>
  db
    .select()
    .from(reportDeliveries)
    .where(inArray(reportDeliveries.state, ['queued', 'sending']))
    .orderBy(asc(reportDeliveries.createdAt))
    .limit(limit)
    .all();

export function changeDelivery(tx: WriteTx, id: string, change: Partial<Omit<DeliveryRow, 'id'>>): void {
  tx.update(reportDeliveries).set(change).where(eq(reportDeliveries.id, id)).run();
}

/** Takes every address of a report's deliveries off the disk. */
export function forgetAddresses(tx: WriteTx, reportIds: readonly string[]): void {
  const theirs = inArray(reportDeliveries.reportId, [...reportIds]);
  // Without its address it cannot be handed over any more.
  tx.update(reportDeliveries)
    .set({ state: 'failed', fault: 'no_answer' })
    .where(and(theirs, isNotNull(reportDeliveries.address)))
    .run();
  tx.update(reportDeliveries).set({ address: null, maskedAddress: '', addressKey: '' }).where(theirs).run();
}

export function purgeDeliveriesBefore(tx: WriteTx, madeBy: number): void {
  tx.delete(reportDeliveries).where(lte(reportDeliveries.createdAt, madeBy)).run();
  tx.delete(printJobs).where(lte(printJobs.createdAt, madeBy)).run();
}
