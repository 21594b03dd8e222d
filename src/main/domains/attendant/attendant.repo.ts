import { eq } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { Capability } from '#shared/rpc/attendant.contract.ts';
import { capabilitiesOff } from './attendant.tables.ts';

export type OffRow = typeof capabilitiesOff.$inferSelect;

export const listOff = (db: Reader): OffRow[] => db.select().from(capabilitiesOff).all();

/** Taken out of order twice, it is so since the first time. */
export function putOff(tx: WriteTx, row: OffRow): void {
  tx.insert(capabilitiesOff).values(row).onConflictDoNothing().run();
}

export function removeOff(tx: WriteTx, capability: Capability): void {
  tx.delete(capabilitiesOff).where(eq(capabilitiesOff.capability, capability)).run();
}
