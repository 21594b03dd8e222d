import { expect, test } from 'vitest';
import { readFilter, writeFilter } from './orders.queries.ts';

test.each([
  ['', {}],
  ['status=paid', { status: 'paid' }],
  ['status=eaten&q=+', {}],
  ['status=refunded&shop=s1&q=%D0%BC%D0%B0%D1%81%D0%BB%D0%BE', { status: 'refunded', shopId: 's1', q: 'масло' }],
])('reads %j', (search, filter) => {
  expect(readFilter(new URLSearchParams(search))).toEqual(filter);
});

test('reads what it writes', () => {
  const filter = { status: 'paid', shopId: 's1', q: 'масло 5W' } as const;
  expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter);
  expect(writeFilter({})).toEqual({});
});
