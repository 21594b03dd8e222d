import { beforeEach, describe, expect, test } from 'vitest';
import type { CatalogueService } from '#main/domains/catalogue/catalogue.service.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { OrderLine } from '#shared/orders/orders.schema.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createLocalSync, type LocalSync, TEST_WRITER } from '#test/doubles/local-sync.ts';
import { dayStart, nextNumber, priceLines } from './orders.rules.ts';
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

describe('lines at the catalogue’s price', () => {
  test.each([
    [1000, 0, 8990],
    [2000, 0, 17_980],
    [333, 0, 2994],
    [1500, 485, 13_000],
    [1000, 8990, 0],
  ])('%i thousandths, %i off: %i', (quantityMilli, discountMinor, totalMinor) => {
    expect(priceLines([{ itemId: MILK.id, quantityMilli, discountMinor }], ITEMS)).toEqual([
      {
        itemId: MILK.id,
        name: 'Молоко',
        priceMinor: 8990,
        quantityMilli,
        totalMinor,
        vat: 'vat10',
        paymentObject: 'commodity',
        unit: 'piece',
      },
    ]);
  });

  test('a discount above the line names its path', () => {
    expect(() => priceLines([{ itemId: MILK.id, quantityMilli: 1000, discountMinor: 8991 }], ITEMS)).toThrow(
      expect.objectContaining({
        code: 'app.bad_input',
        details: { issues: [{ path: 'lines.0.discountMinor', message: expect.stringContaining('8990') }] },
      }),
    );
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
    place();
    const other = createLocalSync(core, 'kiosk', { ...TEST_WRITER, deviceId: '00000000-0000-7000-8000-0000000000dd' });
    const theirs = createOrders(core, {
      sync: other,
      catalogue: CATALOGUE,
      shop: () => ({ timeZone: 'Europe/Moscow', currency: 'RUB' }),
    });
    const order = core.db.transaction((tx) => theirs.place(tx, { id: core.newId(), origin: 'kiosk', lines: [LINE] }));
    expect(order.number).toBe('K-0001');
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
    expect(orders.get(first.id)).toEqual({ order: first, payments: [], receipts: [] });
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
