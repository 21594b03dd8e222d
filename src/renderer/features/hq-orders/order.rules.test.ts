import { expect, test } from 'vitest';
import type { HqOrder } from '#shared/hq/hq.api.ts';
import { delayOf, returnedOf, tellingReceipt } from './order.rules.ts';

test.each([
  [1000, undefined],
  [59_999, undefined],
  [240_000, 240_000],
  // A device whose clock runs ahead: the order comes "before" it was made.
  [-5000, undefined],
])('received %d ms later', (ms, expected) => {
  expect(delayOf({ order: { createdAt: 1_000_000 }, receivedAt: 1_000_000 + ms })).toBe(expected);
});

test.each([
  [['done', 'unknown'], 'unknown'],
  [['queued', 'error'], 'error'],
  [['done'], 'done'],
  [[], undefined],
])('of %j the most telling is %s', (statuses, expected) => {
  const receipts = statuses.map((status) => ({ status })) as HqOrder['receipts'];
  expect(tellingReceipt(receipts)?.status).toBe(expected);
});

test('what came back of a line, and of one of which nothing did', () => {
  const returned = { lines: [{ line: 1, quantityMilli: 1500, totalMinor: 100 }], payments: [] };
  expect([returnedOf({ returned }, 1), returnedOf({ returned }, 0), returnedOf({}, 0)]).toEqual([1500, 0, 0]);
});
