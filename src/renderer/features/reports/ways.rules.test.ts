import { expect, test } from 'vitest';
import type { ReportView } from '#shared/rpc/reports.contract.ts';
import { lookOf, mayAsk, wayState, waysOf } from './ways.rules.ts';

const report = (patch: Partial<ReportView> = {}): ReportView => ({
  id: 'RPT-DIAG-ABCDEF-123456',
  kind: 'diagnostics',
  createdAt: 1,
  fileId: 'a'.repeat(64),
  summary: { now: 0, soon: 0, watch: 0, incomplete: false },
  deliveries: [],
  canPrint: true,
  canSend: true,
  ...patch,
});
const sent = (state: ReportView['deliveries'][number]['state'], nextAt?: number): ReportView =>
  report({
    deliveries: [
      { id: '1', channel: 'email', to: 'a•••@b.ru', state, ...(nextAt === undefined ? {} : { nextAt }) },
      { id: '0', channel: 'email', to: 'x•••@b.ru', state: 'failed' },
    ],
  });

test('only what can be done here is offered', () => {
  expect(waysOf(report())).toEqual(['email', 'sms', 'print']);
  expect(waysOf(report({ canPrint: false }))).toEqual(['email', 'sms']);
  expect(waysOf(report({ canSend: false }))).toEqual(['print']);
});

test.each([
  [report(), 'plain', true],
  [sent('queued'), 'going', false],
  [sent('queued', 60_000), 'going', false],
  [sent('sending'), 'going', false],
  [sent('sent'), 'good', true],
  [sent('failed'), 'bad', true],
  [sent('unknown'), 'bad', true],
] as const)('%# an e-mail: the last attempt counts', (view, look, may) => {
  const state = wayState(view, 'email');
  expect({ look: lookOf(state), may: mayAsk(state) }).toEqual({ look, may });
  expect(wayState(view, 'sms')).toEqual({ kind: 'offered' });
});

test('a guest is not kept for a try that comes minutes later', () => {
  expect(wayState(sent('queued', 60_000), 'email')).toMatchObject({ state: 'later', to: 'a•••@b.ru' });
});

test.each([
  ['queued', 'going', false],
  ['spooled', 'going', false],
  ['printed', 'good', false],
  ['failed', 'bad', true],
  ['unknown', 'bad', true],
] as const)('paper: %s', (print, look, may) => {
  const state = wayState(report({ print: { state: print } }), 'print');
  expect({ look: lookOf(state), may: mayAsk(state) }).toEqual({ look, may });
});
