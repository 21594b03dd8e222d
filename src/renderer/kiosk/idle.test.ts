import { expect, it } from 'vitest';
import { idleAt } from './idle.ts';

it.each([
  [0, { phase: 'present' }],
  [19_999, { phase: 'present' }],
  [20_000, { phase: 'warning', secondsLeft: 10 }],
  [29_001, { phase: 'warning', secondsLeft: 1 }],
  [29_999, { phase: 'warning', secondsLeft: 1 }],
  [30_000, { phase: 'gone' }],
  [-60_000, { phase: 'present' }],
])('%i ms after the last touch', (quiet, idle) => {
  expect(idleAt(1_000_000, 1_000_000 + quiet)).toEqual(idle);
});

it('waits longer for somebody with a screwdriver', () => {
  expect(idleAt(0, 109_999, 120_000)).toEqual({ phase: 'present' });
  expect(idleAt(0, 110_000, 120_000)).toEqual({ phase: 'warning', secondsLeft: 10 });
  expect(idleAt(0, 120_000, 120_000)).toEqual({ phase: 'gone' });
});
