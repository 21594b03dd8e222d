/** SQL of codes that go by SMS. */
import { and, asc, eq, lte } from 'drizzle-orm';
import type { Db, Tx } from '../../db/db.ts';
import { contractCodeTexts } from './contracts.tables.ts';

export type CodeTextRow = typeof contractCodeTexts.$inferSelect;

/** In the place of the last one of its contract, sent or not. */
export async function putText(tx: Tx, { contractId, ...row }: CodeTextRow): Promise<void> {
  await tx
    .insert(contractCodeTexts)
    .values({ contractId, ...row })
    .onConflictDoUpdate({ target: contractCodeTexts.contractId, set: row });
}

export async function dropText(on: Db | Tx, of: { readonly contractId: string } | { readonly id: string }) {
  const its = 'id' in of ? eq(contractCodeTexts.id, of.id) : eq(contractCodeTexts.contractId, of.contractId);
  await on.delete(contractCodeTexts).where(its);
}

export const listDueTexts = (db: Db, now: number, limit: number): Promise<CodeTextRow[]> =>
  db
    .select()
    .from(contractCodeTexts)
    .where(and(eq(contractCodeTexts.state, 'queued'), lte(contractCodeTexts.dueAt, now)))
    .orderBy(asc(contractCodeTexts.dueAt))
    .limit(limit);

/** Those that a process died with. */
export const takeLostTexts = (db: Db, now: number): Promise<CodeTextRow[]> =>
  db
    .delete(contractCodeTexts)
    .where(and(eq(contractCodeTexts.state, 'sending'), lte(contractCodeTexts.dueAt, now)))
    .returning();

/** False when another instance has taken it, or another code took its place. */
export async function claimText(db: Db, { id, attempts }: CodeTextRow, leaseUntil: number): Promise<boolean> {
  const taken = await db
    .update(contractCodeTexts)
    .set({ state: 'sending', attempts: attempts + 1, dueAt: leaseUntil })
    .where(
      and(
        eq(contractCodeTexts.id, id),
        eq(contractCodeTexts.state, 'queued'),
        eq(contractCodeTexts.attempts, attempts),
      ),
    )
    .returning({ id: contractCodeTexts.id });
  return taken.length === 1;
}

export async function requeueText(db: Db, id: string, dueAt: number): Promise<void> {
  await db.update(contractCodeTexts).set({ state: 'queued', dueAt }).where(eq(contractCodeTexts.id, id));
}
