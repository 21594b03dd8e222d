import { describe, expect, it, test } from 'vitest';
import { FISCAL_STATES, type FiscalDocument, type FiscalState } from '#shared/fiscal/fiscal.schema.ts';
import { progressOf, STEPS, stepsDone } from './fiscal.steps.ts';

const document = (printed: boolean): FiscalDocument => ({
  fiscalDocumentNumber: 1042,
  fiscalSign: '1234567890',
  fnNumber: '9999078900001234',
  registrationNumber: '0000000001012345',
  kktSerial: '1',
  shiftNumber: 1,
  fiscalAt: 0,
  totalMinor: 100,
  shiftAutoOpened: false,
  printed,
});
const task = (state: FiscalState, printed?: boolean) => ({
  id: 'me',
  state,
  ...(printed === undefined ? {} : { document: document(printed) }),
});
const ready = { state: 'ready', paperPresent: true } as const;

describe('progress', () => {
  test.each([
    ['goes at once', task('queued'), ready, 'working'],
    [
      'waits for a register that is off',
      task('queued'),
      { ...ready, state: 'unavailable' as const },
      'waiting_register',
    ],
    ['waits for an earlier unknown one', task('queued'), { ...ready, unknownTaskId: 'other' }, 'waiting_settlement'],
    ['is itself the unknown one', task('unknown'), { ...ready, unknownTaskId: 'me' }, 'unknown'],
    ['is being sent', task('sending'), { ...ready, state: 'not_responding' as const }, 'working'],
    ['is closed and printing', task('closed', false), ready, 'working'],
    ['is closed without paper', task('closed', false), { ...ready, paperPresent: false }, 'paper_out'],
    ['is reported without paper', task('reported', false), ready, 'paper_out'],
    ['is on paper', task('printed', true), ready, 'done'],
    [
      'is on paper although the register is off now',
      task('reported', true),
      { ...ready, state: 'unavailable' as const },
      'done',
    ],
    ['failed', task('failed'), ready, 'failed'],
    ['goes when nothing is known of the register', task('queued'), undefined, 'working'],
  ] as const)('%s', (_, one, register, expected) => {
    expect(progressOf(one, register)).toBe(expected);
  });
});

it('counts every state within the steps, and all of them only on paper', () => {
  for (const state of FISCAL_STATES) {
    const done = stepsDone(task(state, true));
    expect(done).toBeGreaterThanOrEqual(1);
    expect(done === STEPS.length).toBe(state === 'printed' || state === 'reported');
  }
  expect(stepsDone(task('printed', false))).toBe(3);
});
