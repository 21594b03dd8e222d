import { expect, test } from 'vitest';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { readItemsFilter, writeItemsFilter } from './catalogue.queries.ts';
import { changesIn, countsOf, errorsCsv, isOpen, pricesIn, sampleCsv } from './import.rules.ts';
import { draftOf, patchOf } from './item.rules.ts';
import { nextMidnight, readMoment } from './moment.rules.ts';

const item: CatalogueItem = {
  id: '1',
  sku: 'A',
  name: 'Молоко',
  category: 'Еда',
  priceMinor: 123_450,
  vat: 'vat10',
  paymentObject: 'commodity',
  unit: 'piece',
  favourite: false,
  active: true,
};

test('a form that was not touched changes nothing', () => {
  expect(patchOf(item, draftOf(item))).toEqual({ patch: {} });
});

test('a form says what it changed, and what cannot be', () => {
  const draft = draftOf(item);
  expect(draft.price).toBe('1234,50');
  expect(patchOf(item, { ...draft, name: '  Молоко   3,2% ', price: '1 300', favourite: true })).toEqual({
    patch: { name: 'Молоко 3,2%', priceMinor: 130_000, favourite: true },
  });
  expect(patchOf(item, { ...draft, name: ' ' })).toEqual({ wrong: 'name' });
  expect(patchOf(item, { ...draft, price: '1,234.50' })).toEqual({ wrong: 'price' });
});

test('counts of all shops together', () => {
  const shop = { shopId: '1', shopName: 'А', added: 1, repriced: 2, changed: 3, deactivated: 4, unchanged: 5 };
  const counts = countsOf({ shops: [shop, shop] });
  expect(counts).toEqual({ added: 2, repriced: 4, changed: 6, deactivated: 8, unchanged: 10 });
  expect(changesIn(counts)).toBe(20);
});

test('what is at work or waits for a person is open', () => {
  expect(
    (['checking', 'ready', 'applying', 'applied', 'invalid', 'cancelled', 'stale'] as const).filter((status) =>
      isOpen({ status }),
    ),
  ).toEqual(['checking', 'ready', 'applying']);
});

test('errors become a table that a spreadsheet reads and does not run', () => {
  const csv = errorsCsv(
    ['Строка', 'Колонка', 'Значение', 'Что не так'],
    [{ line: 4, column: 'Цена', value: '=1+1;"', problem: 'not_money' }],
    () => 'нужно число',
  );
  expect(csv).toBe(`\uFEFFСтрока;Колонка;Значение;Что не так\r\n4;Цена;"'=1+1;""";нужно число\r\n`);
});

test('the sample has every column', () => {
  const [head = '', row = ''] = sampleCsv().split('\r\n');
  expect(head.split(';')).toHaveLength(11);
  expect(row).toContain('2890,00;22%;шт;товар;да;да');
});

test('a filter comes back from the address as it went', () => {
  const filter = { shopId: '1', q: 'сыр', category: 'Еда', active: 'false' } as const;
  expect(readItemsFilter(new URLSearchParams(writeItemsFilter(filter)))).toEqual(filter);
  expect(readItemsFilter(new URLSearchParams('active=maybe&q=  '))).toEqual({});
});

test('a change tells the price it gives, also when that is asked later', () => {
  const row = { nth: 1, shopId: '1', kind: 'repriced', before: item } as const;
  expect(pricesIn({ ...row, after: { ...item, priceMinor: 1 } })).toEqual({ was: 123_450, is: 1 });
  const coming = [{ priceMinor: 2, effectiveFrom: 9 }];
  expect(pricesIn({ ...row, after: { ...item, coming } })).toEqual({ was: 123_450, is: 2 });
  const known = { ...item, coming };
  expect(pricesIn({ ...row, before: known, after: { ...known, name: 'Кефир' } })).toEqual({
    was: undefined,
    is: 123_450,
  });
});

test('a moment is read on the wall of the organisation, and the first offer is the next midnight there', () => {
  // 22:30 UTC is half past one of the next day in Moscow.
  const night = Date.UTC(2026, 10, 21, 22, 30);
  expect(nextMidnight(night, 'Europe/Moscow')).toEqual({ date: '2026-11-23', time: '00:00' });
  expect(readMoment({ date: '2026-11-23', time: '00:00' }, 'Europe/Moscow')).toBe(Date.UTC(2026, 10, 22, 21));
  expect(readMoment({ date: '', time: '00:00' }, 'Europe/Moscow')).toBeUndefined();
});
