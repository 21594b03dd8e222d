import { expect, test } from 'vitest';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { Refund } from '#shared/payments/refunds.schema.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { documentsOf, isRefundable, receiptStateOf, registerOf, returnedMinor } from './orders.rules.ts';
import { beginWith, quantityOf, readRefund, stepBy, typeAll } from './refund.rules.ts';

const line = (name: string, priceMinor: number, quantityMilli: number, unit: 'piece' | 'kilogram' = 'piece') =>
  ({
    name,
    priceMinor,
    quantityMilli,
    totalMinor: (priceMinor * quantityMilli) / 1000,
    vat: 'none',
    paymentObject: 'commodity',
    unit,
  }) as const;
const LINES = [line('Масло', 289_000, 2000), line('Сыр', 100_000, 333, 'kilogram')];
const SALE = {
  order: { status: 'paid', origin: 'cashier', lines: LINES, totalMinor: 611_300, createdAt: 1 } as unknown as Order,
  payments: [
    { id: 'p1', kind: 'payment', method: 'card', amountMinor: 600_000 },
    { id: 'p2', kind: 'payment', method: 'cash', amountMinor: 11_300 },
  ] as Payment[],
  receipts: [{ id: 't1', type: 'sale', status: 'done', fiscalDeviceId: 'kkt-1' }] as FiscalRecord[],
  refunds: [] as Refund[],
} satisfies OrderDetails;
/** One bottle came back. */
const PARTLY: OrderDetails = {
  ...SALE,
  order: {
    ...SALE.order,
    returned: { lines: [{ line: 0, quantityMilli: 1000, totalMinor: 289_000 }], payments: [] },
  },
  payments: [
    ...SALE.payments,
    { id: 'p3', kind: 'refund', method: 'card', amountMinor: 289_000, refundOf: 'p1', refundId: 'r1' } as Payment,
  ],
  refunds: [
    {
      id: 'r1',
      taskId: 't2',
      lines: [{ line: 0, quantityMilli: 1000, totalMinor: 289_000 }],
      totalMinor: 289_000,
      operatorName: 'Анна',
      createdAt: 5,
    } as Refund,
  ],
};

test.each([
  ['paid', 'cashier', true],
  ['fulfilled', 'cashier', true],
  ['refunded', 'cashier', false],
  ['awaiting_payment', 'cashier', false],
  ['paid', 'kiosk', false],
] as const)('%s at a %s may be given back: %s', (status, origin, expected) => {
  expect(isRefundable({ ...SALE, order: { ...SALE.order, status, origin } })).toBe(expected);
});

test('the receipts of a sale: its own, then what came back, each with its lines and money', () => {
  expect(documentsOf(PARTLY)).toMatchObject([
    { id: 't1', kind: 'sale', totalMinor: 611_300, lines: LINES, record: { id: 't1' } },
    {
      id: 't2',
      kind: 'refund',
      totalMinor: 289_000,
      lines: [{ name: 'Масло', quantityMilli: 1000, totalMinor: 289_000 }],
      tenders: [{ type: 'card', sumMinor: 289_000 }],
      operatorName: 'Анна',
      record: undefined,
    },
  ]);
  expect([returnedMinor(SALE), returnedMinor(PARTLY)]).toEqual([0, 289_000]);
});

const register = (state: RegisterView['state']) => ({ id: 'kkt-1', state }) as RegisterView;
test.each([
  ['none', undefined, register('ready')],
  ['done', 'done', register('unavailable')],
  ['error', 'error', register('ready')],
  ['unknown', 'unknown', register('blocked')],
  ['going', 'queued', register('ready')],
  ['going', 'in_progress', register('connecting')],
  ['waiting', 'queued', register('unavailable')],
  ['waiting', 'in_progress', register('not_responding')],
  ['waiting', 'queued', register('blocked')],
  ['going', 'queued', undefined],
] as const)('a receipt is %s: %s at %o', (expected, status, at) => {
  const record = status && ({ status, fiscalDeviceId: 'kkt-1' } as FiscalRecord);
  expect(receiptStateOf(record, at)).toBe(expected);
});

test('another till’s receipt has no register here', () => {
  expect(registerOf({ fiscalDeviceId: 'kkt-1' }, [register('ready')])?.id).toBe('kkt-1');
  expect(registerOf({ fiscalDeviceId: 'kkt-2' }, [register('ready')])).toBeUndefined();
});

test.each([
  ['', 0, LINES[0]],
  ['2', 2000, LINES[0]],
  ['0,5', undefined, LINES[0]],
  ['0,5', 500, LINES[1]],
  ['x', undefined, LINES[1]],
] as const)('%j of a line is %s', (text, milli, of) => {
  expect(of && quantityOf(text, of)).toBe(milli);
});

test.each([
  ['nothing', {}, { is: 'nothing' }],
  ['a half of a piece', { 0: '0,5' }, { is: 'wrong' }],
  ['AF-21 more than was sold', { 0: '3' }, { is: 'exceeds' }],
  [
    'one, to the card',
    { 0: '1' },
    { is: 'ready', totalMinor: 289_000, tenders: [{ type: 'card', sumMinor: 289_000 }] },
  ],
  [
    'all of it, card first',
    { 0: '2', 1: '0,333' },
    {
      is: 'ready',
      totalMinor: 611_300,
      tenders: [
        { type: 'card', sumMinor: 600_000 },
        { type: 'cash', sumMinor: 11_300 },
      ],
    },
  ],
])('a refund of %s', (_name, typed, expected) => {
  expect(readRefund(SALE, typed)).toMatchObject(expected);
});

test('AF-21 after one came back, only the other is left', () => {
  expect(readRefund(PARTLY, { 0: '2' })).toEqual({ is: 'exceeds' });
  expect(readRefund(PARTLY, { 0: '1' })).toMatchObject({ is: 'ready', totalMinor: 289_000 });
});

test('a press is a unit, within what is left', () => {
  const [oil] = LINES;
  const left = { line: 0, quantityMilli: 2000, totalMinor: 578_000 };
  if (!oil) throw new Error('no line');
  expect([stepBy('', oil, left, 1), stepBy('2', oil, left, 1), stepBy('', oil, left, -1)]).toEqual(['1', '2', '0']);
});

test('a single piece is meant without asking; everything is a press away', () => {
  const one = { ...SALE, order: { ...SALE.order, lines: [line('Масло', 289_000, 1000)] } };
  expect([beginWith(one), beginWith(SALE)]).toEqual([{ 0: '1' }, {}]);
  expect(typeAll([{ line: 1, quantityMilli: 333, totalMinor: 1 }])).toEqual({ 1: '0,333' });
});
