import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createChangeBus } from '#main/changes.ts';
import type { Db } from '#main/db/db.ts';
import { createTestDb } from '#main/db/test-db.ts';
import { createMemoryLog } from '#main/log/log.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { type CatalogueService, createCatalogue } from './catalogue.service.ts';
import { prepareShelf } from './catalogue.shelf.repo.ts';
import { catalogueItems } from './catalogue.tables.ts';

let db: Db;
let catalogue: CatalogueService;
let serial = 0;
let clock = 1_764_500_000_000;

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
  catalogue = createCatalogue({
    db,
    now: () => clock,
    log: createMemoryLog(),
    changes: createChangeBus(createMemoryLog()),
  });
});

describe('search', () => {
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
    ['500', ['Молоток слесарный']],
    ['46012345', ['Молоко 3,2% Бурёнка']],
    ['3,2', ['Молоко 3,2% Бурёнка']],
    ['  молоко   3,2% бур ', ['Молоко 3,2% Бурёнка']],
    // Inside a word.
    ['олоко', ['Молоко 3,2% Бурёнка']],
    ['оло', ['Молоко 3,2% Бурёнка', 'Молоток слесарный']],
    ['кусственн елк', ['ЁЛКА искусственная']],
    ['кусственн ка', ['ЁЛКА искусственная']],
    ['кусственн молок', []],
    ['ол', []],
    ['молоко слесарный', []],
    // In the other keyboard layout.
    ['vjkjrj', ['Молоко 3,2% Бурёнка']],
    ['VJKJN', ['Молоток слесарный']],
    ['`krf', ['ЁЛКА искусственная']],
    ['cktcfhysq vjk', ['Молоток слесарный']],
    ['ьдл-032', ['Молоко 3,2% Бурёнка']],
    ['екуу', ['ЁЛКА искусственная']],
    ['%', []],
    ['" OR "м', []],
    ['NEAR(мол', []],
    ['\u{E000}', []],
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
    expect(found('', { favourite: true })).toEqual(['ЁЛКА искусственная', 'Мольберт']);
    expect(found('', { category: 'Разное' })).toEqual(['Мольберт']);
    expect(found('', { category: 'Разное', favourite: false })).toEqual([]);
  });
});

describe('relevance', () => {
  test('exact code, then the beginning of the name, then of a word, then letters inside; favourites first in each', () => {
    for (const name of ['Скол для лампы', 'Набор колец', 'Колодки', 'КОЛ', 'Шоколад', 'Кольцо']) add({ name });
    add({ name: 'Стакан', sku: 'кол' });
    add({ name: 'Чашка', barcode: 'кол' });
    add({ name: 'Ящик', sku: 'КОЛ-7' });
    for (const name of ['Яма с колом', 'Ковёр', 'Якол', 'Колба']) add({ name, favourite: true });
    expect(found('кол')).toEqual([
      'Стакан',
      'Чашка',
      'Колба',
      'КОЛ',
      'Колодки',
      'Кольцо',
      'Ящик',
      'Яма с колом',
      'Набор колец',
      'Якол',
      'Скол для лампы',
      'Шоколад',
    ]);
  });

  test('what was typed comes before what the other layout would make of it', () => {
    add({ name: 'GHB фен' });
    add({ name: 'Прибор' });
    expect(found('ghb')).toEqual(['GHB фен', 'Прибор']);
  });

  test('a favourite is found among more bearers of a word than are put in order', async () => {
    for (let n = 0; n < 3500; n += 1) add({ name: `Болт оцинкованный ${n}` });
    add({ name: 'Гайка оцинкованная', favourite: true });
    await catalogue.shelving.tick();
    expect(found('оцинк', { limit: 3 })[0]).toBe('Гайка оцинкованная');
    expect(found('оцинк')).toHaveLength(60);
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
    expect(prepareShelf(db)).toBe(false);
    db.$client.exec('DROP TRIGGER catalogue_note_insert');
    add({ name: 'Ряженка' });
    expect(found('ряж')).toEqual([]);
    expect(prepareShelf(db)).toBe(true);
    expect(
      createCatalogue({
        db,
        now: () => clock,
        log: createMemoryLog(),
        changes: createChangeBus(createMemoryLog()),
      }).search({
        text: 'ряж',
        limit: 5,
      }),
    ).toHaveLength(1);
    expect(prepareShelf(db)).toBe(false);
  });
});

