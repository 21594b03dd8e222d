import { expect, it, test } from 'vitest';
import { readPassport, ruleToSay, showPassport } from './passport-form.rules.ts';

test.each([
  ['series', '45 09', '4509'],
  ['issueCode', '770 001', '770-001'],
  ['issueDate', '01.01.2020', '2020-01-01'],
  ['birthDate', '5.3.1988', '1988-03-05'],
  ['issueDate', '01.01.20', '01.01.20'],
  ['issuedBy', ' ОВД  района ', 'ОВД района'],
  ['lastName', ' ', null],
])('AM-07 %s %j is kept as %j', (field, text, kept) => {
  expect(readPassport(field, text)).toBe(kept);
});

test.each([
  ['issueDate', '2020-01-01', '01.01.2020'],
  ['issueDate', '01.01.20', '01.01.20'],
  ['series', '4509', '4509'],
] as const)('%s %j is shown as %j', (field, value, shown) => {
  expect(showPassport(field, value)).toBe(shown);
  expect(readPassport(field, shown)).toBe(value);
});

it('says that a field is empty only to those who want to go on', () => {
  const faults = [
    { field: 'series', rule: 'required' },
    { field: 'number', rule: 'six_digits' },
  ] as const;
  expect(ruleToSay(faults, 'series', false)).toBeUndefined();
  expect(ruleToSay(faults, 'series', true)).toBe('required');
  expect(ruleToSay(faults, 'number', false)).toBe('six_digits');
});
