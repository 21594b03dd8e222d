/** All SQL of the registers this device drives. */
import { asc, eq, ne } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { registers } from './fiscal.tables.ts';

export type RegisterRow = typeof registers.$inferSelect;
type Patch = Partial<Omit<RegisterRow, 'id' | 'createdAt'>>;

export const listRegisters = (db: Reader): RegisterRow[] =>
  db.select().from(registers).orderBy(asc(registers.createdAt), asc(registers.id)).all();

export const findRegister = (db: Reader, id: string): RegisterRow | undefined =>
  db.select().from(registers).where(eq(registers.id, id)).get();

export function saveRegister(tx: WriteTx, id: string, at: number, patch: Patch): RegisterRow {
  return tx
    .insert(registers)
    .values({ id, createdAt: at, ...patch })
    .onConflictDoUpdate({ target: registers.id, set: { id, ...patch } })
    .returning()
    .get();
}

export function makeMain(tx: WriteTx, id: string): void {
  tx.update(registers).set({ isMain: false }).where(ne(registers.id, id)).run();
  tx.update(registers).set({ isMain: true }).where(eq(registers.id, id)).run();
}

export function deleteRegister(tx: WriteTx, id: string): void {
  tx.delete(registers).where(eq(registers.id, id)).run();
}
