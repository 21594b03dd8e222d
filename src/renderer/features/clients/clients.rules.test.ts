import { expect, it, test } from 'vitest';
import { ClientTab } from '#shared/clients/clients.schema.ts';
import { nextTab, TABS } from './clients.rules.ts';

test.each([
  ['new', 1, 'processed'],
  ['in_work', 1, 'new'],
  ['new', -1, 'in_work'],
] as const)('from %s by %d to %s', (from, by, to) => {
  expect(nextTab(from, by)).toBe(to);
});

it('has every tab there is', () => {
  expect([...TABS].toSorted()).toEqual([...ClientTab.options].toSorted());
});
