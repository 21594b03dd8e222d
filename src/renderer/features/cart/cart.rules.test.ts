import { describe, expect, it, test } from 'vitest';
import type { Discount } from '#shared/orders/orders.schema.ts';
import {
  addItem,
  type CartItem,
  changeQuantity,
  fullMinor,
  isOverLimit,
  type Line,
  neighbour,
  partOf,
  removeLine,
  reprice,
  restoreLine,
  selectionAfterRemoval,
  setDiscount,
  setQuantity,
  toCheckout,
  totalMinor,
  totals,
} from './cart.rules.ts';

const item = (id: string, priceMinor: number, vat: CartItem['vat'] = 'vat22', unit: CartItem['unit'] = 'piece') =>
  ({ id, name: id, sku: id, priceMinor, vat, unit, paymentObject: 'commodity' }) satisfies CartItem;
const line = (one: CartItem, quantityMilli = 1000, discount?: Discount): Line => ({
  item: one,
  quantityMilli,
  ...(discount ? { discount } : {}),
});

const percent = (whole: number): Discount => ({ kind: 'percent', basisPoints: whole * 100 });
const amount = (amountMinor: number): Discount => ({ kind: 'amount', amountMinor });

const oil = item('oil', 289_000);
const wipe = item('wipe', 14_900);
const cheese = item('cheese', 89_990, 'vat10', 'kilogram');

describe('quantity', () => {
  it('grows the line that has the item, with its discount', () => {
    const lines = addItem([line(oil, 2000, percent(10)), line(wipe)], oil);
    expect(lines.map((one) => one.quantityMilli)).toEqual([3000, 1000]);
    expect(lines[0]?.discount).toEqual(percent(10));
  });

  it('adds a new item at the end', () => {
    expect(addItem([line(oil)], wipe).map((one) => one.item.id)).toEqual(['oil', 'wipe']);
  });

  test.each([
    ['one more', 1000, 1, 2000],
    ['one less', 2000, -1, 1000],
    ['never to nothing', 1000, -1, 1000],
    ['a weight keeps its fraction', 1355, 1, 2355],
    ['less than one stays', 355, -1, 355],
    ['stops at the most the register takes', 99_999_500, 1, 99_999_999],
  ] as const)('%s', (_, from, by, to) => {
    expect(changeQuantity([line(cheese, from)], 'cheese', by)[0]?.quantityMilli).toBe(to);
  });

  it('is set as typed, within what a register takes', () => {
    expect(setQuantity([line(cheese)], 'cheese', 355)[0]?.quantityMilli).toBe(355);
    expect(setQuantity([line(cheese)], 'cheese', 0)[0]?.quantityMilli).toBe(1);
  });
});

describe('discount', () => {
  test.each([
    ['none', line(oil), 0],
    ['percent', line(oil, 1000, percent(10)), 28_900],
    ['percent of the line, half up', line(item('x', 5), 1000, percent(10)), 1],
    ['percent of a weight', line(cheese, 355, percent(7)), 2236],
    ['amount', line(oil, 2000, amount(10_050)), 10_050],
    ['never more than the line', line(wipe, 1000, amount(20_000)), 14_900],
  ])('%s', (_, one, expected) => {
    expect(fullMinor(one) - totalMinor(one)).toBe(expected);
  });

  it('is taken off again', () => {
    expect(setDiscount([line(oil, 1000, amount(1))], 'oil', undefined)).toEqual([line(oil)]);
  });
});

