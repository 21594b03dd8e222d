/** Leave that a manager's page was given to send a picture. */
import { index, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

export const managerUploads = pgTable(
  'manager_uploads',
  {
    /** `clients/<client>/devices/<device>/<random>`, or `clients/<client>/passport/<random>`. */
    fileKey: text('file_key').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    clientId: text('client_id').notNull(),
    /** The appliance that it is a photo of; null: the passport. */
    applianceId: text('appliance_id'),
    /** SHA-256 of what the address ends with. */
    tokenHash: text('token_hash').notNull(),
    contentType: text('content_type').notNull(),
    expiresAt: int8('expires_at').notNull(),
    /** What came; null while nothing has. */
    blobId: text('blob_id'),
  },
  (table) => [
    uniqueIndex('manager_uploads_by_token').on(table.tokenHash),
    index('manager_uploads_by_expiry').on(table.expiresAt),
  ],
);

/** What a manager typed into a form of a client's file in a browser and could not save. Sealed, and his alone. */
export const managerDrafts = pgTable(
  'manager_drafts',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    clientId: text('client_id').notNull(),
    managerId: text('manager_id').notNull(),
    form: text('form').notNull(),
    sealed: text('sealed').notNull(),
    updatedAt: int8('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.clientId, table.managerId, table.form] }),
    index('manager_drafts_by_age').on(table.updatedAt),
  ],
);
