/** Values of a passport as people type them: days as `01.01.2020`, a series with its space. Pure. */
import type { PassportFault, PassportRule } from '#shared/clients/passport.rules.ts';
import { normalizePassportValue } from '#shared/clients/passport.rules.ts';
import { PassportField } from '#shared/clients/passport.schema.ts';

const isDay = (field: PassportField): boolean => field === 'birthDate' || field === 'issueDate';

/** As it is kept; null for nothing. What is not a value yet is kept as it was typed: it is said to be wrong, not lost. */
export function readPassport(field: string, text: string): string | null {
  const known = PassportField.parse(field);
  const value = normalizePassportValue(known, text);
  if (value === '') return null;
  const [, day, month, year] = /^(\d{1,2})[./ ](\d{1,2})[./ ](\d{4})$/.exec(value) ?? [];
  return isDay(known) && day !== undefined && month !== undefined
    ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
    : value;
}

/** As people read it. */
export const showPassport = (field: PassportField, value: string): string =>
  isDay(field) ? value.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$3.$2.$1') : value;

/** What to say of a field: that nothing stands in it only to those who want to go on. */
export const ruleToSay = (
  faults: readonly PassportFault[],
  field: PassportField,
  isTried: boolean,
): PassportRule | undefined => faults.find((one) => one.field === field && (isTried || one.rule !== 'required'))?.rule;
