import { expect, test } from 'vitest';
import { readFilter, writeFilter } from './orders.queries.ts';

test.each([
  ['', {}],
  ['status=printed', { status: 'printed' }],
  ['status=eaten&q=+&from=yesterday', {}],
  [
    'status=new&from=2026-11-01&to=2026-11-21&kiosk=k-1&q=%D0%BB%D0%B5%D0%B2',
    { status: 'new', from: '2026-11-01', to: '2026-11-21', kioskId: 'k-1', q: 'лев' },
  ],
])('reads %j', (search, filter) => {
  expect(readFilter(new URLSearchParams(search))).toEqual(filter);
});

test('reads what it writes', () => {
  const filter = { status: 'not_printed', from: '2026-11-01', kioskId: 'k-1', q: 'Anna S' } as const;
  expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter);
  expect(writeFilter({})).toEqual({});
});
