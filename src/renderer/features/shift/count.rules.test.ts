import { describe, expect, it, test } from 'vitest';
import type { CashCount } from '#shared/fiscal/shift.schema.ts';
import { cleanPieces, countedMinor, DENOMINATIONS, finalCount, outcomeOf, toDenominations } from './count.rules.ts';

test('every denomination from 5000 to a kopeck, each once, largest first', () => {
  expect(DENOMINATIONS[0]).toBe(500_000);
  expect(DENOMINATIONS.at(-1)).toBe(1);
  expect([...DENOMINATIONS].toSorted((a, b) => b - a)).toEqual([...new Set(DENOMINATIONS)]);
});

test.each([
  ['12', '12'],
  ['1 2', '12'],
  ['-3', '3'],
  ['4,5', '45'],
  ['abc', ''],
  ['1234567', '12345'],
])('%j is typed as %j', (text, expected) => {
  expect(cleanPieces(text)).toBe(expected);
});

describe('a count', () => {
  it('sums notes and coins to the kopeck', () => {
    const counts = { 500_000: '2', 10_000: '13', 1_000: '4', 50: '3', 1: '7' };
    expect(countedMinor(counts)).toBe(1_000_000 + 130_000 + 4_000 + 150 + 7);
    expect(toDenominations(counts)).toEqual([
      { valueMinor: 500_000, count: 2 },
      { valueMinor: 10_000, count: 13 },
      { valueMinor: 1_000, count: 4 },
      { valueMinor: 50, count: 3 },
      { valueMinor: 1, count: 7 },
    ]);
  });
  it('of an empty drawer is nothing, and says so', () => {
    expect(countedMinor({ 500_000: '', 100: '0' })).toBe(0);
    expect(toDenominations({ 500_000: '', 100: '0' })).toEqual([]);
  });
});

const count = (countedSum: number, expectedMinor: number, recountOf?: string): CashCount => ({
  id: `${countedSum}`,
  fiscalDeviceId: 'kkt-1',
  shiftNumber: 1,
  at: 0,
  countedBy: 'Анна',
  denominations: [],
  countedMinor: countedSum,
  expectedMinor,
  ...(recountOf === undefined ? {} : { recountOf }),
});

test.each([
  [100, 100, { kind: 'agrees', byMinor: 0 }],
  [90, 100, { kind: 'shortage', byMinor: 10 }],
  [130, 100, { kind: 'surplus', byMinor: 30 }],
] as const)('%i counted of %i is %j', (counted, expectedMinor, outcome) => {
  expect(outcomeOf(count(counted, expectedMinor))).toEqual(outcome);
});

test('a report speaks of the recount, not of the count it corrects', () => {
  expect(finalCount([])).toBeUndefined();
  expect(finalCount([count(1, 2)])?.countedMinor).toBe(1);
  expect(finalCount([count(1, 2), count(3, 2, '1')])?.countedMinor).toBe(3);
});
