import { index, sqliteTable } from 'drizzle-orm/sqlite-core';
import { intField, replicated, textField } from '../../db/replicated.ts';
import type { CatalogueItem } from '../../../shared/catalogue/catalogue.schema.ts';

export const catalogueItems = sqliteTable(
  'catalogue_items',
  {
    ...replicated<CatalogueItem>(),
    name: textField('name', 'name'),
    barcode: textField('barcode', 'barcode'),
    sku: textField('sku', 'sku'),
    category: textField('category', 'category'),
    favourite: intField('favourite', 'favourite'),
    kioskService: textField('kiosk_service', 'kioskService'),
    active: intField('active', 'active'),
  },
  (table) => [
    index('catalogue_items_by_barcode').on(table.barcode),
    index('catalogue_items_by_name').on(table.name),
    index('catalogue_items_by_category').on(table.category),
  ],
);
