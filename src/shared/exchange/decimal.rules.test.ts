import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal, DecimalInput } from './amounts.schema.ts';
import {
  compareDecimals,
  dividedBy,
  dollars,
  dollarsToMinor,
  isFurtherApart,
  minus,
  numberToDecimal,
  parseDecimal,
  percent,
  plus,
  proceedsMinor,
  quantityFor,
  times,
} from './decimal.rules.ts';

/** Quantities and prices down to the last of 18 places. */
const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }))
  .map(([whole, rest]) => parseDecimal(`${whole}.${String(rest).padStart(18, '0')}`) ?? '0');
const positive = decimal.filter((text) => compareDecimals(text, '0') > 0);

test('AC-30 a tenth and two tenths are three tenths', () => {
  expect(minus(minus('0.3', '0.1'), '0.2')).toBe('0');
  expect(plus('0.1', '0.2')).toBe('0.3');
});

test('AC-30 nothing is lost in adding and taking away', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      expect(minus(plus(a, b), b)).toBe(a);
    }),
  );
});

test('what is sold in pieces never brings more than the whole', () => {
  fc.assert(
    fc.property(positive, positive, positive, (price, one, other) => {
      const whole = proceedsMinor(price, plus(one, other));
      expect(proceedsMinor(price, one) + proceedsMinor(price, other)).toBeLessThanOrEqual(whole);
    }),
  );
});

test('the quantity for an amount brings that amount, and no more of it than the amount is worth', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 9 }), positive, positive, (amount, price, held) => {
      const reached = proceedsMinor(price, held);
      // A price that is less than the last place can tell apart needs more than one step of it for a cent.
      fc.pre(compareDecimals(price, '0.0001') > 0);
      const quantity = quantityFor(amount, price);
      expect(proceedsMinor(price, quantity)).toBe(amount);
      if (reached >= 1) expect(compareDecimals(quantityFor(reached, price), held)).toBeLessThanOrEqual(0);
    }),
  );
});

test.each([
  ['0.250', '0.25'],
  ['60000', '60000'],
  ['007', '7'],
  ['-1', undefined],
  ['abc', undefined],
  ['1e3', undefined],
  ['.5', undefined],
  ['', undefined],
  ['0.1234567890123456789', undefined],
  ['1234567890123456', undefined],
])('%j is read as %j', (text, expected) => expect(parseDecimal(text)).toBe(expected));

test.each([
  [0.1, '0.1'],
  [1e-7, '0.0000001'],
  [60_000, '60000'],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [-1, undefined],
  [1e30, undefined],
])('the number %j is the decimal %j', (value, expected) => expect(numberToDecimal(value)).toBe(expected));

test('a request may write a number or text; nothing, less than nothing and words are refused', () => {
  expect([0.25, '0.250', '1'].map((given) => DecimalInput.parse(given))).toEqual(['0.25', '0.25', '1']);
  for (const wrong of [0, '0', '0.000', -1, '-1', 'abc', '1e3', null, {}]) {
    expect(DecimalInput.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  }
  expect(Decimal.safeParse('-1').success).toBe(false);
});

test('dollars and percent have two places', () => {
  expect([dollars(1_500_000), dollars(-5), dollars(0)]).toEqual(['15000.00', '-0.05', '0.00']);
  expect([dollarsToMinor('100'), dollarsToMinor('99.99'), dollarsToMinor('0.001')]).toEqual([10_000, 9999, undefined]);
  expect([percent('10000', '20000'), percent('-1', '60'), percent('1', '0')]).toEqual(['50.00', '-1.67', '0.00']);
  expect(dividedBy('1', '3')).toBe('0.333333333333333333');
  expect(times('0.1', '0.1')).toBe('0.01');
});

test('AC-11 prices are compared exactly, in both directions, and the tolerance itself is within', () => {
  expect(isFurtherApart('60000', '59700', '0.5')).toBe(false);
  expect(isFurtherApart('60000', '59699.999999', '0.5')).toBe(true);
  expect(isFurtherApart('60000', '60300', '0.5')).toBe(false);
  expect(isFurtherApart('60000', '60300.000001', '0.5')).toBe(true);
});
