import { expect, test } from 'vitest';
import type { HqTaskStatus } from '#shared/hq/fiscal.api.ts';
import { decideStatus, type FiscalReport, type TaskState } from './fiscal.rules.ts';

const taskId = '11111111-1111-4111-8111-111111111111';
const fiscal = { fnCode: '9999078902001234', receiptId: '7', shiftAutoOpened: false };

const task = (status: HqTaskStatus, extra: Partial<TaskState> = {}): TaskState => ({
  type: 'sale',
  status,
  attempts: 1,
  leaseToken: 1,
  uncertain: false,
  errorText: status === 'error' ? 'Нет связи с ККТ' : null,
  fiscal: status === 'done' ? fiscal : null,
  verdict: null,
  ...extra,
});
const report = (status: FiscalReport['status'], extra: Partial<FiscalReport> = {}): FiscalReport => ({
  taskId,
  status,
  ...(status === 'done' ? { fiscal } : {}),
  ...extra,
});

/** SM-1, whole: rows are where the task is, columns what is reported. */
test.each([
  ['queued', 'queued', 'repeat'],
  ['queued', 'in_progress', 'fiscal.illegal_transition'],
  ['queued', 'done', 'fiscal.illegal_transition'],
  ['queued', 'error', 'fiscal.illegal_transition'],
  ['in_progress', 'queued', 'fiscal.illegal_transition'],
  ['in_progress', 'in_progress', 'change'],
  ['in_progress', 'done', 'change'],
  ['in_progress', 'error', 'change'],
  ['done', 'queued', 'fiscal.illegal_transition'],
  ['done', 'in_progress', 'fiscal.illegal_transition'],
  ['done', 'done', 'repeat'],
  ['done', 'error', 'fiscal.illegal_transition'],
  ['error', 'queued', 'fiscal.illegal_transition'],
  ['error', 'in_progress', 'fiscal.illegal_transition'],
  ['error', 'done', 'fiscal.illegal_transition'],
  ['error', 'error', 'fiscal.illegal_transition'],
  ['cancelled', 'queued', 'fiscal.illegal_transition'],
  ['cancelled', 'in_progress', 'fiscal.illegal_transition'],
  ['cancelled', 'done', 'fiscal.illegal_transition'],
  ['cancelled', 'error', 'fiscal.illegal_transition'],
] as const)('%s, and %s is reported: %s', (from, to, outcome) => {
  const decision = decideStatus(task(from), report(to));
  expect(decision.kind === 'refuse' ? decision.code : decision.kind).toBe(outcome);
});

test('the same error told twice is one', () => {
  expect(decideStatus(task('error'), report('error', { error: 'Нет связи с ККТ' }))).toEqual({ kind: 'repeat' });
});

test('another document for a task that is done is a conflict, whatever else is the same', () => {
  const other = report('done', { fiscal: { ...fiscal, fnCode: '9999078902009999' } });
  expect(decideStatus(task('done'), other)).toMatchObject({ kind: 'refuse', code: 'fiscal.data_conflict' });
});

test('a sale or a refund is not done without its document, a shift is', () => {
  const bare = { taskId, status: 'done' } as const;
  for (const type of ['sale', 'refund'] as const) {
    expect(decideStatus(task('in_progress', { type }), bare)).toMatchObject({
      code: 'app.bad_input',
      issues: [{ path: 'fiscal' }],
    });
  }
  expect(decideStatus(task('in_progress', { type: 'open_shift' }), bare)).toMatchObject({ change: { status: 'done' } });
});

test('doubt stays until a proof', () => {
  const inDoubt = task('in_progress', { uncertain: true });
  expect(decideStatus(inDoubt, report('in_progress'))).toMatchObject({ change: { uncertain: true } });
  expect(decideStatus(inDoubt, report('done'))).toMatchObject({ change: { uncertain: false } });
});

test('the fourth failure is the last try', () => {
  const last = (attempts: number, extra: Partial<FiscalReport>) =>
    decideStatus(task('in_progress', { attempts }), report('error', extra));
  expect(last(4, { retryable: true })).toMatchObject({ isLastTry: true, change: { retryable: true } });
  expect(last(3, { retryable: true })).not.toHaveProperty('isLastTry');
  expect(last(4, {})).not.toHaveProperty('isLastTry');
});

test.each([
  [1, 30_000],
  [2, 120_000],
  [3, 600_000],
  [4, undefined],
])('after attempt %i a retryable error waits %s ms', (attempts, wait) => {
  const decision = decideStatus(task('in_progress', { attempts }), report('error', { retryable: true }));
  expect(decision.kind === 'change' && decision.retryInMs).toBe(wait);
});

