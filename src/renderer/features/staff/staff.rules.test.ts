import { expect, test } from 'vitest';
import { approvalFacts, initials, lockedUntil, neighbourOf, typeDigit } from './staff.rules.ts';

test.each([
  ['Иванов Иван', 'ИИ'],
  ['  анна  schmidt von Ulm ', 'АS'],
  ['Мария', 'М'],
  ['', ''],
])('%j is %j', (name, expected) => {
  expect(initials(name)).toBe(expected);
});

test('a PIN has at most eight digits', () => {
  expect('123456789'.split('').reduce(typeDigit, '')).toBe('12345678');
});

test('a lock says until when, or nothing', () => {
  expect(lockedUntil({ retryAt: 5 })).toBe(5);
  expect(lockedUntil({ retryAt: 'soon' })).toBeUndefined();
  expect(lockedUntil({})).toBeUndefined();
});

test.each([
  ['a', 1, 'b'],
  ['c', 1, 'a'],
  ['a', -1, 'c'],
] as const)('from %s by %i is %s', (from, by, to) => {
  expect(neighbourOf(['a', 'b', 'c'], from, by)).toBe(to);
});

test.each([
  ['a discount', { discountMinor: 1500, fullMinor: 10_000, limitPercent: 10 }, { amountMinor: 1500, percent: 0.15 }],
  ['a refund', { totalMinor: 500, number: 'C-0001' }, { amountMinor: 500, number: 'C-0001' }],
  ['a void', { amountMinor: 200_000 }, { amountMinor: 200_000 }],
  ['what has no sum', { registerId: 'kkt-1' }, {}],
])('a supervisor is told of %s', (_name, facts, told) => {
  expect(approvalFacts(facts)).toEqual(told);
});
