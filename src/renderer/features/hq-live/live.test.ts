import { expect, test, vi } from 'vitest';
import { applyHint } from './live.ts';

const keysAfter = (hint: unknown) => {
  const invalidateQueries = vi.fn();
  applyHint({ invalidateQueries }, hint);
  return invalidateQueries.mock.calls.map(([filter]) => (filter as { queryKey: string[] }).queryKey.join('.'));
};

test.each([
  [{ collections: ['orders', 'summary'] }, ['hq.orders', 'hq.summary']],
  [{ collections: [] }, []],
  [{ collections: ['weather'] }, ['hq']],
  ['?', ['hq']],
])('a hint of %j re-reads %j', (hint, expected) => {
  expect(keysAfter(hint)).toEqual(expected);
});
