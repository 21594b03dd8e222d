/** Imports of the catalogue, what each of them would change, and the history of prices. The items themselves are replicated rows. */
import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { CatalogueItem } from '../../../src/shared/catalogue/catalogue.schema.ts';
import type { HqChangeKind, HqImportFault, HqImportStatus } from '../../../src/shared/hq/catalogue.api.ts';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

/** How many items of a shop would change, by kind, and how many are as the table says already. */
export interface ShopChanges {
  readonly shopId: string;
  readonly added: number;
  readonly repriced: number;
  readonly changed: number;
  readonly deactivated: number;
  readonly unchanged: number;
  /** What the shop's catalogue was when it was compared: number of its items and the newest version among them. */
  readonly base: { readonly items: number; readonly ver: number };
}

export const catalogueImports = pgTable(
  'catalogue_imports',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    status: text('status').$type<HqImportStatus>().notNull(),
    fileName: text('file_name').notNull(),
    bytes: int8('bytes').notNull(),
    shopIds: jsonb('shop_ids').$type<readonly string[]>().notNull(),
    /** Items on sale that the table does not name are withdrawn. */
    replaceMissing: boolean('replace_missing').notNull(),
    /** From when its prices are asked; null: at once. */
    effectiveFrom: int8('effective_from'),
    rowsRead: integer('rows_read').notNull().default(0),
    rowsOk: integer('rows_ok').notNull().default(0),
    errorsTotal: integer('errors_total').notNull().default(0),
    /** The first of them. */
    errors: jsonb('errors').$type<readonly HqImportFault[]>().notNull().default([]),
    ignoredColumns: jsonb('ignored_columns').$type<readonly string[]>().notNull().default([]),
    changes: jsonb('changes').$type<readonly ShopChanges[]>().notNull().default([]),
    createdBy: text('created_by').notNull(),
    createdAt: int8('created_at').notNull(),
    /** The process that works on it says so every few seconds; silence means that it is gone. */
    heartbeatAt: int8('heartbeat_at').notNull(),
    finishedAt: int8('finished_at'),
  },
  (table) => [
    index('catalogue_imports_by_org').on(table.organizationId, table.createdAt.desc(), table.id),
    // One at a time: two would compare with a catalogue that the other is about to change.
    uniqueIndex('catalogue_imports_at_work').on(table.organizationId).where(sql`status IN ('checking', 'applying')`),
  ],
);

export const catalogueImportChanges = pgTable(
  'catalogue_import_changes',
  {
    importId: text('import_id').notNull(),
    nth: integer('nth').notNull(),
    shopId: text('shop_id').notNull(),
    kind: text('kind').$type<HqChangeKind>().notNull(),
    itemId: text('item_id').notNull(),
    before: jsonb('before').$type<CatalogueItem>(),
    fields: jsonb('fields').$type<CatalogueItem>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.importId, table.nth] }),
    index('catalogue_import_changes_by_kind').on(table.importId, table.kind, table.nth),
  ],
);

/** Every price that people decided on, also those that have passed or were taken back. */
export const cataloguePrices = pgTable(
  'catalogue_prices',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    itemId: text('item_id').notNull(),
    priceMinor: int8('price_minor').notNull(),
    effectiveFrom: int8('effective_from').notNull(),
    decidedAt: int8('decided_at').notNull(),
    decidedBy: text('decided_by').notNull(),
    /** Taken back before it began, or another price of the same moment took its place. */
    cancelledAt: int8('cancelled_at'),
    cancelledBy: text('cancelled_by'),
  },
  (table) => [index('catalogue_prices_by_item').on(table.itemId, table.effectiveFrom.desc())],
);
