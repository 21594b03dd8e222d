/** SQL of print jobs. */
import { and, asc, desc, eq } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { PrintState } from '#shared/reports/print.schema.ts';
import { printJobs } from './reports.tables.ts';

export type PrintRow = typeof printJobs.$inferSelect;

export function addPrintJob(tx: WriteTx, row: PrintRow): void {
  tx.insert(printJobs).values(row).run();
}

export const findLastPrintJob = (db: Reader, kind: PrintRow['kind'], subjectId: string): PrintRow | undefined =>
  db
    .select()
    .from(printJobs)
    .where(and(eq(printJobs.subjectId, subjectId), eq(printJobs.kind, kind)))
    .orderBy(desc(printJobs.createdAt), desc(printJobs.id))
    .get();

export const listPrintJobs = (db: Reader, kind: PrintRow['kind'], state: PrintState): PrintRow[] =>
  db
    .select()
    .from(printJobs)
    .where(and(eq(printJobs.state, state), eq(printJobs.kind, kind)))
    .orderBy(asc(printJobs.createdAt))
    .all();

/** @returns whether it was in that state. */
export const changePrintJob = (
  tx: WriteTx,
  id: string,
  from: PrintState,
  change: Partial<Pick<PrintRow, 'state' | 'reference'>>,
): boolean =>
  tx
    .update(printJobs)
    .set(change)
    .where(and(eq(printJobs.id, id), eq(printJobs.state, from)))
    .run().changes > 0;
