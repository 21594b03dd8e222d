import { expect, test } from 'vitest';
import { isKnownEvent, lookOf, noteOf } from './task.rules.ts';
import { readTasksFilter, writeTasksFilter } from './tasks.queries.ts';

const verdict = { is: 'printed', reason: 'лента', at: 1 } as const;
test.each([
  [{ status: 'queued', uncertain: false, stale: false }, 'queued'],
  [{ status: 'in_progress', uncertain: true, stale: true }, 'uncertain'],
  [{ status: 'error', uncertain: true, stale: false }, 'uncertain'],
  [{ status: 'in_progress', uncertain: false, stale: true }, 'stale'],
  [{ status: 'error', uncertain: false, stale: false, nextRetryAt: 5 }, 'retrying'],
  [{ status: 'error', uncertain: false, stale: false }, 'error'],
  [{ status: 'done', uncertain: false, stale: false, verdict }, 'settled'],
  [{ status: 'done', uncertain: false, stale: false, verdict: { ...verdict, provedAt: 2 } }, 'done'],
  [{ status: 'error', uncertain: false, stale: false, verdict: { ...verdict, is: 'not_printed' } }, 'error'],
  [{ status: 'cancelled', uncertain: false, stale: false }, 'cancelled'],
] as const)('%j looks %s', (task, look) => {
  expect(lookOf(task)).toBe(look);
});

test.each([
  [
    { reason: 'крышку закрыли', attempts: 1 },
    { words: 'крышку закрыли', attempt: 1 },
  ],
  [
    { error: 'Нет связи', attempts: 2, retryable: true },
    { words: 'Нет связи', attempt: 2 },
  ],
  [
    { document: { fiscalDocumentNumber: 1042, fiscalSign: '77' }, attempts: 1 },
    { documentNumber: 1042, sign: '77', attempt: 1 },
  ],
  [
    { verdict: 'printed', fiscalDocumentNumber: 7, fiscalSign: '1', reason: 'лента' },
    { verdict: 'printed', documentNumber: 7, sign: '1', words: 'лента' },
  ],
  [
    { verdict: { is: 'printed' }, reported: { status: 'done', fiscal: { fiscalDocumentNumber: 8 } } },
    { documentNumber: 8 },
  ],
  [{ known: { fiscalDocumentNumber: 1 }, reported: { fiscalDocumentNumber: 2 } }, { documentNumber: 2 }],
  [
    { verdict: { is: 'printed' }, reported: { status: 'error', fiscal: null, error: 'Чека нет' } },
    { words: 'Чека нет' },
  ],
  [{ weather: ['rain'], attempts: 'two' }, {}],
])('of %j a person reads %j', (details, note) => {
  expect(noteOf({ details })).toEqual(note);
});

test('an event of a newer server has no words here', () => {
  expect([isKnownEvent('FISCAL_ERROR'), isKnownEvent('FISCAL_FLOWN')]).toEqual([true, false]);
});

test('the filter comes back from the address as it went, and nonsense in it is passed over', () => {
  const filter = { status: 'stale', fiscalDeviceId: 'kkt-1', type: 'refund', q: 'ab12' } as const;
  expect(readTasksFilter(new URLSearchParams(writeTasksFilter(filter)))).toEqual(filter);
  expect(readTasksFilter(new URLSearchParams('status=lost&type=x&q=%20&register='))).toEqual({});
});
