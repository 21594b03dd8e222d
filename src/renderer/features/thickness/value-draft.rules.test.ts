import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { MAX_MICROMETRES } from '#shared/diagnostics/thickness.schema.ts';
import { eraseDigit, readDraft, typeDigit } from './value-draft.rules.ts';

const typed = (text: string) => text.split('').reduce(typeDigit, '');

it.each([
  ['118', 118],
  ['0', 0],
  ['007', 7],
  ['5000', 5000],
  ['5001', 500],
  ['99999', 999],
  ['', undefined],
])('%j typed is %s', (text, value) => {
  expect(readDraft(typed(text))).toBe(value);
});
test('no keys make a value that no gauge shows', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('0', '1', '5', '7', '9', 'erase')), (keys) => {
      const draft = keys.reduce((text, key) => (key === 'erase' ? eraseDigit(text) : typeDigit(text, key)), '');
      expect(readDraft(draft) ?? 0).toBeLessThanOrEqual(MAX_MICROMETRES);
    }),
  );
});
