import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const clients = sqliteTable(
  'clients',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    phone: text('phone'),
    registrationAddress: text('registration_address'),
    status: text('status').notNull(),
    assignedTo: text('assigned_to'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('clients_by_status').on(table.status, table.updatedAt)],
);
