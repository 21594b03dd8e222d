import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * The write-ahead journal of effects on the outside world: every step of every effect, committed before the act it
 * announces, never changed. What recovery reads after a power cut, and what a support engineer reads after that.
 */
export const journal = sqliteTable(
  'journal',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Kind of effect: `fiscal`, `payment`, … */
    kind: text('kind').notNull(),
    /** What it is about: the id of the task, the payment, … */
    subject: text('subject').notNull(),
    step: text('step').notNull(),
    details: text('details', { mode: 'json' }).$type<Readonly<Record<string, unknown>>>().notNull(),
    /** Unix ms. */
    at: integer('at').notNull(),
  },
  (table) => [
    index('journal_by_subject').on(table.kind, table.subject, table.id),
    index('journal_of_erased').on(table.id).where(sql`step = 'ERASED'`),
  ],
);
