import { expect, it, test } from 'vitest';
import { ClientTab } from '#shared/clients/clients.schema.ts';
import { nextTab, readNewPhone, TABS } from './clients.rules.ts';

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

test.each([
  ['', 'device', ''],
  ['', 'server', undefined],
  ['+7 900 123-45-67', 'server', '+79001234567'],
  ['+44 20 7946 0958', 'server', undefined],
  ['+44 20 7946 0958', 'device', '+442079460958'],
  ['900', 'device', undefined],
] as const)('a new file with the phone %j at a %s: %j', (text, kind, phone) => {
  expect(readNewPhone(text, kind)).toBe(phone);
});
