import { expect, test } from 'vitest';
import type { WireFiscalStatus } from '#shared/fiscal/fiscal.wire.ts';
import { decideStatus, type TaskState, type TaskStatus } from './fiscal.rules.ts';

const taskId = '11111111-1111-4111-8111-111111111111';
const fiscal = { fnCode: '9999078902001234', receiptId: '7', shiftAutoOpened: false };

const task = (status: TaskStatus, extra: Partial<TaskState> = {}): TaskState => ({
  type: 'sale',
  status,
  attempts: 1,
  uncertain: false,
  errorText: status === 'error' ? 'Нет связи с ККТ' : null,
  fiscal: status === 'done' ? fiscal : null,
  ...extra,
});
const report = (status: WireFiscalStatus['status'], extra: Partial<WireFiscalStatus> = {}): WireFiscalStatus => ({
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

test.each([
  [1, 30_000],
  [2, 120_000],
  [3, 600_000],
  [4, undefined],
])('after attempt %i a retryable error waits %s ms', (attempts, wait) => {
  const decision = decideStatus(task('in_progress', { attempts }), report('error', { retryable: true }));
  expect(decision.kind === 'change' && decision.change.retryInMs).toBe(wait);
});

test.each([
  ['an error that nothing proves empty', {}],
  ['an error in doubt', { retryable: true, uncertain: true }],
])('%s is never issued again by a machine', (_, extra) => {
  const decision = decideStatus(task('in_progress'), report('error', extra));
  expect(decision).toMatchObject({ change: { retryable: false } });
  expect(decision.kind === 'change' && decision.change.retryInMs).toBeUndefined();
});
