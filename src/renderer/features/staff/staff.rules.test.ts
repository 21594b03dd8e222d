import { expect, test } from 'vitest';
import { initials, lockedUntil, typeDigit } from './staff.rules.ts';

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
