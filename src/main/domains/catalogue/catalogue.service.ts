/**
 * What can be sold. Headquarters owns the rows; this device reads them.
 *
 * Every answer is at the prices of the moment: the coming ones were pulled long before theirs, and begin with no line too.
 *
 * Composition: `createCatalogue(core)` once, after the database is open and before the first pull; `now` is the server's time.
 */

import { setImmediate as breathe } from 'node:timers/promises';
import type { Core, Loop } from '#main/core.ts';
import type { Reader } from '#main/db/db.ts';
import { createLoop } from '#main/loop.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { itemAt } from '#shared/catalogue/prices.rules.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { VISIT_KINDS, type VisitKind } from '#shared/visits/visits.schema.ts';
import { createShelfLists, findNextPriceFrom, listByIds, listKioskItems, readStanding } from './catalogue.repo.ts';
import { createSearch, type Shelf } from './catalogue.search.repo.ts';
import { createShelving, prepareShelf, remakeShelf } from './catalogue.shelf.repo.ts';

export interface CatalogueService {
  /** Brings what lists and searches read up to the rows that were pulled; woken by every change of them. */
  readonly shelving: Loop;
  /** Tells screens to read again when a coming price begins. What is asked does not wait for it. */
  readonly repricing: Loop;
  /** Items were wiped and nothing may be left of them: the shelf is made anew from what is there. */
  shelveAnew(): void;
  /** Items on sale: the most relevant to `text` first; without a text favourites first, then by name. */
  search(query: Shelf & { readonly text: string }): CatalogueItem[];
  byBarcode(barcode: string): CatalogueItem | undefined;
  categories(): string[];
  /** One item to a kind of visit, in the order kiosks show them. */
  services(): CatalogueItem[];
  /** Throws `catalogue.item_not_found` when this kiosk has no such service. */
  serviceOf(db: Reader, kind: VisitKind): CatalogueItem;
  /** How many items are on sale here, and the version of the row that came last; 0 without any. */
  standing(): { readonly items: number; readonly version: number };
  /** The items of a cart by id. Throws `catalogue.item_not_found` for the first that is not on sale. */
  itemsOf(db: Reader, ids: readonly string[]): ReadonlyMap<string, CatalogueItem>;
}

/** Rows shelved while everything else waits: a few milliseconds. */
const ROWS_A_TURN = 50;
/** Rows shelved for the sake of a list that is asked for now. */
const ROWS_AT_ONCE = 100;
/** Changes come by themselves; this is for a wake that was lost. */
const SHELVING_MS = 60_000;
/** A look at a number in memory, so that a screen shows a new price as the hour strikes. */
const REPRICING_MS = 1000;

export function createCatalogue({
  db,
  log,
  changes,
  now,
}: Pick<Core, 'db' | 'log' | 'changes' | 'now'>): CatalogueService {
  if (prepareShelf(db)) log.info('catalogue shelf is built anew');
  const shelve = createShelving(db);
  const shelving = createLoop({
    name: 'catalogue-shelving',
    intervalMs: SHELVING_MS,
    log,
    run: async () => {
      let rows = 0;
      for (let found = shelve(ROWS_A_TURN); found > 0; found = shelve(ROWS_A_TURN)) {
        rows += found;
        await breathe();
      }
      // Lists that were read meanwhile lack some of them.
      if (rows > 0) changes.emit({ collection: 'catalogue', ids: [] });
    },
  });
  /** The next moment at which a price begins, `Infinity` without any; unknown after a change of items. */
  let nextPriceFrom: number | undefined;
  let pricedAt = now();
  const repricing = createLoop({
    name: 'catalogue-repricing',
    intervalMs: REPRICING_MS,
    log,
    run: () => {
      nextPriceFrom ??= findNextPriceFrom(db, pricedAt) ?? Number.POSITIVE_INFINITY;
      if (now() < nextPriceFrom) return;
      pricedAt = now();
      nextPriceFrom = undefined;
      changes.emit({ collection: 'catalogue', ids: [] });
    },
  });
  changes.subscribe(({ collection }) => {
    if (collection !== 'catalogue') return;
    shelving.wake();
    nextPriceFrom = undefined;
  });
  const shelf = createShelfLists(db);
  const search = createSearch(db);

  const priced = (item: CatalogueItem): CatalogueItem => itemAt(item, now());
  const pricedAll = (items: readonly CatalogueItem[]): CatalogueItem[] => {
    const at = now();
    return items.map((item) => itemAt(item, at));
  };

  const firstOf = (items: readonly CatalogueItem[], kind: VisitKind) =>
    items.find(({ kioskService }) => kioskService === kind);

  return {
    shelving,
    repricing,
    shelveAnew: () => {
      remakeShelf(db);
      shelving.wake();
    },
    search: ({ text, ...wanted }) => {
      // A small change is seen by the very next list, without waiting for its turn.
      shelve(ROWS_AT_ONCE);
      return pricedAll(text.trim() === '' ? shelf.list(wanted) : search(text, wanted));
    },
    byBarcode: (barcode) => {
      const item = shelf.findByBarcode(barcode);
      return item && priced(item);
    },
    categories: () => {
      shelve(ROWS_AT_ONCE);
      return shelf.categories();
    },
    services: () => {
      const items = pricedAll(listKioskItems(db));
      return VISIT_KINDS.flatMap((kind) => firstOf(items, kind) ?? []);
    },
    standing: () => readStanding(db),
    serviceOf: (reader, kind) => {
      const item = firstOf(listKioskItems(reader), kind);
      if (item) return priced(item);
      throw new AppError('catalogue.item_not_found', `no item on sale is the kiosk service ${kind}`, {
        details: { kind },
      });
    },
    itemsOf: (reader, ids) => {
      const items = new Map(pricedAll(listByIds(reader, ids)).map((item) => [item.id, item]));
      const missing = ids.find((id) => !items.has(id));
      if (missing === undefined) return items;
      throw new AppError('catalogue.item_not_found', `item ${missing} is not on sale`, {
        details: { itemId: missing },
      });
    },
  };
}
