import { beforeEach, describe, expect, test } from 'vitest';
import type { CatalogueService } from '#main/domains/catalogue/catalogue.service.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { Discount, OrderLine } from '#shared/orders/orders.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync, type LocalSync } from '#test/doubles/local-sync.ts';
import { dayStart, nextNumber, priceLines, readSaleWords } from './orders.rules.ts';
import { createOrders, type OrderService } from './orders.service.ts';

const MILK: CatalogueItem = {
  id: '00000000-0000-7000-8000-000000000001',
  sku: 'MLK',
  name: 'Молоко',
  category: 'Молочное',
  priceMinor: 8990,
  vat: 'vat10',
  paymentObject: 'commodity',
  unit: 'piece',
  favourite: false,
  active: true,
};
const ITEMS = new Map([[MILK.id, MILK]]);
const SCAN: CatalogueItem = {
  ...MILK,
  name: 'Диагностика',
  priceMinor: 48_000,
  vat: 'vat5',
  paymentObject: 'service',
  kioskService: 'diagnostics',
};
const CATALOGUE: Pick<CatalogueService, 'itemsOf' | 'services' | 'serviceOf'> = {
  itemsOf: () => ITEMS,
  services: () => [SCAN],
  serviceOf: () => SCAN,
};
const LINE: OrderLine = {
  name: 'Молоко',
  priceMinor: 8990,
  quantityMilli: 1000,
  totalMinor: 8990,
  vat: 'vat10',
  paymentObject: 'commodity',
  unit: 'piece',
};

const amount = (amountMinor: number): Discount => ({ kind: 'amount', amountMinor });
const percent = (basisPoints: number): Discount => ({ kind: 'percent', basisPoints });

describe('lines at the catalogue’s price', () => {
  test.each([
    [1000, undefined, 8990, undefined],
    [333, undefined, 2994, undefined],
    [1500, amount(485), 13_000, { lineMinor: 485, receiptMinor: 0 }],
    [1000, percent(1000), 8091, { lineMinor: 899, receiptMinor: 0 }],
    [1000, amount(8990), 0, { lineMinor: 8990, receiptMinor: 0 }],
  ])('%i thousandths less %o: %i', (quantityMilli, discount, totalMinor, off) => {
    expect(priceLines([{ itemId: MILK.id, quantityMilli, discount }], ITEMS)).toEqual([
      {
        itemId: MILK.id,
        name: 'Молоко',
        priceMinor: 8990,
        quantityMilli,
        totalMinor,
        vat: 'vat10',
        paymentObject: 'commodity',
        unit: 'piece',
        ...(off ? { discount: off } : {}),
      },
    ]);
  });

  test('each line keeps its own discount and its share of the receipt’s apart', () => {
    const lines = [
      { itemId: MILK.id, quantityMilli: 1000, discount: amount(990) },
      { itemId: MILK.id, quantityMilli: 2000 },
    ];
    expect(priceLines(lines, ITEMS, amount(100)).map(({ totalMinor, discount }) => [totalMinor, discount])).toEqual([
      [7969, { lineMinor: 990, receiptMinor: 31 }],
      [17_911, { lineMinor: 0, receiptMinor: 69 }],
    ]);
  });

  test.each([
    ['a line', amount(8991), undefined, 'lines.0.discount.amountMinor', '8990'],
    ['a receipt', undefined, amount(8991), 'discount.amountMinor', '8990'],
  ])('a discount above %s names its path', (_name, discount, receipt, path, limit) => {
    expect(() => priceLines([{ itemId: MILK.id, quantityMilli: 1000, discount }], ITEMS, receipt)).toThrow(
      expect.objectContaining({
        code: 'app.bad_input',
        details: { issues: [{ path, message: expect.stringContaining(limit) }] },
      }),
    );
  });
});

describe('words of a search for a sale', () => {
  test.each([
    ['c-0412', { numbers: ['C-0412'] }],
    ['С-412', { numbers: ['C-412', 'C-0412'] }],
    ['К04', { numbers: ['K-04', 'K-0004'] }],
    ['412', { numbers: ['C-0412', 'K-0412'], amountMinor: 41_200, documentNumber: 412 }],
    ['1 250,5', { numbers: [], amountMinor: 125_050 }],
    ['Фильтр', { numbers: [], name: 'фильтр' }],
  ])('%s', (text, words) => {
    expect(readSaleWords(text)).toEqual({ name: text.toLocaleLowerCase('ru'), ...words });
  });
});

