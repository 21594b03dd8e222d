import { expect, test } from 'vitest';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { isRefundable, matches, receiptStateOf, tendersOf } from './orders.rules.ts';

type Status = OrderDetails['order']['status'];
const details = (status: Status, receipts: readonly (readonly [string, string])[] = [], origin = 'cashier') =>
  ({
    order: { number: 'C-0412', status, origin, totalMinor: 794_700, lines: [{ name: 'Масло моторное' }] },
    payments: [],
    receipts: receipts.map(([type, one]) => ({ type, status: one })),
  }) as unknown as OrderDetails;

test.each([
  ['paid', 'cashier', true],
  ['fulfilled', 'cashier', true],
  ['refunded', 'cashier', false],
  ['awaiting_payment', 'cashier', false],
  ['paid', 'kiosk', false],
] as const)('%s of a %s may be given back: %s', (status, origin, expected) => {
  expect(isRefundable(details(status, [], origin))).toBe(expected);
});

test.each([
  ['paid', [], 'none'],
  ['paid', [['sale', 'queued']], 'going'],
  ['paid', [['sale', 'in_progress']], 'going'],
  ['paid', [['sale', 'done']], 'done'],
  ['paid', [['sale', 'unknown']], 'unknown'],
  ['refunded', [['sale', 'done']], 'none'],
  [
    'refunded',
    [
      ['sale', 'done'],
      ['refund', 'error'],
    ],
    'error',
  ],
] as const)('receipt of a %s sale with %j is %s', (status, receipts, expected) => {
  expect(receiptStateOf(details(status, receipts))).toBe(expected);
});

test.each([
  ['', true],
  ['0412', true],
  ['c-04', true],
  ['масло', true],
  ['7947', true],
  ['фильтр', false],
])('%j finds it: %s', (text, expected) => {
  expect(matches(details('paid'), text)).toBe(expected);
});

test('a receipt knows cash and everything else', () => {
  const payments = [
    { kind: 'payment', method: 'cash', amountMinor: 100 },
    { kind: 'payment', method: 'psp', amountMinor: 200 },
    { kind: 'refund', method: 'card', amountMinor: 300 },
  ] as unknown as OrderDetails['payments'];
  expect(tendersOf(payments)).toEqual([
    { type: 'cash', sumMinor: 100 },
    { type: 'card', sumMinor: 200 },
  ]);
  expect(tendersOf(payments, 'refund')).toEqual([{ type: 'card', sumMinor: 300 }]);
});
