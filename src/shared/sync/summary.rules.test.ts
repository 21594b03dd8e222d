import { expect, test } from 'vitest';
import { MUTATOR_NAMES } from './registry.ts';
import { summarise } from './summary.rules.ts';

test.each([
  [
    'order.place',
    { order: { id: 'o', number: 'K-1', totalMinor: 100, operatorName: 'И.' } },
    { orderId: 'o', subject: 'K-1', amountMinor: 100, by: 'И.' },
  ],
  ['order.advance', { id: 'o', to: 'cancelled' }, { orderId: 'o', to: 'cancelled' }],
  [
    'payment.settle',
    {
      payments: [
        { orderId: 'o', amountMinor: 40 },
        { orderId: 'o', amountMinor: 60 },
      ],
    },
    { orderId: 'o', amountMinor: 100 },
  ],
  [
    'refund.make',
    { refund: { orderId: 'o', totalMinor: 100, operatorName: 'И.' }, payments: [{ orderId: 'o', amountMinor: 100 }] },
    { orderId: 'o', amountMinor: 100, by: 'И.' },
  ],
  [
    'fiscal.report',
    { record: { orderId: 'o', totalMinor: 100, status: 'done', operator: { name: 'И.' } } },
    { orderId: 'o', amountMinor: 100, to: 'done', by: 'И.' },
  ],
  ['visit.finish', { id: 'OBD-1', status: 'completed' }, { subject: 'OBD-1', to: 'completed' }],
  ['visit.start', { visit: { id: 'OBD-1' } }, { subject: 'OBD-1' }],
])('%s is told with what a person knows it by', (name, args, about) => {
  const { name: said, fact: _fact, ...rest } = summarise(name, args);
  expect([said, rest]).toEqual([name, about]);
});

test.each([
  undefined,
  null,
  'text',
  [],
  {},
  { order: 1, payments: 'x', refund: null, record: [], report: { kind: 5 }, visit: 7 },
  { order: { id: 5, number: {}, totalMinor: 'x' }, id: { a: 1 } },
])('what cannot be read is left out: %j', (args) => {
  for (const name of [...MUTATOR_NAMES, 'never.heard_of']) {
    const { name: said, fact: _fact, ...rest } = summarise(name, args);
    expect([said, rest]).toEqual([name, {}]);
  }
});

test('a mutator that is not known is no fact', () => {
  expect(summarise('never.heard_of', {})).toEqual({ name: 'never.heard_of', fact: false });
});
