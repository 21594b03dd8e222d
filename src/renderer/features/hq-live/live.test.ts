import { expect, test, vi } from 'vitest';
import { createHints, HQ_LINE, PARTNER_LINE } from './live.ts';

const keysOf = ({ mock }: { readonly mock: { readonly calls: readonly (readonly unknown[])[] } }) =>
  mock.calls.map(([filter]) => (filter as { queryKey: string[] }).queryKey.join('.'));
const keysAfter = (hint: unknown, line = HQ_LINE) => {
  const invalidateQueries = vi.fn(async () => undefined);
  void createHints({ invalidateQueries }, line)(hint);
  return keysOf(invalidateQueries);
};

test.each([
  [{ collections: ['orders', 'summary'] }, ['hq.orders', 'hq.summary']],
  [{ collections: [] }, []],
  [{ collections: ['weather'] }, ['hq']],
  ['?', ['hq']],
])('a hint of %j re-reads %j', (hint, expected) => {
  expect(keysAfter(hint)).toEqual(expected);
});

test.each([
  [{ collections: ['orders', 'kiosks'] }, ['partner.orders', 'partner.kiosks']],
  [{ collections: ['receipts'] }, ['partner']],
])('a partner’s page re-reads of %j %j', (hint, expected) => {
  expect(keysAfter(hint, PARTNER_LINE)).toEqual(expected);
});

test('hints that come during a reading neither give it up nor are lost: one more reading is for all of them', async () => {
  const readings: PromiseWithResolvers<void>[] = [];
  const invalidateQueries = vi.fn(() => {
    const reading = Promise.withResolvers<void>();
    readings.push(reading);
    return reading.promise;
  });
  const take = createHints({ invalidateQueries }, PARTNER_LINE);
  const done = [{ collections: ['orders'] }, { collections: ['orders'] }, { collections: ['orders', 'kiosks'] }].map(
    take,
  );
  expect(keysOf(invalidateQueries)).toEqual(['partner.orders']);
  readings[0]?.resolve();
  await vi.waitFor(() => expect(readings).toHaveLength(3));
  expect(keysOf(invalidateQueries)).toEqual(['partner.orders', 'partner.orders', 'partner.kiosks']);
  for (const reading of readings) reading.resolve();
  await Promise.all(done);
  void take({ collections: ['kiosks'] });
  expect(keysOf(invalidateQueries).at(-1)).toBe('partner.kiosks');
  expect(readings).toHaveLength(4);
});
