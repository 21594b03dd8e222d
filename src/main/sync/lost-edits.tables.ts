import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Rows as this device showed them, with changes of its own that somebody's deletion took away. Never sent. */
export const lostEdits = sqliteTable('sync_lost_edits', {
  /** `type:id` */
  key: text('key').primaryKey(),
  scope: text('scope').notNull(),
  fields: text('fields', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
  /** When the deletion arrived, Unix ms by the server. */
  at: integer('at').notNull(),
});
