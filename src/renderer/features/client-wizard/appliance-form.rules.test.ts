import { describe, expect, it, test } from 'vitest';
import { EMPTY_FORM, formOf, readAppliance, readFee } from './appliance-form.rules.ts';

test.each([
  ['', 0],
  ['1500', 150_000],
  ['1 500,50', 150_050],
  ['0.5', 50],
  ['-1', undefined],
  ['1,234', undefined],
  ['тысяча', undefined],
])('a fee of %j', (text, minor) => {
  expect(readFee(text)).toBe(minor);
});

describe('AM-08 an appliance', () => {
  test('needs its kind and a title that is not blank', () => {
    expect(readAppliance(EMPTY_FORM)).toEqual({ wrong: ['kind', 'title'] });
    expect(readAppliance({ ...EMPTY_FORM, kind: 'television', title: '  ', fee: 'x' })).toEqual({
      wrong: ['title', 'fee'],
    });
  });
  test('keeps the specs that the form does not ask for', () => {
    const form = { ...EMPTY_FORM, kind: 'television', title: ' Samsung QE55Q60 ', serial: '42', fee: '1500' } as const;
    expect(readAppliance(form, { Цвет: 'чёрный' })).toEqual({
      draft: {
        kind: 'television',
        title: 'Samsung QE55Q60',
        description: '',
        specs: { Цвет: 'чёрный', 'Серийный номер': '42' },
        extraFeeMinor: 150_000,
      },
    });
    expect(readAppliance({ ...form, serial: '' }, { 'Серийный номер': '42' })).toMatchObject({ draft: { specs: {} } });
  });
});

it('shows an appliance as it would be typed', () => {
  const one = { id: '1', kind: 'fridge', title: 'Atlant', specs: { 'Серийный номер': '7' }, pictures: [] } as const;
  expect(formOf({ ...one, extraFeeMinor: 140_050 })).toEqual({
    kind: 'fridge',
    title: 'Atlant',
    serial: '7',
    description: '',
    fee: '1400,50',
  });
  expect(formOf({ ...one, extraFeeMinor: 0 }).fee).toBe('');
});
