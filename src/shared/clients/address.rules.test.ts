import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADDRESS_PARTS, joinAddress, missingInAddress, NO_ADDRESS, splitAddress } from './address.rules.ts';

test.each([
  [
    '125009, г. Москва, ул. Тверская, д. 5, кв. 10',
    { postal: '125009', city: 'Москва', street: 'Тверская', house: '5', apartment: '10' },
  ],
  [
    'Московская обл., Одинцовский р-н, с. Юдино, пер. Лесной, д. 3, корп. 2, кв. 7',
    {
      region: 'Московская обл., Одинцовский р-н',
      city: 'с. Юдино',
      street: 'пер. Лесной',
      house: 'д. 3, корп. 2',
      apartment: '7',
    },
  ],
  ['Москва, Лесная ул., 12, кв. 40', { city: 'Москва', street: 'Лесная ул.', house: '12', apartment: '40' }],
  ['Химки, Садовая ул., 18, 5', { city: 'Химки', street: 'Садовая ул.', house: '18', apartment: '5' }],
  [
    'д. Малые Вязёмы, проезд Петровский, дом 1а',
    { city: 'д. Малые Вязёмы', street: 'проезд Петровский', house: 'дом 1а' },
  ],
  [
    'Республика Татарстан, г Казань, пр-т Победы, д 1',
    { region: 'Республика Татарстан', city: 'г Казань', street: 'пр-т Победы', house: 'д 1' },
  ],
  ['', {}],
])('%s', (line, parts) => {
  expect(splitAddress(line)).toEqual({ ...NO_ADDRESS, ...parts });
});

test('a line that was split and joined splits and joins the same, and no word of it is lost', () => {
  const piece = fc.constantFrom(
    '101000',
    'Тверская обл.',
    'г. Тверь',
    'Тверь',
    'д. Ивановка',
    'ул. Ленина',
    'Ленина',
    'б-р Цанова',
    'д. 5',
    '5',
    'стр. 2',
    'кв. 10',
    'у реки',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
      const parts = splitAddress(pieces.join(', '));
      const line = joinAddress(parts);
      expect(joinAddress(splitAddress(line))).toBe(line);
      for (const word of pieces.flatMap((one) => one.split(' '))) expect(line).toContain(word);
    }),
  );
});

test('fields that a person fills in without their words get them', () => {
  const typed = { ...NO_ADDRESS, city: 'Тверь', street: 'Советская', house: '7', apartment: '1' };
  expect(joinAddress(typed)).toBe('г. Тверь, ул. Советская, д. 7, кв. 1');
  expect(splitAddress(joinAddress(typed))).toEqual(typed);
  expect(Object.keys(typed)).toEqual([...ADDRESS_PARTS]);
});

test.each([
  ['Москва', ['street']],
  ['г. Москва', ['street']],
  ['ул. Арбат', ['city']],
  ['г. Москва, ул. Арбат', []],
  ['Москва, Арбат', []],
])('AM-04 "%s" lacks %s', (line, missing) => {
  expect(missingInAddress(line)).toEqual(missing);
});