describe('totals', () => {
  it('adds up to the kopeck and tells the tax inside', () => {
    const lines = [
      line(oil, 2000),
      line(item('filter', 64_000)),
      line(item('work', 120_000), 1000, percent(10)),
      line(wipe, 3000),
    ];
    expect(totals({ lines })).toEqual({
      fullMinor: 806_700,
      lineDiscountMinor: 12_000,
      receiptDiscountMinor: 0,
      totalMinor: 794_700,
      vat: [{ percent: 22, minor: 143_307 }],
    });
  });

  it('takes the receipt’s discount off after the lines’, out of the tax too', () => {
    const lines = [line(oil, 1000, percent(50)), line(item('book', 10_000, 'none'))];
    expect(totals({ lines, discount: percent(10) })).toEqual({
      fullMinor: 299_000,
      lineDiscountMinor: 144_500,
      receiptDiscountMinor: 15_450,
      totalMinor: 139_050,
      vat: [{ percent: 22, minor: 23_452 }],
    });
  });

  it('keeps rates apart, the highest first, and leaves out those without tax', () => {
    const lines = [line(cheese), line(oil), line(item('book', 10_000, 'none')), line(item('export', 10_000, 'vat0'))];
    expect(totals({ lines }).vat).toEqual([
      { percent: 22, minor: 52_115 },
      { percent: 10, minor: 8181 },
    ]);
  });

  it('is nothing for an empty receipt', () => {
    expect(totals({ lines: [] })).toMatchObject({ fullMinor: 0, totalMinor: 0, vat: [] });
  });
});

describe('removing', () => {
  const lines = [line(oil), line(wipe), line(cheese)];

  test.each([
    ['the next line is selected', 1, 'cheese'],
    ['the last when there is no next', 2, 'wipe'],
    ['the new first', 0, 'wipe'],
  ])('%s', (_, index, selected) => {
    expect(selectionAfterRemoval(removeLine(lines, lines[index]?.item.id ?? ''), index)).toBe(selected);
  });

  it('is undone in place', () => {
    expect(restoreLine(removeLine(lines, 'wipe'), line(wipe), 1)).toEqual(lines);
  });

  it('adds up when the item came back meanwhile', () => {
    expect(restoreLine([line(wipe, 2000)], line(wipe, 3000), 0)).toEqual([line(wipe, 5000)]);
  });
});

test.each([
  ['down from nothing', undefined, 1, 'oil'],
  ['up from nothing', undefined, -1, 'cheese'],
  ['down', 'oil', 1, 'wipe'],
  ['stops at the end', 'cheese', 1, 'cheese'],
  ['stops at the start', 'oil', -1, 'oil'],
] as const)('selection: %s', (_, from, by, to) => {
  expect(neighbour([line(oil), line(wipe), line(cheese)], from, by)).toBe(to);
});

it('takes new prices and keeps what was typed', () => {
  const dearer = { ...oil, priceMinor: 300_000 };
  expect(reprice([line(oil, 2000), line(wipe)], new Map([['oil', dearer]]))).toEqual([line(dearer, 2000), line(wipe)]);
});

describe('what the core is asked for', () => {
  it('is the discount as it was asked, for the core to compute', () => {
    expect(toCheckout({ lines: [line(oil, 2000, percent(10)), line(wipe)], discount: amount(500) })).toEqual({
      lines: [
        { itemId: 'oil', quantityMilli: 2000, discount: percent(10) },
        { itemId: 'wipe', quantityMilli: 1000 },
      ],
      discount: amount(500),
    });
  });

  it('a sum above what is left of it is all of it; of nothing it is none', () => {
    const lines = [line(wipe, 1000, amount(20_000)), line(item('gift', 0), 1000, amount(5))];
    expect(toCheckout({ lines, discount: amount(1) })).toEqual({
      lines: [
        { itemId: 'wipe', quantityMilli: 1000, discount: amount(14_900) },
        { itemId: 'gift', quantityMilli: 1000 },
      ],
    });
  });
});

test.each([
  [percent(10), undefined, false],
  [percent(11), undefined, true],
  [percent(6), percent(5), true],
])('a line less %o and the receipt less %o: a supervisor is needed %s', (own, whole, needed) => {
  expect(isOverLimit({ lines: [line(oil, 1000, own)], discount: whole }, 10)).toBe(needed);
});

it('a part of a line keeps its percent and not its sum', () => {
  expect(totalMinor(partOf(line(oil, 3000, percent(10)), 1000))).toBe(260_100);
  expect(totalMinor(partOf(line(oil, 3000, amount(5000)), 1000))).toBe(289_000);
});
