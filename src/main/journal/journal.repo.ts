/** The write-ahead journal of effects. One mechanism for every feature that touches the outside world. */
import { and, asc, eq } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { journal } from './journal.tables.ts';

export interface JournalEntry {
  readonly kind: string;
  readonly subject: string;
  readonly step: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** Unix ms. */
  readonly at: number;
}

/**
 * Writes the next step of an effect. The caller's transaction must commit before the act that the step announces:
 * a step that is not on the disk has not happened.
 */
export function recordStep(tx: WriteTx, entry: JournalEntry): void {
  tx.insert(journal).values(entry).run();
}

/** All steps of one effect, oldest first. */
export const listSteps = (db: Reader, kind: string, subject: string): JournalEntry[] =>
  db
    .select()
    .from(journal)
    .where(and(eq(journal.kind, kind), eq(journal.subject, subject)))
    .orderBy(asc(journal.id))
    .all();
