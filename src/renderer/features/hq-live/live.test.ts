import type { Query } from '@tanstack/react-query';
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

/** Its readings end when the test says so. */
const held = () => {
  const readings: PromiseWithResolvers<void>[] = [];
  const invalidateQueries = vi.fn((_filter: { readonly predicate?: (query: Query) => boolean }) => {
    const reading = Promise.withResolvers<void>();
    readings.push(reading);
    return reading.promise;
  });
  return { invalidateQueries, readings, end: (nth: number) => readings[nth]?.resolve() };
};

test.each([
  [{ collections: ['orders', 'kiosks'] }, ['partner.orders.new', 'partner.orders', 'partner.kiosks']],
  [{ collections: ['kiosks'] }, ['partner.kiosks']],
  [{ collections: ['receipts'] }, ['partner.orders.new', 'partner']],
])('a partner’s page re-reads of %j %j', async (hint, expected) => {
  const invalidateQueries = vi.fn(async () => undefined);
  await createHints({ invalidateQueries }, PARTNER_LINE)(hint);
  expect(keysOf(invalidateQueries)).toEqual(expected);
});

test('a new order waits for no counter and no chart: they are read after it, and it is read while they are', async () => {
  const { invalidateQueries, end } = held();
  const take = createHints({ invalidateQueries }, PARTNER_LINE);
  void take({ collections: ['orders'] });
  expect(keysOf(invalidateQueries)).toEqual(['partner.orders.new']);
  end(0);
  await vi.waitFor(() => expect(keysOf(invalidateQueries)).toEqual(['partner.orders.new', 'partner.orders']));
  const { predicate } = invalidateQueries.mock.lastCall?.[0] ?? {};
  const isRead = (...queryKey: string[]) => predicate?.({ queryKey } as unknown as Query);
  expect([isRead('partner', 'orders', 'days'), isRead('partner', 'orders', 'new')]).toEqual([true, false]);
  void take({ collections: ['orders'] });
  expect(keysOf(invalidateQueries).slice(2)).toEqual(['partner.orders.new']);
});

test('hints that come during a reading neither give it up nor are lost: one more reading is for all of them', async () => {
  const { invalidateQueries, readings, end } = held();
  const take = createHints({ invalidateQueries }, HQ_LINE);
  const done = [{ collections: ['orders'] }, { collections: ['orders'] }, { collections: ['orders', 'summary'] }].map(
    take,
  );
  expect(keysOf(invalidateQueries)).toEqual(['hq.orders']);
  end(0);
  await vi.waitFor(() => expect(readings).toHaveLength(3));
  expect(keysOf(invalidateQueries)).toEqual(['hq.orders', 'hq.orders', 'hq.summary']);
  for (const reading of readings) reading.resolve();
  await Promise.all(done);
  void take({ collections: ['summary'] });
  expect(keysOf(invalidateQueries).at(-1)).toBe('hq.summary');
  expect(readings).toHaveLength(4);
});
