import { expect, test } from 'vitest';
import { actsOf, refusalOf, type TendedTask } from './interventions.rules.ts';

const NOW = 1_000_000;
const at = (status: TendedTask['status'], extra: Partial<TendedTask> = {}): TendedTask => ({
  status,
  uncertain: false,
  leaseUntil: status === 'in_progress' ? NOW + 1 : null,
  ...extra,
});

test.each([
  ['queued', at('queued'), ['cancel']],
  ['in progress', at('in_progress'), []],
  ['in progress and in doubt', at('in_progress', { uncertain: true }), ['settle']],
  ['in progress, its lease just over', at('in_progress', { leaseUntil: NOW - 1 }), ['settle']],
  ['in progress at the last moment of its lease', at('in_progress', { leaseUntil: NOW }), []],
  ['done', at('done'), []],
  ['failed', at('error'), ['requeue']],
  ['failed and in doubt', at('error', { uncertain: true }), ['settle']],
  ['cancelled', at('cancelled'), []],
] as const)('a task that is %s', (_, task, acts) => {
  expect(actsOf(task, NOW)).toEqual(acts);
});

test('what is unknown is named as such when somebody would print it again', () => {
  expect(refusalOf('requeue', at('error', { uncertain: true }), NOW)).toBe('fiscal.outcome_unknown');
  expect(refusalOf('requeue', at('in_progress', { uncertain: true }), NOW)).toBe('fiscal.outcome_unknown');
  expect(refusalOf('requeue', at('done'), NOW)).toBe('fiscal.illegal_transition');
  expect(refusalOf('settle', at('done'), NOW)).toBe('fiscal.illegal_transition');
});
