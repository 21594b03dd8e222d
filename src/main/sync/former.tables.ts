import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * Answered mutations of incarnations that this device had before. A server that is put back to before their answers is
 * sent them again, under the name and the number that they had: whatever it has of them it knows by these.
 */
export const former = sqliteTable(
  'sync_former',
  {
    incarnation: integer('incarnation').notNull(),
    mid: integer('mid').notNull(),
    name: text('name').notNull(),
    args: text('args', { mode: 'json' }).$type<unknown>().notNull(),
    schema: integer('schema').notNull(),
    hlc: text('hlc').notNull(),
    base: text('base', { mode: 'json' }).$type<Record<string, number>>().notNull(),
    h: text('h').notNull(),
    grant: integer('grant_ver'),
    touches: text('touches', { mode: 'json' }).$type<readonly string[]>().notNull(),
    createdAt: integer('created_at').notNull(),
    /** In counted time. */
    ackedOn: integer('acked_on').notNull(),
    /** To be sent again: the server may not have it any more. */
    isReopened: integer('is_reopened', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.incarnation, table.mid] }),
    index('sync_former_reopened').on(table.incarnation, table.mid).where(sql`is_reopened = 1`),
  ],
);
