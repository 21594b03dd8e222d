import { expect, test } from 'vitest';
import { findRegisterTroubles, type RegisterSaid } from './register-troubles.rules.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT = 1_800_000_000_000;

const kinds = (said: Partial<RegisterSaid>) =>
  findRegisterTroubles(
    [
      {
        id: 'fd-1',
        name: 'Касса 1',
        fnValidUntil: null,
        unsentDocuments: 0,
        unsentSince: null,
        shiftState: 'closed',
        shiftEndsAt: null,
        ...said,
      },
    ],
    AT,
  ).map(({ kind }) => kind);

test.each<[string, Partial<RegisterSaid>, string[]]>([
  ['says nothing of its memory', {}, []],
  ['has a memory for 31 days', { fnValidUntil: AT + 31 * DAY }, []],
  ['has a memory for 30 days', { fnValidUntil: AT + 30 * DAY }, ['fiscal.fn_ends']],
  ['has a memory for a week', { fnValidUntil: AT + 7 * DAY }, ['fiscal.fn_ends_soon']],
  ['has a memory that is over', { fnValidUntil: AT - DAY }, ['fiscal.fn_ends_soon']],
  ['holds documents of this night', { unsentDocuments: 3, unsentSince: AT - 24 * HOUR }, []],
  ['holds older documents', { unsentDocuments: 3, unsentSince: AT - 24 * HOUR - 1 }, ['fiscal.unsent']],
  ['has a shift of 22 hours', { shiftState: 'open', shiftEndsAt: AT + 2 * HOUR }, []],
  ['has a longer shift', { shiftState: 'open', shiftEndsAt: AT + 2 * HOUR - 1 }, ['fiscal.shift_long']],
  ['has a shift whose day is over', { shiftState: 'expired' }, ['fiscal.shift_long']],
  ['has closed its shift', { shiftState: 'closed', shiftEndsAt: AT - DAY }, []],
])('a register that %s', (_, said, expected) => {
  expect(kinds(said)).toEqual(expected);
});
