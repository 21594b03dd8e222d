import { expect, it } from 'vitest';
import type { ErrorCode } from '#shared/kernel/errors.ts';
import { type Refusal, readRefusal } from './refusal.rules.ts';

it.each<[ErrorCode, Record<string, unknown>, Refusal]>([
  ['codes.invalid', { attemptsLeft: 3 }, { kind: 'wrong', left: 3 }],
  ['staff.pin_wrong', {}, { kind: 'wrong', left: undefined }],
  ['codes.already_used', { attemptsLeft: 3 }, { kind: 'used' }],
  ['codes.need_connection', {}, { kind: 'needs_connection' }],
  ['codes.locked', { retryAt: 1000 }, { kind: 'locked', until: 1000 }],
  ['staff.locked', { retryAt: 'soon' }, { kind: 'locked', until: undefined }],
  ['visits.expired', {}, { kind: 'other' }],
])('%s', (code, params, refusal) => {
  expect(readRefusal({ code, params })).toEqual(refusal);
});
