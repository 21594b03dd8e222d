import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Who did what with money, visits, reports and passports here (K-88). Local, kept for 90 days; it names rows, never people. */
export const auditLogs = sqliteTable(
  'audit_logs',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    /** Unix ms. */
    at: integer('at').notNull(),
    event: text('event').notNull(),
    /** Kind of the row it is about: `visit`, `payment`, `report`, `procedure`, `client`. */
    entity: text('entity').notNull(),
    entityId: text('entity_id').notNull(),
    details: text('details', { mode: 'json' }).$type<Readonly<Record<string, string | number | boolean>>>().notNull(),
  },
  (table) => [index('audit_logs_by_time').on(table.at), index('audit_logs_by_entity').on(table.entity, table.entityId)],
);
