/** What a person has to look at: mutations that were not taken, and what was said about each case. PostgreSQL. */
import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
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

/** A person at headquarters has seen to a dead letter or an anomaly, and says how. Without one it is open. */
export const syncVerdicts = pgTable(
  'sync_verdicts',
  {
    caseId: text('case_id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    at: int8('at').notNull(),
    userId: text('user_id').notNull(),
    note: text('note').notNull(),
  },
  (table) => [index('sync_verdicts_by_age').on(table.at)],
);

/** Somebody at the device has read the answer to a mutation of a case. The case stays open: it is not for him to close. */
export const syncLetterReads = pgTable(
  'sync_letter_reads',
  {
    deviceId: text('device_id').notNull(),
    incarnation: integer('incarnation').notNull(),
    mid: int8('mid').notNull(),
    organizationId: text('organization_id').notNull(),
    /** The name of the person, as the device says. */
    by: text('by').notNull(),
    /** By the device's clock. Unix ms. */
    readAt: int8('read_at').notNull(),
    /** Read by asking for the same once more. */
    isRetried: boolean('is_retried').notNull(),
    /** When the server heard of it. */
    at: int8('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.incarnation, table.mid] })],
);
