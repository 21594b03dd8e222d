import { desc, eq, sql } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { Scan, ScanState } from '#shared/diagnostics/diagnostics.schema.ts';
import type { Measurement } from '#shared/diagnostics/thickness.schema.ts';
import { carScans, thicknessMeasurements } from './diagnostics.tables.ts';

type ScanRow = typeof carScans.$inferSelect;
const toScan = ({ state, ...row }: ScanRow): Scan => ({ ...row, ...state });

export function addScan(tx: WriteTx, scan: { id: string; visitId: string; startedAt: number }, state: ScanState): void {
  tx.insert(carScans)
    .values({ ...scan, state })
    .run();
}

export function setScanState(tx: WriteTx, id: string, state: ScanState): void {
  tx.update(carScans).set({ state }).where(eq(carScans.id, id)).run();
}

export const findScan = (db: Reader, id: string): Scan | undefined => {
  const row = db.select().from(carScans).where(eq(carScans.id, id)).get();
  return row && toScan(row);
};

/** The last one of a visit. */
export const findVisitScan = (db: Reader, visitId: string): Scan | undefined => {
  const row = db
    .select()
    .from(carScans)
    .where(eq(carScans.visitId, visitId))
    .orderBy(desc(carScans.startedAt), desc(carScans.id))
    .get();
  return row && toScan(row);
};

export const listRunningScans = (db: Reader): Scan[] =>
  db.select().from(carScans).where(sql`json_extract(${carScans.state}, '$.state') = 'running'`).all().map(toScan);

export function forgetVisit(tx: WriteTx, visitId: string): void {
  tx.delete(carScans).where(eq(carScans.visitId, visitId)).run();
  tx.delete(thicknessMeasurements).where(eq(thicknessMeasurements.visitId, visitId)).run();
}

export const findMeasurement = (db: Reader, visitId: string): Measurement | undefined => {
  const row = db.select().from(thicknessMeasurements).where(eq(thicknessMeasurements.visitId, visitId)).get();
  if (row === undefined) return undefined;
  const { finishedAt, ...rest } = row;
  return { ...rest, ...(finishedAt === null ? {} : { finishedAt }) };
};

/** One measurement to a visit: a later one takes the place of an earlier. */
export function putMeasurement(tx: WriteTx, measurement: Measurement): void {
  const row = { ...measurement, finishedAt: measurement.finishedAt ?? null };
  tx.insert(thicknessMeasurements)
    .values(row)
    .onConflictDoUpdate({ target: thicknessMeasurements.visitId, set: row })
    .run();
}
