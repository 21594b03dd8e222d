/**
 * What can be sold. Headquarters owns the rows; this device reads them.
 *
 * Composition: `createCatalogue(core)` once, after the database is open and before the first pull.
 */

import type { Core } from '#main/core.ts';
import type { Reader } from '#main/db/db.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { VISIT_KINDS, type VisitKind } from '#shared/visits/visits.schema.ts';
import { findByBarcode, listByIds, listCategories, listKioskItems, listShelf, type Shelf } from './catalogue.repo.ts';
import { createWordSearch, prepareSearch, searchWords } from './catalogue.search.repo.ts';

export interface CatalogueService {
  /** Items on sale, favourites first, then by name; every word of `text` begins a word of the name, SKU or barcode. */
  search(query: Shelf & { readonly text: string }): CatalogueItem[];
  byBarcode(barcode: string): CatalogueItem | undefined;
  categories(): string[];
  /** One item to a kind of visit, in the order kiosks show them. */
  services(): CatalogueItem[];
  /** Throws `catalogue.item_not_found` when this kiosk has no such service. */
  serviceOf(db: Reader, kind: VisitKind): CatalogueItem;
  /** The items of a cart by id. Throws `catalogue.item_not_found` for the first that is not on sale. */
  itemsOf(db: Reader, ids: readonly string[]): ReadonlyMap<string, CatalogueItem>;
}

export function createCatalogue({ db, log }: Pick<Core, 'db' | 'log'>): CatalogueService {
  if (prepareSearch(db)) log.info('catalogue search index built');
  const findByWords = createWordSearch(db);

  const firstOf = (items: readonly CatalogueItem[], kind: VisitKind) =>
    items.find(({ kioskService }) => kioskService === kind);

  return {
    search: ({ text, ...shelf }) => {
      if (text.trim() === '') return listShelf(db, shelf);
      const words = searchWords(text);
      return words.length === 0 ? [] : findByWords({ ...shelf, words });
    },
    byBarcode: (barcode) => findByBarcode(db, barcode),
    categories: () => listCategories(db),
    services: () => {
      const items = listKioskItems(db);
      return VISIT_KINDS.flatMap((kind) => firstOf(items, kind) ?? []);
    },
    serviceOf: (reader, kind) => {
      const item = firstOf(listKioskItems(reader), kind);
      if (item) return item;
      throw new AppError('catalogue.item_not_found', `no item on sale is the kiosk service ${kind}`, {
        details: { kind },
      });
    },
    itemsOf: (reader, ids) => {
      const items = new Map(listByIds(reader, ids).map((item) => [item.id, item]));
      const missing = ids.find((id) => !items.has(id));
      if (missing === undefined) return items;
      throw new AppError('catalogue.item_not_found', `item ${missing} is not on sale`, {
        details: { itemId: missing },
      });
    },
  };
}
