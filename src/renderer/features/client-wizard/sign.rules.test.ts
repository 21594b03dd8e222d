import { expect, test } from 'vitest';
import type { CodeStanding } from '#shared/contracts/contracts.schema.ts';
import { codeState } from './sign.rules.ts';

const code: CodeStanding = { askedAt: 0, deliveredAt: 10, expiresAt: 610, nextAt: 70, attemptsLeft: 5 };

test.each([
  ['AM-26 it is on its way', { status: 'generated', code: { askedAt: 0, nextAt: 70, attemptsLeft: 5 } }, 20, 'sending'],
  ['it waits for its digits', { status: 'otp_sent', code }, 20, 'open'],
  ['AM-18 its time is over', { status: 'otp_sent', code }, 610, 'expired'],
  ['AM-16 five wrong ones', { status: 'otp_locked', code: { ...code, attemptsLeft: 0 } }, 20, 'locked'],
  ['the fifth has just been wrong', { status: 'otp_sent', code: { ...code, attemptsLeft: 0 } }, 20, 'locked'],
] as const)('%s', (_name, contract, now, state) => {
  expect(codeState(contract, now)).toBe(state);
});
