import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VisitContact } from '#shared/visits/visits.schema.ts';
import { readName, withName } from './name.rules.ts';

it.each([
  ['анна', 'Анна'],
  ['анна-мария', 'Анна-Мария'],
  [' -jean  luc', 'Jean Luc'],
  ['élodie', 'Élodie'],
  ["o'neil", "O'Neil"],
  ['שרה', 'שרה'],
  ['<b>ann1</b>', 'Bannb'],
])('%j is typed as %j', (typed, shown) => {
  expect(withName(typed)).toBe(shown);
});

it.each([
  ['', undefined],
  ['А', undefined],
  ['Я-', undefined],
  ['Ян', 'Ян'],
  ['Анна ', 'Анна'],
])('%j is the name %j', (typed, name) => {
  expect(readName(typed)).toBe(name);
});

it('whatever is typed, a name that is taken is one that the core takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 90 }), (typed) => {
      const name = readName(withName(typed));
      if (name !== undefined) expect(VisitContact.parse({ name }).name).toBe(name);
    }),
  );
});
