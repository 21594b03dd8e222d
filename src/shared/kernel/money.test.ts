import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allocate,
  divideHalfUp,
  isRoubles,
  lineTotal,
  MAX_MINOR,
  minorToDecimal,
  minorToRoubles,
  roublesToMinor,
  shareOf,
  sumMinor,
} from './money.ts';

const amount = fc.integer({ min: -MAX_MINOR, max: MAX_MINOR });

describe('division', () => {
  test('is to the nearest, halves away from zero', () => {
    const cases: [bigint, bigint, bigint][] = [
      [1n, 2n, 1n],
      [-1n, 2n, -1n],
      [3n, 2n, 2n],
      [1n, 3n, 0n],
      [2n, 3n, 1n],
      [-2n, 3n, -1n],
      [0n, 7n, 0n],
    ];
    for (const [n, d, wanted] of cases) expect(divideHalfUp(n, d)).toBe(wanted);
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (n, d) => {
          const rest = 2n * (n - divideHalfUp(n, d) * d);
          const distance = rest < 0n ? -rest : rest;
          expect(distance <= d).toBe(true);
          expect(divideHalfUp(-n, d)).toBe(-divideHalfUp(n, d));
        },
      ),
    );
  });

  test('of a line is exact where floating point is not', () => {
    expect(lineTotal(100, 1500)).toBe(150);
    expect(lineTotal(1, 500)).toBe(1);
    expect(lineTotal(333, 1001)).toBe(333);
    // 1.005 × 100 is 100.49999999999999 in floating point.
    expect(lineTotal(1005, 100)).toBe(101);
    expect(shareOf(10_001, 50, 100)).toBe(5001);
    expect(() => lineTotal(1.5, 1000)).toThrow(expect.objectContaining({ code: 'app.bad_input' }));
  });
});

describe('allocation', () => {
  const weights = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 20 });

  test('loses nothing, and no part is a whole unit off its share', () => {
    fc.assert(
      fc.property(amount, weights, (whole, parts) => {
        const made = allocate(whole, parts);
        expect(sumMinor(made)).toBe(whole);
        const total = parts.reduce((sum, part) => sum + part, 0);
        if (total === 0) return;
        for (const [index, part] of made.entries()) {
          const off = BigInt(part) * BigInt(total) - BigInt(whole) * BigInt(parts[index] ?? 0);
          expect((off < 0n ? -off : off) < BigInt(total)).toBe(true);
        }
      }),
    );
  });

  test('a weight of nothing gets nothing, the larger remainder first', () => {
    expect(allocate(100, [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(5, [0, 3, 0, 2])).toEqual([0, 3, 0, 2]);
    expect(allocate(-100, [1, 1, 1])).toEqual([-34, -33, -33]);
    expect(allocate(7, [0, 0])).toEqual([7, 0]);
    expect(allocate(7, [])).toEqual([]);
  });
});

describe('roubles of a wire', () => {
  test('and minor units are the same money', () => {
    fc.assert(
      fc.property(amount, (minor) => {
        const roubles = minorToRoubles(minor);
        expect(isRoubles(roubles)).toBe(true);
        // -0 comes out of the wire as 0.
        expect(roublesToMinor(roubles) + 0).toBe(minor + 0);
        expect(Number(minorToDecimal(minor))).toBe(roubles + 0);
        expect(minorToDecimal(minor)).toMatch(/^-?\d+\.\d\d$/);
      }),
    );
  });

  test('with a third decimal, or too many of them, or none at all, are refused', () => {
    for (const value of [
      0.001,
      0.015,
      1.005,
      19.999,
      999_999_999_999.001,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      MAX_MINOR,
    ]) {
      expect(isRoubles(value)).toBe(false);
      expect(() => roublesToMinor(value)).toThrow(expect.objectContaining({ code: 'app.bad_input' }));
    }
    for (const value of [0, 0.1 + 0.2, 140_021_172_221.2, 0.01, 0.07, 0.29, 1.15, 4.35, 480, 1_000_000_000.01])
      expect(isRoubles(value)).toBe(true);
    expect(roublesToMinor(1.15)).toBe(115);
    expect(roublesToMinor(4.35)).toBe(435);
  });
});

test('sums are exact beyond what a number can add', () => {
  expect(sumMinor([])).toBe(0);
  expect(sumMinor([2 ** 53 - 1, 2, -2])).toBe(2 ** 53 - 1);
  expect(() => sumMinor([0.5])).toThrow();
});
