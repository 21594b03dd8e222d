import { expect, test } from 'vitest';
import { parseDiscount, parseQuantity } from './typed.ts';

test.each([
  ['3', false, 3000],
  ['0,355', true, 355],
  ['0.355', true, 355],
  ['1 200', false, 1_200_000],
  ['1,0', false, 1000],
  ['0,355', false, undefined],
  ['0', true, undefined],
  ['0,3555', true, undefined],
  ['99999,999', true, 99_999_999],
  ['100000', true, undefined],
  ['', true, undefined],
  ['-1', true, undefined],
] as const)('quantity %j (divisible: %s)', (text, divisible, milli) => {
  expect(parseQuantity(text, divisible)).toBe(milli);
});

test.each([
  ['percent', '10', { kind: 'percent', basisPoints: 1000 }],
  ['percent', '7,5', { kind: 'percent', basisPoints: 750 }],
  ['percent', '100', { kind: 'percent', basisPoints: 10_000 }],
  ['percent', '100,01', undefined],
  ['percent', '0', undefined],
  ['percent', '7,555', undefined],
  ['amount', '99,9', { kind: 'amount', amountMinor: 9990 }],
  ['amount', '100', { kind: 'amount', amountMinor: 10_000 }],
  ['amount', '100,01', undefined],
  ['amount', '0', undefined],
  ['amount', 'x', undefined],
] as const)('discount of %s %j off 100.00', (kind, text, discount) => {
  expect(parseDiscount(kind, text, 10_000)).toEqual(discount);
});