test.each([
  ['an error that nothing proves empty', {}],
  ['an error in doubt', { retryable: true, uncertain: true }],
])('%s is never issued again by a machine', (_, extra) => {
  const decision = decideStatus(task('in_progress'), report('error', extra));
  expect(decision).toMatchObject({ change: { retryable: false } });
  expect(decision.kind === 'change' && decision.retryInMs).toBeUndefined();
});

test('an error in doubt is ended by a proof, and by nothing else', () => {
  const inDoubt = task('error', { uncertain: true });
  expect(decideStatus(inDoubt, report('done'))).toMatchObject({ change: { status: 'done', uncertain: false } });
  expect(decideStatus(inDoubt, report('error', { error: 'Чека нет', retryable: true }))).toMatchObject({
    change: { status: 'error', uncertain: false },
    retryInMs: 30_000,
  });
  expect(decideStatus(inDoubt, report('error', { error: 'Нет связи с ККТ', uncertain: true }))).toEqual({
    kind: 'repeat',
  });
  expect(decideStatus(inDoubt, report('in_progress', { uncertain: true }))).toMatchObject({
    code: 'fiscal.illegal_transition',
  });
});

test('a document told of after an error is not taken back by the error told again', () => {
  const told = task('error', { uncertain: true, fiscal });
  expect(decideStatus(told, report('error', { error: 'Нет связи с ККТ', retryable: true }))).toEqual({
    kind: 'repeat',
  });
  expect(decideStatus(told, report('done'))).toMatchObject({ change: { status: 'done' } });
});

const printed = {
  is: 'printed',
  fiscalDocumentNumber: 1042,
  fiscalSign: '123456789',
  reason: 'лента в руках',
  at: 5,
  claim: 1,
} as const;
const notPrinted = { is: 'not_printed', reason: 'ленты нет', at: 5, claim: 1 } as const;
const proof = (number: number, sign: string) =>
  report('done', { fiscal: { ...fiscal, fiscalDocumentNumber: number, fiscalSign: sign } });

test.each([
  ['printed, and so it was', 'done', printed, proof(1042, '0123456789'), 'done', 'agrees'],
  ['printed, says an agent that numbers nothing', 'done', printed, report('done'), 'done', 'agrees'],
  ['printed, but another document', 'done', printed, proof(1043, '123456789'), 'done', 'contradicts'],
  ['printed, but with another sign', 'done', printed, proof(1042, '999'), 'done', 'contradicts'],
  ['printed, but it was not', 'done', printed, report('error', { retryable: true }), 'error', 'contradicts'],
  ['not printed, and so it was', 'error', notPrinted, report('error', { error: 'Чека нет' }), 'error', 'agrees'],
  ['not printed, but it was', 'error', notPrinted, proof(1042, '1'), 'done', 'contradicts'],
  ['not printed and queued again, but it was', 'queued', notPrinted, proof(1042, '1'), 'done', 'contradicts'],
  ['not printed and cancelled, but it was', 'cancelled', notPrinted, proof(1042, '1'), 'done', 'contradicts'],
] as const)('a proof outranks the verdict: %s', (_, status, verdict, told, to, how) => {
  const decision = decideStatus(task(status, { verdict, fiscal: null }), told);
  expect(decision).toMatchObject({ kind: 'change', change: { status: to, uncertain: false }, proof: how });
  // A person has just looked at it: no machine prints it again.
  expect(decision).not.toHaveProperty('retryInMs');
});

test.each([
  ['done', printed, report('in_progress', { uncertain: true })],
  ['done', printed, report('error', { uncertain: true })],
  ['error', notPrinted, report('in_progress', { uncertain: true })],
  ['queued', notPrinted, report('in_progress')],
  ['queued', notPrinted, report('error', { error: 'Чека нет' })],
] as const)('what an agent said before a verdict, it may say after it: %s %#', (status, verdict, told) => {
  expect(decideStatus(task(status, { verdict, fiscal: null }), told)).toEqual({ kind: 'repeat' });
});

test('a verdict is about its own claim: the next printing has its own end', () => {
  const again = task('in_progress', { verdict: notPrinted, attempts: 2, leaseToken: 2 });
  expect(decideStatus(again, report('done', { leaseToken: 2 }))).not.toHaveProperty('proof');
  expect(decideStatus(again, report('done'))).not.toHaveProperty('proof');
  expect(decideStatus(again, report('done', { leaseToken: 1 }))).toMatchObject({ proof: 'contradicts' });
  const finished = task('done', { verdict: notPrinted, attempts: 2, leaseToken: 2 });
  expect(decideStatus(finished, { ...proof(1042, '1'), leaseToken: 1 })).toMatchObject({
    code: 'fiscal.data_conflict',
  });
});

test('a verdict that was proved is history', () => {
  const proved = task('error', { verdict: { ...notPrinted, provedAt: 9 } });
  expect(decideStatus(proved, report('done'))).toMatchObject({ code: 'fiscal.illegal_transition' });
});
