import { expect, it } from 'vitest';
import { formatCode, readDraft } from './enrolment.rules.ts';

it.each([
  ['abcd', 'ABCD'],
  ['abcde', 'ABCD-E'],
  ['ab cd-ef gh', 'ABCD-EFGH'],
  ['abcdefghjk', 'ABCD-EFGH'],
])('shows %s as %s', (typed, shown) => {
  expect(formatCode(typed)).toBe(shown);
});

it('takes a bare host for https', () => {
  expect(readDraft({ serverUrl: ' hq.example.ru/ ', code: 'ABCD-EFGH' })).toEqual({
    ok: true,
    value: { serverUrl: 'https://hq.example.ru', code: 'ABCDEFGH' },
  });
});

it('names every field that is wrong', () => {
  expect(readDraft({ serverUrl: 'ftp://x', code: 'ABCD-EFG0' })).toEqual({ ok: false, wrong: ['serverUrl', 'code'] });
  expect(readDraft({ serverUrl: '', code: 'ABCD-EFGH' })).toEqual({ ok: false, wrong: ['serverUrl'] });
});
