import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '#main/db/db.ts';
import { createTestDb } from '#main/db/test-db.ts';
import { createMemoryLog } from '#main/log/log.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { prepareSearch, searchWords } from './catalogue.search.repo.ts';
import { type CatalogueService, createCatalogue } from './catalogue.service.ts';
import { catalogueItems } from './catalogue.tables.ts';

let db: Db;
let catalogue: CatalogueService;
let serial = 0;

const item = (fields: Partial<CatalogueItem>): CatalogueItem => {
  serial += 1;
  return {
    id: `00000000-0000-7000-8000-${String(serial).padStart(12, '0')}`,
    sku: `SKU-${serial}`,
    name: `Товар ${serial}`,
    category: 'Разное',
    priceMinor: 10_000,
    vat: 'none',
    paymentObject: 'commodity',
    unit: 'piece',
    favourite: false,
    active: true,
    ...fields,
  };
};
/** As the sync engine writes: the whole row, with no thought of the search index. */
const put = (fields: CatalogueItem) =>
  db
    .insert(catalogueItems)
    .values({ id: fields.id, scope: 'shop:1', ver: 1, fields })
    .onConflictDoUpdate({ target: catalogueItems.id, set: { fields } })
    .run();
const add = (fields: Partial<CatalogueItem>): CatalogueItem => {
  const made = item(fields);
  put(made);
  return made;
};
const found = (text: string, more: { category?: string; favourite?: boolean; limit?: number } = {}) =>
  catalogue.search({ text, limit: 60, ...more }).map(({ name }) => name);

beforeEach(() => {
  db = createTestDb();
  catalogue = createCatalogue({ db, log: createMemoryLog() });
});

describe('search by words', () => {
  beforeEach(() => {
    add({ name: 'Молоко 3,2% Бурёнка', sku: 'MLK-032', barcode: '4601234567890', category: 'Молочное' });
    add({ name: 'Молоток слесарный', sku: 'HMR-500', category: 'Инструмент' });
    add({ name: 'ЁЛКА искусственная', sku: 'TREE-1', category: 'Праздник', favourite: true });
  });

  test.each([
    ['молоко', ['Молоко 3,2% Бурёнка']],
    ['МОЛОКО', ['Молоко 3,2% Бурёнка']],
    ['мол', ['Молоко 3,2% Бурёнка', 'Молоток слесарный']],
    ['бурен', ['Молоко 3,2% Бурёнка']],
    ['буреНКА моло', ['Молоко 3,2% Бурёнка']],
    ['елка', ['ЁЛКА искусственная']],
    ['ёл', ['ЁЛКА искусственная']],
    ['hmr-500', ['Молоток слесарный']],
    ['46012345', ['Молоко 3,2% Бурёнка']],
    ['3,2', ['Молоко 3,2% Бурёнка']],
    ['олоко', []],
    ['молоко слесарный', []],
    ['%', []],
    ['" OR "м', []],
    ['NEAR(мол', []],
  ])('%s', (text, names) => {
    expect(found(text)).toEqual(names);
  });

  test('a category and favourites narrow it', () => {
    expect(found('мол', { category: 'Инструмент' })).toEqual(['Молоток слесарный']);
    expect(found('елка', { favourite: true })).toEqual(['ЁЛКА искусственная']);
    expect(found('мол', { favourite: true })).toEqual([]);
  });

  test('favourites come first, then names; the limit cuts after ordering', () => {
    add({ name: 'Мольберт', favourite: true });
    expect(found('мол')).toEqual(['Мольберт', 'Молоко 3,2% Бурёнка', 'Молоток слесарный']);
    expect(found('мол', { limit: 1 })).toEqual(['Мольберт']);
    expect(found('', { limit: 2 })).toEqual(['ЁЛКА искусственная', 'Мольберт']);
  });
});

