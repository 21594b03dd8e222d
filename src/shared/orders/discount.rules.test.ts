import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineTotal, MAX_MINOR, sumMinor } from '../kernel/money.ts';
import { checkDiscounts, type DiscountedLine, isDiscountOverLimit, priceReceipt } from './discount.rules.ts';
import type { Discount } from './orders.schema.ts';

const percent = (basisPoints: number): Discount => ({ kind: 'percent', basisPoints });
const amount = (amountMinor: number): Discount => ({ kind: 'amount', amountMinor });
const line = (priceMinor: number, quantityMilli = 1000, discount?: Discount): DiscountedLine => ({
  priceMinor,
  quantityMilli,
  ...(discount ? { discount } : {}),
});

const anyDiscount = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }).map(percent),
  fc.integer({ min: 1, max: 10_000_000 }).map(amount),
);
const anyLine = fc
  .record({
    // Ten million lines of such prices stay below the largest sum there is.
    priceMinor: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 10_000_000 })),
    quantityMilli: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 50_000 })),
    discount: fc.option(anyDiscount, { nil: undefined }),
  })
  .map(({ priceMinor, quantityMilli, discount }) => line(priceMinor, quantityMilli, discount));
const anyLines = fc.array(anyLine, { minLength: 1, maxLength: 40 });
const anyReceipt = fc.option(anyDiscount, { nil: undefined });

describe('AF-26 quantity and price', () => {
  test('33.33 × 3 is 99.99, and 0.333 of 1000.00 is 333.00', () => {
    expect(priceReceipt([line(3333, 3000)]).totalMinor).toBe(9999);
    expect(priceReceipt([line(100_000, 333)]).totalMinor).toBe(33_300);
  });
});

describe('a discount', () => {
  test.each([
    ['10 % of 89.90', [line(8990, 1000, percent(1000))], undefined, [8091]],
    ['2.5 % of 100.00', [line(10_000, 1000, percent(250))], undefined, [9750]],
    ['an amount', [line(8990, 2000, amount(980))], undefined, [17_000]],
    ['an amount above its line takes the line', [line(100, 1000, amount(500)), line(7)], undefined, [0, 7]],
    ['10.00 over three equal lines', [line(10_000), line(10_000), line(10_000)], amount(1000), [9666, 9667, 9667]],
    ['a kopeck over two lines goes to the larger', [line(100), line(300)], amount(1), [100, 299]],
    [
      'the receipt’s comes after the line’s',
      [line(10_000, 1000, percent(5000)), line(5000)],
      percent(1000),
      [4500, 4500],
    ],
    ['everything off', [line(100), line(333)], percent(10_000), [0, 0]],
  ] as const)('%s', (_name, lines, receipt, totals) => {
    expect(priceReceipt(lines, receipt).lines.map(({ totalMinor }) => totalMinor)).toEqual(totals);
  });

  test('no kopeck is lost, and no line falls below nothing', () => {
    fc.assert(
      fc.property(anyLines, anyReceipt, (lines, receipt) => {
        const priced = priceReceipt(lines, receipt);
        expect(sumMinor(priced.lines.map(({ totalMinor }) => totalMinor))).toBe(priced.totalMinor);
        expect(sumMinor(priced.lines.map(({ receiptMinor }) => receiptMinor))).toBe(priced.receiptDiscountMinor);
        expect(priced.fullMinor - priced.lineDiscountMinor - priced.receiptDiscountMinor).toBe(priced.totalMinor);
        for (const [index, one] of priced.lines.entries()) {
          const { priceMinor, quantityMilli } = lines[index] ?? line(0);
          expect(one.fullMinor).toBe(lineTotal(priceMinor, quantityMilli));
          expect(one.fullMinor - one.lineMinor - one.receiptMinor).toBe(one.totalMinor);
          for (const part of [one.lineMinor, one.receiptMinor, one.totalMinor]) expect(part).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('a line’s share of the receipt’s discount is its exact share, less than a kopeck off', () => {
    fc.assert(
      fc.property(anyLines, anyReceipt, (lines, receipt) => {
        const priced = priceReceipt(lines, receipt);
        const whole = BigInt(priced.fullMinor - priced.lineDiscountMinor);
        for (const { fullMinor, lineMinor, receiptMinor } of priced.lines) {
          const exact = BigInt(priced.receiptDiscountMinor) * BigInt(fullMinor - lineMinor);
          const off = BigInt(receiptMinor) * whole - exact;
          expect(whole === 0n ? receiptMinor === 0 : off > -whole && off < whole).toBe(true);
        }
      }),
    );
  });

  test('the order of the lines does not change what each costs', () => {
    const shuffled = anyLines.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    );
    fc.assert(
      fc.property(shuffled, anyReceipt, ([lines, other], receipt) => {
        const costs = (list: readonly DiscountedLine[]) =>
          priceReceipt(list, receipt)
            .lines.map((one) => `${one.fullMinor - one.lineMinor}:${one.totalMinor}`)
            .toSorted();
        expect(costs(other)).toEqual(costs(lines));
      }),
    );
  });

  test('the largest sums stay exact', () => {
    const priced = priceReceipt([line(MAX_MINOR / 2), line(MAX_MINOR / 2 - 1)], percent(3333));
    expect(sumMinor(priced.lines.map(({ totalMinor }) => totalMinor))).toBe(priced.totalMinor);
  });
});

describe('a sum that is more than what it comes off', () => {
  test.each([
    ['of a line', [line(100), line(8990, 1000, amount(8991))], undefined, 'lines.1.discount.amountMinor', '8990'],
    ['of the receipt', [line(1000, 1000, percent(5000))], amount(501), 'discount.amountMinor', '500'],
  ] as const)('%s is named by its path', (_name, lines, receipt, path, limit) => {
    expect(checkDiscounts(lines, receipt)).toEqual([{ path, message: expect.stringContaining(limit) }]);
  });

  test('exactly all of it is allowed', () => {
    expect(checkDiscounts([line(100, 1000, amount(100)), line(50)], amount(50))).toEqual([]);
  });
});

test.each([
  [10_000, 9000, false],
  [10_000, 8999, true],
  [10_000, 10_000, false],
  [3, 3, false],
  [3, 2, true],
])('of %i to pay %i: above ten percent %s', (fullMinor, totalMinor, over) => {
  expect(isDiscountOverLimit({ fullMinor, totalMinor }, 10)).toBe(over);
});
