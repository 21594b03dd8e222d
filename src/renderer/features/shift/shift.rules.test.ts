import { expect, test } from 'vitest';
import { lookOf, paperOf, skewOf, WARN_MS } from './shift.rules.ts';

test.each([
  [
    { state: 'open', number: 118, leftMs: 22_320_000 },
    { kind: 'open', hours: 6, minutes: 12, isEnding: false },
  ],
  [
    { state: 'open', number: 118, leftMs: WARN_MS },
    { kind: 'open', hours: 2, minutes: 0, isEnding: true },
  ],
  [
    { state: 'open', number: 118, leftMs: -5 },
    { kind: 'open', hours: 0, minutes: 0, isEnding: true },
  ],
  // A register that does not say how long is no reason to warn.
  [
    { state: 'open', number: 118 },
    { kind: 'open', hours: 0, minutes: 0, isEnding: false },
  ],
  [{ state: 'closed', number: 118 }, { kind: 'closed' }],
  [{ state: 'expired', number: 118, leftMs: 0 }, { kind: 'expired' }],
  [{ state: 'unknown', number: 0 }, { kind: 'unknown' }],
] as const)('%j', (shift, expected) => {
  expect(lookOf(shift)).toEqual(expected);
});

test.each([
  [undefined, { kind: 'unknown', isFar: false }],
  [1400, { kind: 'right', isFar: false }],
  [-29_999, { kind: 'right', isFar: false }],
  [45_000, { kind: 'ahead', unit: 'second', count: 45, isFar: false }],
  [-200_000, { kind: 'behind', unit: 'minute', count: 3, isFar: false }],
  [300_000, { kind: 'ahead', unit: 'minute', count: 5, isFar: true }],
  [-7_200_000, { kind: 'behind', unit: 'hour', count: 2, isFar: true }],
] as const)('a clock off by %s ms', (skewMs, expected) => {
  expect(skewOf(skewMs)).toEqual(expected);
});

test('paper that is out matters more than paper that ends', () => {
  expect(paperOf({ paperPresent: false, paperNearEnd: true })).toBe('out');
  expect(paperOf({ paperPresent: true, paperNearEnd: true })).toBe('ending');
  expect(paperOf({ paperPresent: true, paperNearEnd: false })).toBe('there');
});
