import { expect, test } from 'vitest';
import type { Attempt } from './attempt.ts';
import { afterReload } from './checkout.store.ts';

const request = { id: 'id-1', lines: [], tenders: [] };
const reply = { orderId: 'o', orderNumber: 'C-1', taskId: 't', totalMinor: 100, changeMinor: 0 };

test.each<[string, Attempt, Attempt]>([
  ['a call under way is asked again with the same id', { phase: 'sending', request }, { phase: 'uncertain', request }],
  ['an open question stays open', { phase: 'uncertain', request }, { phase: 'uncertain', request }],
  ['a refusal is forgotten', { phase: 'refused', error: 'x' }, { phase: 'idle' }],
  ['a made sale is in the list of sales', { phase: 'made', reply }, { phase: 'idle' }],
])('after a reload %s', (_, before, after) => {
  expect(afterReload(before)).toEqual(after);
});
