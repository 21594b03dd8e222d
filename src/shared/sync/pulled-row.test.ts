import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PulledRow } from './protocol.ts';
import { isPulledRow } from './pulled-row.rules.ts';

const good = {
  scope: 'shop:1',
  type: 'order',
  id: 'x',
  ver: 3,
  deleted: false,
  fields: { a: 1 } as object | null,
};
const anything = fc.oneof(
  fc.constantFrom(
    '',
    'shop:1',
    'org:a-b',
    'shop:',
    'shop:ж',
    'x'.repeat(32),
    'x'.repeat(33),
    'x'.repeat(64),
    'x'.repeat(65),
  ),
  fc.constantFrom(0, -0, -1, 1.5, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1, Number.NaN, Infinity),
  fc.constantFrom(undefined, null, true, false),
  fc.array(fc.anything(), { maxLength: 2 }),
  fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }),
);
const members = [...Object.keys(good), 'moved', 'unknown'];

test('takes what the schema takes, and nothing else', () => {
  const one = fc.record({ member: fc.constantFrom(...members), value: anything, isLeftOut: fc.boolean() });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 2 }), (changes) => {
      const row: Record<string, unknown> = { ...good };
      for (const { member, value, isLeftOut } of changes) {
        if (isLeftOut) delete row[member];
        else row[member] = value;
      }
      expect(isPulledRow(row)).toBe(PulledRow.safeParse(row).success);
    }),
    { numRuns: 2000 },
  );
  for (const row of [null, undefined, 1, 'row', [], [good]]) expect(isPulledRow(row)).toBe(false);
});

test('does not make the row anew', () => {
  expect(isPulledRow(good)).toBe(true);
  expect(isPulledRow({ ...good, fields: null, moved: true })).toBe(true);
});