test.each([
  ['Europe/Moscow', '2026-11-21T00:30:00Z', '2026-11-20T21:00:00Z'],
  ['Europe/Moscow', '2026-11-20T20:59:59.999Z', '2026-11-19T21:00:00Z'],
  ['Asia/Kolkata', '2026-11-20T18:30:00.500Z', '2026-11-20T18:30:00Z'],
  ['UTC', '2026-11-20T12:00:00Z', '2026-11-20T00:00:00Z'],
])('the day of %s at %s began at %s', (zone, now, start) => {
  expect(new Date(dayStart(Date.parse(now), zone)).toISOString()).toBe(new Date(start).toISOString());
});

test.each([
  ['cashier', 0, 'C-0001'],
  ['kiosk', 411, 'K-0412'],
  ['cashier', 9999, 'C-10000'],
] as const)('the %s’s number after %i is %s', (origin, last, number) => {
  expect(nextNumber(origin, last)).toBe(number);
});

describe('placing', () => {
  let core: TestCore;
  let sync: LocalSync;
  let orders: OrderService;
  const place = (lines: readonly OrderLine[] = [LINE]) =>
    core.db.transaction((tx) => orders.place(tx, { id: core.newId(), origin: 'cashier', lines }));

  beforeEach(() => {
    core = createTestCore(Date.parse('2026-11-20T20:59:00Z'));
    sync = createLocalSync(core, 'cashier');
    orders = createOrders(core, {
      sync,
      catalogue: CATALOGUE,
      shop: () => ({ timeZone: 'Europe/Moscow', currency: 'RUB' }),
    });
  });

  test('numbers count up, and start anew at the shop’s midnight', () => {
    expect([place(), place()].map(({ number }) => number)).toEqual(['C-0001', 'C-0002']);
    core.advance(60_000);
    expect(place().number).toBe('C-0001');
  });

  test('another device’s orders do not take our numbers', () => {
    const ours = place();
    const theirs = { ...ours, id: core.newId(), deviceId: '00000000-0000-7000-8000-0000000000dd', number: 'C-0009' };
    core.db.$client
      .prepare('INSERT INTO orders (id, scope, ver, fields) VALUES (?, ?, 1, ?)')
      .run(theirs.id, shopScope(ours.shopId), JSON.stringify(theirs));
    expect(orders.recent(10).map(({ order }) => order.number)).toContain('C-0009');
    expect(place().number).toBe('C-0002');
  });

  test('the total is the sum of the lines, and nothing to pay is no order', () => {
    expect(place([LINE, { ...LINE, totalMinor: 10 }]).totalMinor).toBe(9000);
    expect(() => place([{ ...LINE, totalMinor: 0 }])).toThrow(expect.objectContaining({ code: 'orders.empty' }));
  });

  test('details and the newest first', () => {
    const first = place();
    core.advance(1);
    const second = place();
    expect(orders.get(first.id)).toEqual({ order: first, payments: [], receipts: [], refunds: [] });
    expect(orders.recent(10).map(({ order }) => order.id)).toEqual([second.id, first.id]);
    expect(orders.recent(1)).toHaveLength(1);
    expect(() => orders.get('nothing')).toThrow(expect.objectContaining({ code: 'orders.not_found' }));
  });

  test.each([
    ['nothing said', 'diagnostics', undefined, { name: 'Диагностика', vat: 'vat5' }],
    ['a kind that has an item', 'photo', 'diagnostics', { name: 'Диагностика', vat: 'vat5' }],
    ['a kind that has none', 'diagnostics', 'photo', { name: 'photo', vat: 'none', paymentObject: 'service' }],
    ['a name of its own', 'diagnostics', 'Срочно', { name: 'Срочно', vat: 'vat5' }],
  ] as const)('a line at a given amount: %s', (_name, kind, service, line) => {
    const made = orders.customLine(kind, service, 500);
    expect(made).toMatchObject({ ...line, priceMinor: 500, quantityMilli: 1000, totalMinor: 500 });
  });

  test('the screens’ list walks the index', () => {
    const plan = core.db.$client
      .prepare<[], { detail: string }>('EXPLAIN QUERY PLAN SELECT fields FROM orders ORDER BY created_at DESC LIMIT 30')
      .all();
    expect(plan.map(({ detail }) => detail).join()).toContain('USING INDEX orders_by_created');
  });
});
