import { describe, expect, it } from 'vitest';
import { countdown, createFormat, largestUnit } from './format.ts';

/** Intl separates with no-break spaces of several widths and, in Hebrew, direction marks. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ').replace(/[\u200e\u200f]/g, '');

describe('money', () => {
  it.each([
    ['ru', 48_000, '480,00 ₽'],
    ['ru', 794_700, '7 947,00 ₽'],
    ['ru', -12_050, '-120,50 ₽'],
    ['en', 48_000, '₽480.00'],
    ['fr', 123_456, '1 234,56 ₽'],
    ['es', 48_000, '480,00 ₽'],
    ['he', 48_000, '480.00 ₽'],
  ] as const)('%s %i', (language, minor, expected) => {
    expect(plain(createFormat(language).money(minor))).toBe(expected);
  });

  it('drops kopecks only where there are none', () => {
    const ru = createFormat('ru');
    expect(plain(ru.money(48_000, { short: true }))).toBe('480 ₽');
    expect(plain(ru.money(48_050, { short: true }))).toBe('480,50 ₽');
  });
});

it('reads time in the zone it is given', () => {
  const noon = Date.UTC(2026, 10, 21, 12, 6, 31);
  expect(createFormat('ru', 'Europe/Moscow').time(noon)).toBe('15:06');
  expect(createFormat('ru', 'Asia/Vladivostok').timeWithSeconds(noon)).toBe('22:06:31');
});

it('keeps thousandths of a quantity and nothing more', () => {
  expect(createFormat('ru').quantity(2000)).toBe('2');
  expect(createFormat('ru').quantity(355)).toBe('0,355');
});

it.each([
  [0, '0:00'],
  [-5000, '0:00'],
  [1, '0:01'],
  [59_000, '0:59'],
  [582_000, '9:42'],
  [600_000, '10:00'],
  [3_599_000, '59:59'],
  [3_600_000, '1:00:00'],
  [86_400_000 - 18_000, '23:59:42'],
])('counts down %i ms as %s', (ms, text) => {
  expect(countdown(ms)).toBe(text);
});

it.each([
  [999, [0, 'second']],
  [59_999, [59, 'second']],
  [60_000, [1, 'minute']],
  [3_600_000, [1, 'hour']],
  [172_800_000, [2, 'day']],
] as const)('%i ms is %j', (ms, unit) => {
  expect(largestUnit(ms)).toEqual(unit);
});
