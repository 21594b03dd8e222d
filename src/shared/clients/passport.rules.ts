/** What a Russian passport may say, and what of it may be shown to whoever has not asked for the whole. Pure, in clear. */
import { z } from 'zod';
import { PASSPORT_FIELDS, PassportField, type PassportValues } from './passport.schema.ts';

/** Which rule a value breaks. The value itself is never said again: what is said of a fault may be written down. */
export const PassportRule = z.enum([
  'required',
  'russian_name',
  'four_digits',
  'six_digits',
  'issue_code',
  'date',
  'in_future',
  'before_1997',
  'under_14_at_issue',
  'under_18',
  'too_long',
]);
export type PassportRule = z.infer<typeof PassportRule>;
export const PassportFault = z.object({ field: PassportField, rule: PassportRule });
export type PassportFault = z.infer<typeof PassportFault>;

/** What a contract needs. A person may have no patronymic; the day of birth is asked for where it is known. */
const REQUIRED = [
  'lastName',
  'firstName',
  'series',
  'number',
  'issuedBy',
  'issueCode',
  'issueDate',
  'address',
] as const satisfies readonly PassportField[];

/** The first passports of the citizen of Russia were given out on 1 October 1997. */
const FIRST_ISSUE = '1997-10-01';
const RUSSIAN_NAME = /^[А-ЯЁ][А-ЯЁа-яё]*(?:[ '’-][А-ЯЁа-яё]+)*$/;
const MAX_LENGTH: Readonly<Partial<Record<PassportField, number>>> = {
  lastName: 64,
  firstName: 64,
  middleName: 64,
  issuedBy: 256,
  address: 256,
};

/** Is it a day that the calendar has, as `YYYY-MM-DD`? */
const isDay = (text: string): boolean => z.iso.date().safeParse(text).success;

/** The day on which somebody born on `birth` is so many years old. */
const birthday = (birth: string, years: number): string => `${Number(birth.slice(0, 4)) + years}${birth.slice(4)}`;

/** @param today `YYYY-MM-DD` where the shop is. */
function ruleBrokenBy(
  field: PassportField,
  value: string,
  values: PassportValues,
  today: string,
): PassportRule | undefined {
  const max = MAX_LENGTH[field];
  if (max !== undefined && value.length > max) return 'too_long';
  switch (field) {
    case 'lastName':
    case 'firstName':
    case 'middleName':
      return RUSSIAN_NAME.test(value) ? undefined : 'russian_name';
    case 'series':
      return /^\d{4}$/.test(value) ? undefined : 'four_digits';
    case 'number':
      return /^\d{6}$/.test(value) ? undefined : 'six_digits';
    case 'issueCode':
      return /^\d{3}-\d{3}$/.test(value) ? undefined : 'issue_code';
    case 'birthDate':
      if (!isDay(value)) return 'date';
      if (value > today) return 'in_future';
      return birthday(value, 18) > today ? 'under_18' : undefined;
    case 'issueDate': {
      if (!isDay(value)) return 'date';
      if (value > today) return 'in_future';
      if (value < FIRST_ISSUE) return 'before_1997';
      const { birthDate } = values;
      const isChild = birthDate !== undefined && isDay(birthDate) && birthday(birthDate, 14) > value;
      return isChild ? 'under_14_at_issue' : undefined;
    }
    case 'issuedBy':
    case 'address':
      return undefined;
  }
}

/** What is wrong with the values that are filled in, in the order of the fields. */
export const findFaults = (values: PassportValues, today: string): PassportFault[] =>
  PASSPORT_FIELDS.flatMap((field) => {
    const value = values[field];
    const rule = value === undefined ? undefined : ruleBrokenBy(field, value, values, today);
    return rule === undefined ? [] : [{ field, rule }];
  });

/** The same, and what a contract needs and is not there. */
export const findAllFaults = (values: PassportValues, today: string): PassportFault[] => [
  ...REQUIRED.filter((field) => (values[field] ?? '') === '').map((field) => ({ field, rule: 'required' as const })),
  ...findFaults(values, today),
];

/** `45 09` and `770 001` are what is printed in a passport; `4509` and `770-001` are what is kept. */
export function normalizePassportValue(field: PassportField, text: string): string {
  const value = text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  if (field === 'series' || field === 'number') return value.replaceAll(' ', '');
  if (field === 'issueCode') return value.replace(/^(\d{3})[ –—-]?(\d{3})$/, '$1-$2');
  return value;
}

/** Enough to know one's own passport by, and no more. */
export function maskPassportValue(field: PassportField, value: string): string {
  switch (field) {
    case 'lastName':
    case 'firstName':
    case 'middleName':
      return `${Array.from(value)[0] ?? ''}•••`;
    case 'number':
      return `••••${value.slice(4, 6)}`;
    case 'series':
      return '••••';
    case 'issueCode':
      return '•••-•••';
    case 'issueDate':
    case 'birthDate':
      return '••.••.••••';
    case 'issuedBy':
    case 'address':
      return '•••';
  }
}
