import { describe, expect, test } from 'vitest';
import { findAllFaults, findFaults, maskPassportValue, normalizePassportValue } from './passport.rules.ts';
import { PASSPORT_FIELDS, type PassportField, type PassportValues } from './passport.schema.ts';

const TODAY = '2025-10-15';
const GOOD = {
  lastName: 'Петров-Водкин',
  firstName: 'Иван',
  series: '1234',
  number: '567890',
  issuedBy: 'ОВД района Арбат',
  issueCode: '770-001',
  issueDate: '2020-01-01',
  address: 'г. Москва, ул. Арбат, д. 1',
} satisfies PassportValues;

/** With a passport that was given out when whoever is tried was old enough for it. */
const givenAfter = (field: PassportField): PassportValues => {
  const { issueDate, ...rest } = GOOD;
  return field === 'birthDate' ? rest : { ...rest, issueDate };
};

test('AM-07 a passport of the scenario has nothing wrong about it', () => {
  expect(findAllFaults(GOOD, TODAY)).toEqual([]);
});

describe('AM-07 is refused, by field and rule', () => {
  test.each<[PassportField, string, string]>([
    ['issueDate', '2025-10-16', 'in_future'],
    ['issueDate', '2020-02-30', 'date'],
    ['issueDate', '01.02.2020', 'date'],
    ['issueDate', '1997-09-30', 'before_1997'],
    ['series', '12', 'four_digits'],
    ['series', '12345', 'four_digits'],
    ['series', '12а4', 'four_digits'],
    ['number', '56789', 'six_digits'],
    ['issueCode', '77', 'issue_code'],
    ['issueCode', '770001', 'issue_code'],
    ['lastName', 'Petrov', 'russian_name'],
    ['firstName', 'Иван1', 'russian_name'],
    ['firstName', 'иван', 'russian_name'],
    ['birthDate', '2025-10-16', 'in_future'],
    ['birthDate', '2007-10-16', 'under_18'],
  ])('%s = %s: %s', (field, value, rule) => {
    expect(findFaults({ ...givenAfter(field), [field]: value }, TODAY)).toEqual([{ field, rule }]);
  });

  test('who was not fourteen when it was given out', () => {
    const born = (birthDate: string) => findFaults({ ...GOOD, birthDate, issueDate: '2015-03-01' }, TODAY);
    expect(born('2001-03-01')).toEqual([]);
    expect(born('2001-03-02')).toEqual([{ field: 'issueDate', rule: 'under_14_at_issue' }]);
  });

  test('what a contract needs and is not there', () => {
    expect(findAllFaults({ middleName: 'Ильич' }, TODAY)).toEqual(
      Object.keys(GOOD).map((field) => ({ field, rule: 'required' })),
    );
  });
});

test.each<[PassportField, string, boolean]>([
  ['issueDate', '2025-10-15', true],
  ['issueDate', '1997-10-01', true],
  ['birthDate', '2007-10-15', true],
  ['lastName', 'Оглы Мамедов', true],
  ['firstName', 'Жан-Жак', true],
  ['middleName', "Д'Артаньянович", true],
])('%s = %s may be', (field, value) => {
  expect(findFaults({ ...givenAfter(field), [field]: value }, TODAY)).toEqual([]);
});

test.each<[PassportField, string, string]>([
  ['series', ' 45 09 ', '4509'],
  ['number', '123 456', '123456'],
  ['issueCode', '770001', '770-001'],
  ['issueCode', '770 – 001', '770 – 001'],
  ['issueCode', '770–001', '770-001'],
  ['lastName', ' Петров   Водкин ', 'Петров Водкин'],
])('%s typed as "%s" is kept as "%s"', (field, typed, kept) => {
  expect(normalizePassportValue(field, typed)).toBe(kept);
});

test('what is shown unasked gives no field away', () => {
  const values = { ...GOOD, middleName: 'Ильич', birthDate: '1990-05-06' };
  for (const field of PASSPORT_FIELDS) {
    const shown = maskPassportValue(field, values[field]);
    expect(values[field]).not.toBe(shown);
    expect(shown.replaceAll(/[•.-]/g, '').length).toBeLessThanOrEqual(2);
  }
  expect(maskPassportValue('number', '12')).toBe('••••');
});
