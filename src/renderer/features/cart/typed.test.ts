import { expect, test } from 'vitest';
import { parsePercent, parseQuantity, parseSum } from './typed.ts';

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
  ['10', 10],
  ['100', 100],
  ['101', undefined],
  ['0', undefined],
  ['7,5', undefined],
] as const)('percent %j', (text, percent) => {
  expect(parsePercent(text)).toBe(percent);
});

test.each([
  ['100', 10_000],
  ['99,9', 9990],
  ['0,05', 5],
  ['1,005', undefined],
  ['x', undefined],
] as const)('sum %j', (text, minor) => {
  expect(parseSum(text)).toBe(minor);
});
