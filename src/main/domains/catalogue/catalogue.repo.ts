import { and, asc, desc, eq, inArray, isNotNull, type SQL } from 'drizzle-orm';
import type { Reader } from '#main/db/db.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { catalogueItems } from './catalogue.tables.ts';

const onSale = eq(catalogueItems.active, 1);
const read = (db: Reader) => db.select({ fields: catalogueItems.fields }).from(catalogueItems);

export interface Shelf {
  readonly category?: string | undefined;
  readonly favourite?: boolean | undefined;
  readonly limit: number;
}

/** Items on sale, favourites first, then by name. */
export function listShelf(db: Reader, { category, favourite, limit }: Shelf): CatalogueItem[] {
  const wanted: SQL[] = [onSale];
  if (category !== undefined) wanted.push(eq(catalogueItems.category, category));
  if (favourite !== undefined) wanted.push(eq(catalogueItems.favourite, Number(favourite)));
  return read(db)
    .where(and(...wanted))
    .orderBy(desc(catalogueItems.favourite), asc(catalogueItems.name))
    .limit(limit)
    .all()
    .map(({ fields }) => fields);
}

/** The first by name, should two items on sale bear one barcode. */
export const findByBarcode = (db: Reader, barcode: string): CatalogueItem | undefined =>
  read(db)
    .where(and(eq(catalogueItems.barcode, barcode), onSale))
    .orderBy(asc(catalogueItems.name))
    .limit(1)
    .get()?.fields;

export const listCategories = (db: Reader): string[] =>
  db
    .selectDistinct({ category: catalogueItems.category })
    .from(catalogueItems)
    .where(onSale)
    .orderBy(asc(catalogueItems.category))
    .all()
    .flatMap(({ category }) => category ?? []);

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
