/** SQL of the items, and of the lists of them that need no search. What is on sale stands on the shelf. */
import { and, asc, count, eq, inArray, isNotNull, max, sql } from 'drizzle-orm';
import type { Db, Reader } from '#main/db/db.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { Shelf } from './catalogue.search.repo.ts';
import { catalogueItems } from './catalogue.tables.ts';

const onSale = eq(catalogueItems.active, 1);
const read = (db: Reader) => db.select({ fields: catalogueItems.fields }).from(catalogueItems);

/** Items on sale that a kiosk offers, by name. */
export const listKioskItems = (db: Reader): CatalogueItem[] =>
  read(db)
    .where(and(isNotNull(catalogueItems.kioskService), onSale))
    .orderBy(asc(catalogueItems.name))
    .all()
    .map(({ fields }) => fields);

/** Those of the ids that are on sale, in no order. At most 500 ids, the lines of a cart. */
export const listByIds = (db: Reader, ids: readonly string[]): CatalogueItem[] =>
  read(db)
    .where(and(inArray(catalogueItems.id, [...ids]), onSale))
    .all()
    .map(({ fields }) => fields);

export function readStanding(db: Reader): { readonly items: number; readonly version: number } {
  const row = db
    .select({ items: count(), version: max(catalogueItems.ver) })
    .from(catalogueItems)
    .where(onSale)
    .get();
  return { items: row?.items ?? 0, version: row?.version ?? 0 };
}

/** The first moment after this one at which something on sale has another price. */
export const findNextPriceFrom = (db: Db, after: number): number | undefined =>
  db.get<{ readonly from: number | null }>(sql`
    SELECT min(coming.value ->> 'effectiveFrom') AS "from"
    FROM ${catalogueItems}, json_each(${catalogueItems.fields}, '$.coming') AS coming
    WHERE ${catalogueItems.lastPriceFrom} > ${after} AND ${onSale} AND coming.value ->> 'effectiveFrom' > ${after}`)
    ?.from ?? undefined;

/** Walks over the shelf, prepared once: a till asks them all day. */
export function createShelfLists({ $client: client }: Db) {
  const itemsOf = (
    from: string,
  ) => `SELECT i.fields FROM (SELECT item_id, name_key, favourite FROM catalogue_shelf ${from})
    s JOIN catalogue_items i ON i.id = s.item_id ORDER BY s.favourite DESC, s.name_key`;
  const all = client.prepare<[number], string>(itemsOf('ORDER BY favourite DESC, name_key LIMIT ?')).pluck();
  const pinned = client
    .prepare<[number, number], string>(itemsOf('WHERE favourite = ? ORDER BY name_key LIMIT ?'))
    .pluck();
  const inCategory = client
    .prepare<[string, number], string>(itemsOf('WHERE category = ? ORDER BY favourite DESC, name_key LIMIT ?'))
    .pluck();
  const pinnedInCategory = client
    .prepare<[string, number, number], string>(
      itemsOf('WHERE category = ? AND favourite = ? ORDER BY name_key LIMIT ?'),
    )
    .pluck();
  const barcode = client
    .prepare<[string], string>(
      'SELECT fields FROM catalogue_items WHERE barcode = ? AND active = 1 ORDER BY name LIMIT 1',
    )
    .pluck();
  // From one category to the next over the index, instead of past every item.
  const categories = client
    .prepare<[], string>(
      `WITH RECURSIVE category (name) AS (
         SELECT min(category) FROM catalogue_shelf
         UNION ALL
         SELECT (SELECT min(category) FROM catalogue_shelf WHERE category > category.name) FROM category
         WHERE category.name IS NOT NULL
       ) SELECT name FROM category WHERE name IS NOT NULL`,
    )
    .pluck();
  const parse = (fields: string) => JSON.parse(fields) as CatalogueItem;
  const rowsOf = ({ category, favourite, limit }: Shelf): string[] => {
    if (category === undefined) return favourite === undefined ? all.all(limit) : pinned.all(Number(favourite), limit);
    return favourite === undefined
      ? inCategory.all(category, limit)
      : pinnedInCategory.all(category, Number(favourite), limit);
  };
  return {
    /** Items on sale, favourites first, then by name. */
    list: (shelf: Shelf): CatalogueItem[] => rowsOf(shelf).map(parse),
    /** The first by name, should two items on sale bear one barcode. */
    findByBarcode: (code: string): CatalogueItem | undefined => {
      const fields = barcode.get(code);
      return fields === undefined ? undefined : parse(fields);
    },
    categories: (): string[] => categories.all(),
  };
}
