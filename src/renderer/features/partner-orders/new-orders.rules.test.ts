import { expect, test } from 'vitest';
import type { PartnerOrder } from '#shared/partner/partner.api.ts';
import { arrivals, stepTo, waitsForPaper } from './new-orders.rules.ts';

const order = (id: string, status: PartnerOrder['status'] = 'new'): PartnerOrder => ({
  id,
  number: id,
  customerName: null,
  customerEmail: null,
  customerPhone: null,
  status,
  imageUrl: null,
  printedAt: null,
  kiosk: { id: 'k-1', name: 'Kiosk 1' },
  createdAt: '2026-11-21T10:00:00Z',
});

test('an order that came out badly waits for paper like a new one', () => {
  expect(['new', 'not_printed', 'printed'].map((status) => waitsForPaper(order('o', status as 'new')))).toEqual([
    true,
    true,
    false,
  ]);
});

test('what was there when the page opened did not arrive; what came since did', () => {
  expect(arrivals(undefined, [order('a')])).toEqual([]);
  expect(arrivals(new Set(['a']), [order('b'), order('a')])).toEqual(['b']);
  expect(arrivals(new Set(['a', 'b']), [order('a')])).toEqual([]);
});

test.each([
  [-1, 1, 3, 0],
  [-1, -1, 3, 0],
  [0, 1, 3, 1],
  [2, 1, 3, 2],
  [0, -1, 3, 0],
] as const)('from row %i a step of %i among %i goes to %i', (at, by, rows, to) => {
  expect(stepTo(at, by, rows)).toBe(to);
});
