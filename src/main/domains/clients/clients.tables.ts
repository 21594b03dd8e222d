import { index, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { Client } from '../../../shared/clients/clients.schema.ts';
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
