import { expect, test } from 'vitest';
import { asTyped, readAmount } from './cash.rules.ts';

test.each([
  ['', 'in', undefined],
  ['5000', 'in', { amountMinor: 500_000 }],
  ['5 000,50', 'in', { amountMinor: 500_050 }],
  ['0', 'in', { fault: 'zero' }],
  ['0,001', 'in', { fault: 'not_a_sum' }],
  ['-5', 'out', { fault: 'not_a_sum' }],
  ['1000', 'out', { amountMinor: 100_000 }],
  ['1000,01', 'out', { fault: 'more_than_drawer' }],
  ['1000,01', 'in', { amountMinor: 100_001 }],
] as const)('%j %s of a drawer with 1000.00', (text, direction, expected) => {
  expect(readAmount(text, direction, 100_000)).toEqual(expected);
});

test('a register that is away cannot say what its drawer holds, so nothing is refused here', () => {
  expect(readAmount('1000,01', 'out', undefined)).toEqual({ amountMinor: 100_001 });
});

test.each([
  [500_000, '5000'],
  [500_050, '5000,50'],
])('%i kopecks are typed as %j, and read back as the same', (minor, text) => {
  expect(asTyped(minor)).toBe(text);
  expect(readAmount(text, 'in', 0)).toEqual({ amountMinor: minor });
});
