import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Appliance } from '../../../shared/clients/appliances.schema.ts';
import type { Client } from '../../../shared/clients/clients.schema.ts';
import type { Passport, PassportReveal } from '../../../shared/clients/passport.schema.ts';
import type { Tariff } from '../../../shared/clients/tariff.schema.ts';
import type { FieldConflict } from '../../../shared/sync/conflict.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

export const clients = sqliteTable(
  'clients',
  {
    ...replicated<Client>(),
    status: textField('status', 'status'),
    assignedTo: textField('assigned_to', 'assignedTo'),
    updatedAt: intField('updated_at', 'updatedAt'),
  },
  (table) => [
    index('clients_by_status').on(table.status, table.updatedAt),
    index('clients_by_member').on(table.assignedTo, table.updatedAt),
  ],
);

/** Values are sealed: nothing here says who the client is. */
export const passports = sqliteTable('passports', replicated<Passport>());

/** Who saw which passport in clear. */
export const passportReveals = sqliteTable('passport_reveals', replicated<PassportReveal>());

export const appliances = sqliteTable(
  'appliances',
  { ...replicated<Appliance>(), clientId: textField('client_id', 'clientId') },
  (table) => [index('appliances_by_client').on(table.clientId)],
);

/** Versions of what service costs. An organisation has few. */
export const tariffs = sqliteTable('tariffs', replicated<Tariff>());

/** Fields that several people changed without knowing of each other. */
export const fieldConflicts = sqliteTable(
  'field_conflicts',
  {
    ...replicated<FieldConflict>(),
    entityId: textField('entity_id', 'entityId'),
    resolvedAt: intField('resolved_at', 'resolvedAt'),
  },
  (table) => [index('field_conflicts_by_entity').on(table.entityId)],
);

/** What was typed into a client's file and cannot be saved yet, by whoever typed it. Sealed; of this device alone. */
export const clientDrafts = sqliteTable(
  'client_drafts',
  {
    clientId: text('client_id').notNull(),
    memberId: text('member_id').notNull(),
    form: text('form').notNull(),
    sealed: text('sealed').notNull(),
    /** Unix ms. */
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.clientId, table.memberId, table.form] })],
);
