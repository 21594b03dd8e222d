import { expect, test } from 'vitest';
import { FISCAL_STATES } from '#shared/fiscal/fiscal.schema.ts';
import { factOf, nameOf } from './journal.rules.ts';

test('every state of a task has words, anything else is shown as it is', () => {
  const step = (name: string) => ({ at: 0, step: name, details: {} });
  for (const state of FISCAL_STATES) expect(nameOf(step(state), 'sale')).toBe(state);
  expect(nameOf(step('FISCAL_RESOLVED_BY_HAND'), 'sale')).toBeUndefined();
  expect(nameOf(step('closed'), 'cash_out'), 'cash is in no fiscal memory').toBe('counted');
});

test.each([
  ['queued', { origin: 'device' }, undefined],
  ['queued', { resumed: true }, { is: 'resumed', params: {} }],
  ['baseline', { lastDocumentNumber: 1041, fnNumber: '1' }, { is: 'last_document', params: { number: 1041 } }],
  [
    'closed',
    { fiscalDocumentNumber: 1042, fiscalSign: '0012', text: 'ignored' },
    { is: 'document', params: { number: 1042, sign: '0012' } },
  ],
  ['unknown', { driverCode: 2, text: 'Нет связи' }, { is: 'fault', params: { text: 'Нет связи', code: 2 } }],
  ['failed', { text: 'отказ' }, { is: 'fault', params: { text: 'отказ', code: 0 } }],
  ['not_closed', { saidBy: 'Анна' }, { is: 'said_by', params: { name: 'Анна' } }],
  ['closed', { fiscalDocumentNumber: '1042', fiscalSign: 12 }, undefined],
] as const)('%s %j', (step, details, expected) => {
  expect(factOf({ at: 0, step, details })).toEqual(expected);
});
