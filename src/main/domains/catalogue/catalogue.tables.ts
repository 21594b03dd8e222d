import { sql } from 'drizzle-orm';
import { index, sqliteTable } from 'drizzle-orm/sqlite-core';
import type { CatalogueItem } from '../../../shared/catalogue/catalogue.schema.ts';
import { intField, replicated, textField } from '../../db/replicated.ts';

/** What is on sale is listed and searched by a shelf that drizzle-kit cannot express: see `catalogue.shelf.repo.ts`. */
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
    /** When the last of its coming prices begins. */
    lastPriceFrom: intField('last_price_from', 'coming[#-1].effectiveFrom'),
  },
  (table) => [
    // A scanned code must find what was pulled a moment ago, so it does not wait for the shelf.
    index('catalogue_items_by_barcode').on(table.barcode),
    index('catalogue_items_by_kiosk_service').on(table.active, table.name).where(sql`kiosk_service is not null`),
    index('catalogue_items_by_last_price').on(table.lastPriceFrom).where(sql`last_price_from is not null`),
  ],
);