describe('a large change', () => {
  test('is shelved in turns, told once, and a scanned code does not wait for it', async () => {
    const told: string[] = [];
    const changes = createChangeBus(createMemoryLog());
    catalogue = createCatalogue({ db, now: () => clock, log: createMemoryLog(), changes });
    changes.subscribe(({ collection }) => told.push(collection));
    let isOthersTurn = false;
    for (let n = 0; n < 1000; n += 1) add({ name: `Болт ${String(n).padStart(4, '0')}`, barcode: `46000${n}` });
    expect(catalogue.byBarcode('46000999')?.name).toBe('Болт 0999');
    expect(found('болт 0999')).toEqual([]);
    const done = catalogue.shelving.tick();
    setImmediate(() => {
      isOthersTurn = true;
      expect(found('болт', { limit: 2000 }).length).toBeLessThan(1000);
    });
    await done;
    expect(isOthersTurn).toBe(true);
    expect(found('болт', { limit: 2000 })).toHaveLength(1000);
    expect(told).toEqual(['catalogue']);
    await catalogue.shelving.tick();
    expect(told).toEqual(['catalogue']);
  });

  test('survives a device that goes down before it is shelved', async () => {
    for (let n = 0; n < 300; n += 1) add({ name: `Болт ${n}` });
    const again = createCatalogue({
      db,
      now: () => clock,
      log: createMemoryLog(),
      changes: createChangeBus(createMemoryLog()),
    });
    await again.shelving.tick();
    expect(again.search({ text: 'болт', limit: 400 })).toHaveLength(300);
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

test('what a person may ask for walks an index', () => {
  const plan = (sql: string) =>
    db.$client
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
      .join('; ');
  for (const [index, sql] of [
    ['catalogue_shelf_by_name', 'SELECT item_id FROM catalogue_shelf ORDER BY favourite DESC, name_key LIMIT 60'],
    [
      'catalogue_shelf_by_name',
      "SELECT row FROM catalogue_shelf WHERE favourite = 0 AND name_key >= 'а' AND name_key < 'б' ORDER BY name_key",
    ],
    [
      'catalogue_shelf_by_category',
      "SELECT item_id FROM catalogue_shelf WHERE category = 'А' ORDER BY favourite DESC, name_key LIMIT 60",
    ],
    [
      'catalogue_shelf_by_sku',
      "SELECT row FROM catalogue_shelf WHERE sku_key >= 'а' AND sku_key < 'б' ORDER BY sku_key",
    ],
    [
      'catalogue_shelf_by_barcode',
      "SELECT row FROM catalogue_shelf WHERE barcode >= '4' AND barcode < '5' ORDER BY barcode",
    ],
    ['catalogue_items_by_barcode', "SELECT fields FROM catalogue_items WHERE barcode = '4' AND active = 1"],
    [
      'catalogue_items_by_kiosk_service',
      'SELECT fields FROM catalogue_items WHERE kiosk_service IS NOT NULL AND active = 1 ORDER BY name',
    ],
  ] as const) {
    expect(plan(sql)).toContain(index);
    expect(plan(sql)).not.toContain('TEMP B-TREE');
  }
});

describe('a price that was entered for a later moment', () => {
  const MONDAY = 1_764_536_400_000;
  const sell = (id: string) => catalogue.itemsOf(db, [id]).get(id)?.priceMinor;

  test('is asked by every way to an item from its moment on, with no line and no write', () => {
    clock = MONDAY - 1;
    const { id } = add({
      name: 'Диагностика',
      barcode: '4600000000024',
      kioskService: 'diagnostics',
      coming: [{ priceMinor: 12_000, effectiveFrom: MONDAY }],
    });
    const asked = () => [
      sell(id),
      catalogue.byBarcode('4600000000024')?.priceMinor,
      catalogue.search({ text: 'диагностика', limit: 5 })[0]?.priceMinor,
      catalogue.search({ text: '', limit: 5 })[0]?.priceMinor,
      catalogue.services()[0]?.priceMinor,
      catalogue.serviceOf(db, 'diagnostics').priceMinor,
    ];
    expect(new Set(asked())).toEqual(new Set([10_000]));
    clock = MONDAY;
    expect(new Set(asked())).toEqual(new Set([12_000]));
  });

  test('is told to screens once, as it begins, also the second of two and one that was pulled later', async () => {
    clock = MONDAY - 10;
    const changes = createChangeBus(createMemoryLog());
    catalogue = createCatalogue({ db, now: () => clock, log: createMemoryLog(), changes });
    let told = 0;
    changes.subscribe(() => void (told += 1));
    add({
      coming: [
        { priceMinor: 11_000, effectiveFrom: MONDAY },
        { priceMinor: 12_000, effectiveFrom: MONDAY + 100 },
      ],
    });
    const toldAt = async (at: number) => {
      clock = at;
      told = 0;
      await catalogue.repricing.tick();
      return told;
    };
    expect(await toldAt(MONDAY - 1)).toBe(0);
    expect(await toldAt(MONDAY)).toBe(1);
    expect(await toldAt(MONDAY + 1)).toBe(0);
    add({ coming: [{ priceMinor: 5_000, effectiveFrom: MONDAY + 50 }] });
    changes.emit({ collection: 'catalogue', ids: [] });
    expect(await toldAt(MONDAY + 49)).toBe(0);
    expect(await toldAt(MONDAY + 50)).toBe(1);
    expect(await toldAt(MONDAY + 100)).toBe(1);
    expect(await toldAt(MONDAY + 1_000)).toBe(0);
  });
});