describe('the index follows the rows', () => {
  test('a renamed, a withdrawn and a deleted item', () => {
    const sold = add({ name: 'Кефир' });
    put({ ...sold, name: 'Ряженка' });
    expect(found('кефир')).toEqual([]);
    expect(found('ряж')).toEqual(['Ряженка']);
    put({ ...sold, name: 'Ряженка', active: false });
    expect(found('ряж')).toEqual([]);
    expect(found('')).toEqual([]);
    put(sold);
    expect(found('кеф')).toEqual(['Кефир']);
    db.delete(catalogueItems).where(eq(catalogueItems.id, sold.id)).run();
    expect(found('кеф')).toEqual([]);
  });

  test('INSERT OR REPLACE, which fires no delete trigger', () => {
    const sold = add({ name: 'Кефир' });
    db.$client
      .prepare('INSERT OR REPLACE INTO catalogue_items (id, scope, ver, fields) VALUES (?, ?, ?, ?)')
      .run(sold.id, 'shop:1', 2, JSON.stringify({ ...sold, name: 'Сыр' }));
    expect(found('кефир')).toEqual([]);
    expect(found('сыр')).toEqual(['Сыр']);
  });

  test('is built once, and again after a migration has dropped a trigger with its table', () => {
    add({ name: 'Кефир' });
    expect(prepareSearch(db)).toBe(false);
    db.$client.exec('DROP TRIGGER catalogue_search_insert');
    add({ name: 'Ряженка' });
    expect(found('ряж')).toEqual([]);
    expect(prepareSearch(db)).toBe(true);
    expect(createCatalogue({ db, log: createMemoryLog() }).search({ text: 'ряж', limit: 5 })).toHaveLength(1);
    expect(prepareSearch(db)).toBe(false);
  });
});

test('a barcode finds exactly its item, and only while it is on sale', () => {
  const sold = add({ barcode: '4600000000017' });
  add({ barcode: '46000000000170' });
  expect(catalogue.byBarcode('4600000000017')?.id).toBe(sold.id);
  expect(catalogue.byBarcode('460000000001')).toBeUndefined();
  put({ ...sold, active: false });
  expect(catalogue.byBarcode('4600000000017')).toBeUndefined();
});

test('categories are those of what is on sale, each once', () => {
  add({ category: 'Б' });
  add({ category: 'А' });
  add({ category: 'Б' });
  add({ category: 'В', active: false });
  expect(catalogue.categories()).toEqual(['А', 'Б']);
});

test('a kiosk offers one item to a kind', () => {
  add({ name: 'Толщина кузова', kioskService: 'thickness' });
  add({ name: 'Диагностика Б', kioskService: 'diagnostics' });
  const first = add({ name: 'Диагностика А', kioskService: 'diagnostics' });
  add({ name: 'Фото', kioskService: 'photo', active: false });
  expect(catalogue.services().map(({ name }) => name)).toEqual(['Диагностика А', 'Толщина кузова']);
  expect(catalogue.serviceOf(db, 'diagnostics').id).toBe(first.id);
  expect(() => catalogue.serviceOf(db, 'photo')).toThrow(
    expect.objectContaining({ code: 'catalogue.item_not_found', details: { kind: 'photo' } }),
  );
});

test('the items of a cart, or the first that cannot be sold', () => {
  const sold = add({});
  const withdrawn = add({ active: false });
  expect(catalogue.itemsOf(db, [sold.id]).get(sold.id)).toEqual(sold);
  expect(() => catalogue.itemsOf(db, [sold.id, withdrawn.id])).toThrow(
    expect.objectContaining({ code: 'catalogue.item_not_found', details: { itemId: withdrawn.id } }),
  );
});

test('words are letters and digits of any script, and nothing else', () => {
  expect(searchWords('  Мол"око* -3,2% ё שלום ')).toEqual(['Мол', 'око', '3', '2', 'е', 'שלום']);
});

test('lists that screens poll walk an index', () => {
  const plan = (sql: string) =>
    db.$client
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join('; ');
  const shelf = plan('SELECT fields FROM catalogue_items WHERE active = 1 ORDER BY favourite DESC, name LIMIT 60');
  expect(shelf).toContain('USING INDEX catalogue_items_by_shelf');
  expect(shelf).not.toContain('TEMP B-TREE');
  const category = plan(
    "SELECT fields FROM catalogue_items WHERE active = 1 AND category = 'А' ORDER BY favourite DESC, name LIMIT 60",
  );
  expect(category).toContain('USING INDEX catalogue_items_by_category');
  expect(category).not.toContain('TEMP B-TREE');
  expect(plan("SELECT fields FROM catalogue_items WHERE barcode = '4' AND active = 1")).toContain(
    'catalogue_items_by_barcode',
  );
  expect(
    plan('SELECT fields FROM catalogue_items WHERE kiosk_service IS NOT NULL AND active = 1 ORDER BY name'),
  ).toContain('catalogue_items_by_kiosk_service');
});
