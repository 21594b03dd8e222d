import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { AppError } from '#shared/kernel/errors.ts';
import { askOf } from './approval.ts';

const refused = (code: string, params: Record<string, unknown>) =>
  new ORPCError(code, { status: 403, message: 'x', data: { params } });

test('a refusal that needs a supervisor says for what, with its facts', () => {
  const params = { action: 'refund', subject: 'r1', totalMinor: 500, isStale: false };
  expect(askOf(refused('staff.approval_required', params))).toEqual({
    action: 'refund',
    subject: 'r1',
    facts: { totalMinor: 500, isStale: false },
  });
});

test.each([
  ['another refusal', refused('orders.not_found', { action: 'refund', subject: 'r1' })],
  ['an act nobody knows', refused('staff.approval_required', { action: 'launch', subject: 'r1' })],
  ['no subject', refused('staff.approval_required', { action: 'refund' })],
  ['a fault', new AppError('app.internal', 'x')],
])('%s asks nobody', (_name, error) => {
  expect(askOf(error)).toBeUndefined();
});
