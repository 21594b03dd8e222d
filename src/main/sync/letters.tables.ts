import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Outcome } from '../../shared/sync/protocol.ts';

/**
 * Answers that a person has to read, with what they answer. Apart from the outbox, which is numbered anew under another
 * incarnation and forgets what is old: an answer stays until it was read.
 */
export const letters = sqliteTable(
  'sync_letters',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    deviceId: text('device_id').notNull(),
    incarnation: integer('incarnation').notNull(),
    mid: integer('mid').notNull(),
    name: text('name').notNull(),
    args: text('args', { mode: 'json' }).$type<unknown>().notNull(),
    kind: text('kind').notNull().$type<'refused' | 'parked' | 'contradicted'>(),
    outcome: text('outcome', { mode: 'json' }).$type<Outcome>().notNull(),
    /** Rows that it touched, as `type:id`: it goes with the scope of these. */
    touches: text('touches', { mode: 'json' }).$type<readonly string[]>().notNull(),
    madeAt: integer('made_at').notNull(),
    toldAt: integer('told_at').notNull(),
    readAt: integer('read_at'),
    /** The same in counted time: how long it has been kept since. */
    readOn: integer('read_on'),
    /** The name of the person. */
    readBy: text('read_by'),
    /** Read by asking for the same once more. */
    isRetried: integer('is_retried', { mode: 'boolean' }).notNull().default(false),
    /** The server has heard that it was read. */
    isToldOf: integer('is_told_of', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    uniqueIndex('sync_letters_key').on(table.deviceId, table.incarnation, table.mid),
    index('sync_letters_unread').on(table.id).where(sql`read_at IS NULL`),
    index('sync_letters_untold').on(table.id).where(sql`read_at IS NOT NULL AND is_told_of = 0`),
  ],
);
