import { expect, test } from 'vitest';
import type { HqRegister } from '#shared/hq/fiscal.api.ts';
import { changesOf, check, draftOf, lookOf, refusedFields, urgencyOf } from './register.rules.ts';

const shopId = '01940000-0000-7000-8000-000000000010';
const known: HqRegister = {
  id: 'kkt-1',
  name: 'У окна',
  shopId,
  kktIp: '192.168.0.10',
  kktPort: 5555,
  taxationSystem: 'osn',
  operatorName: 'Иванов И.',
  operatorVatin: '123456789047',
  createdAt: 1,
  online: false,
  tokens: 0,
  queue: { waiting: 0, inProgress: 0, stale: 0, uncertain: 0 },
};

test.each([
  [{ archivedAt: 5, online: true, lastSeenAt: 5 }, 'archived'],
  [{ online: true, lastSeenAt: 5 }, 'online'],
  [{ online: false, lastSeenAt: 5 }, 'away'],
  [{ online: false }, 'never'],
] as const)('%j is %s', (register, look) => {
  expect(lookOf(register)).toBe(look);
});

const draft = draftOf(known, shopId);

test('a known register is a right draft of itself, with nothing changed', () => {
  const { register, wrong } = { wrong: undefined, register: undefined, ...check(draft) };
  expect(wrong).toBeUndefined();
  expect(changesOf(known, register!)).toEqual({});
});

test.each([
  ['id', { id: 'касса' }],
  ['id', { id: 'mine' }],
  ['name', { name: ' ' }],
  ['shopId', { shopId: '' }],
  ['kktIp', { kktIp: '192.168.0.999' }],
  ['kktPort', { kktPort: '' }],
  ['kktPort', { kktPort: '70000' }],
  ['kktPort', { kktPort: '55 55' }],
  ['taxationSystem', { taxationSystem: '' }],
  ['operatorName', { operatorName: '' }],
  ['operatorVatin', { operatorVatin: '123456789048' }],
])('a wrong %s is the only one named: %j', (field, change) => {
  expect([...(check({ ...draft, ...change }).wrong ?? [])]).toEqual([field]);
});

test('only what was changed is sent, and an emptied INN is taken away', () => {
  const checked = check({ ...draft, name: 'У двери', kktPort: ' 5556 ', operatorVatin: '' });
  expect(checked.wrong).toBeUndefined();
  if (checked.wrong) return;
  expect(changesOf(known, checked.register)).toEqual({ name: 'У двери', kktPort: 5556, operatorVatin: null });
});

test('fields that a server names are those that the form has', () => {
  const issues = ['kktIp', 'weather'].map((path) => ({ path, message: '' }));
  expect([...refusedFields(issues)]).toEqual(['kktIp']);
  expect(refusedFields(undefined).size).toBe(0);
});

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const said = {
  at: NOW,
  kktSerial: '1',
  fnNumber: '2',
  unsentDocuments: 0,
  shiftState: 'closed',
  shiftNumber: 7,
} as const;
test.each([
  [{}, 'calm', 'calm', 'calm'],
  [{ fnValidUntil: NOW + 31 * 24 * HOUR }, 'calm', 'calm', 'calm'],
  [{ fnValidUntil: NOW + 30 * 24 * HOUR }, 'warn', 'calm', 'calm'],
  [{ fnValidUntil: NOW + 7 * 24 * HOUR }, 'bad', 'calm', 'calm'],
  [{ unsentSince: NOW - HOUR }, 'calm', 'warn', 'calm'],
  [{ unsentSince: NOW - 25 * HOUR }, 'calm', 'bad', 'calm'],
  [{ shiftState: 'open', shiftEndsAt: NOW + 3 * HOUR }, 'calm', 'calm', 'calm'],
  [{ shiftState: 'open', shiftEndsAt: NOW + HOUR }, 'calm', 'calm', 'warn'],
  [{ shiftState: 'expired', shiftEndsAt: NOW - HOUR }, 'calm', 'calm', 'bad'],
] as const)('a register that says %j: its memory is %s, its documents %s, its shift %s', (words, fn, unsent, shift) => {
  expect(urgencyOf({ ...said, ...words }, NOW)).toEqual({ fn, unsent, shift });
});
