/** What a person has to look at: mutations that were not taken, and what was said about each case. PostgreSQL. */
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { int8 } from '../db/columns.ts';

/** Mutations that were refused or parked, as they came: their device may be wiped before anybody has looked. */
export const syncDeadLetters = pgTable(
  'sync_dead_letters',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    deviceId: text('device_id').notNull(),
    incarnation: integer('incarnation').notNull(),
    mid: int8('mid').notNull(),
    kind: text('kind').$type<'refused' | 'parked'>().notNull(),
    name: text('name').notNull(),
    /** JSON as text: jsonb refuses some strings that JSON allows, and this row must never fail. */
    args: text('args').notNull(),
    code: text('code'),
    message: text('message'),
    at: int8('at').notNull(),
  },
  (table) => [index('sync_dead_letters_by_org').on(table.organizationId, table.at, table.id)],
);

/** A person has seen to a dead letter or an anomaly, and says how. Without one it is open. */
export const syncVerdicts = pgTable('sync_verdicts', {
  caseId: text('case_id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  at: int8('at').notNull(),
  userId: text('user_id').notNull(),
  note: text('note').notNull(),
});
