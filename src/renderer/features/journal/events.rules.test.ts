import { expect, test } from 'vitest';
import type { LogEvent } from '#shared/rpc/device.contract.ts';
import { asText, codeOf, factsOf, isKnownEvent, KNOWN_EVENTS, matches, messageOf } from './events.rules.ts';

const entry: LogEvent = {
  time: '2026-11-21T11:06:31.000Z',
  level: 'error',
  message: 'the outcome of a fiscal task is unknown: the queue waits',
  event: 'FISCAL_UNCERTAIN',
  fields: { event: 'FISCAL_UNCERTAIN', taskId: '0193-AB' },
};

test.each([
  ['', true],
  ['НЕИЗВЕСТЕН', true],
  ['queue waits', true],
  ['uncertain', true],
  ['0193-ab', true],
  ['C-0412', false],
])('%j finds it: %s', (text, expected) => {
  expect(matches(entry, 'Результат неизвестен', text)).toBe(expected);
});

test('one entry as text says when, how bad, what and with which facts, each once', () => {
  expect(asText(entry)).toBe(
    '2026-11-21T11:06:31.000Z ERROR FISCAL_UNCERTAIN the outcome of a fiscal task is unknown: the queue waits {"taskId":"0193-AB"}',
  );
  expect(asText({ ...entry, fields: {} }), 'nothing of no facts').not.toContain('{}');
  expect(factsOf(entry)).toEqual({ taskId: '0193-AB' });
});

test('an event without a sentence is not taken for one that has', () => {
  for (const event of KNOWN_EVENTS) expect(isKnownEvent(event)).toBe(true);
  expect(isKnownEvent('SOMETHING_NEW')).toBe(false);
  expect(isKnownEvent(undefined)).toBe(false);
});

test('a line of every day has words, and a refusal says its code', () => {
  expect(messageOf('sale made')).toBe('sale_made');
  expect(messageOf('something nobody has seen')).toBeUndefined();
  expect(codeOf({ ...entry, fields: { code: 'staff.approval_required' } })).toBe('staff.approval_required');
  expect(codeOf({ ...entry, fields: { code: 'ECONNREFUSED' } })).toBeUndefined();
});
