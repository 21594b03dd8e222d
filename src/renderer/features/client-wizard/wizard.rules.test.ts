import { describe, expect, it, test } from 'vitest';
import type { ContractLack } from '#shared/rpc/contracts.contract.ts';
import type { ContractView } from '../../app/manager.tsx';
import { isDone, placeOf, resumeAt, stepAfter, stepBefore, stepOf } from './wizard.rules.ts';

const contract = (status: ContractView['status']): ContractView => ({ id: '1', number: 'ПЕ-251015-01', status });
const card = (lacks: readonly ContractLack[], current: ContractView | null = null, isChanged = false) => ({
  lacks: [...lacks],
  current,
  isChanged,
});

describe('a file is opened where its work goes on', () => {
  test.each([
    ['a new one', card(['profile', 'passport', 'appliances', 'tariff']), undefined, '1'],
    ['the passport is missing', card(['passport', 'tariff']), undefined, '2'],
    ['the tariff is missing', card(['tariff']), undefined, '3'],
    ['nothing is missing', card([]), undefined, '4'],
    ['left in an earlier step', card([]), '3', '3'],
    ['left further than it is done by now', card(['profile']), '3', '1'],
    ['signed', card([], contract('signed')), '4', 'success'],
    ['paid', card([], contract('paid')), undefined, 'success'],
    ['changed after it was signed', card([], contract('signed'), true), undefined, '4'],
    ['waits for its code', card([], contract('otp_sent')), 'success', '4'],
  ] as const)('%s', (_name, given, left, place) => {
    expect(resumeAt(given, left)).toBe(place);
  });
});

it('a step is done when it brought what it has to bring', () => {
  expect(isDone('3', card(['tariff']))).toBe(false);
  expect(isDone('3', card(['profile']))).toBe(true);
  expect(isDone('4', card([]))).toBe(false);
});

it('every lack has its step, and an address names a place or none', () => {
  expect(['profile', 'passport', 'appliances', 'tariff'].map((lack) => stepOf(lack as ContractLack))).toEqual([
    '1',
    '2',
    '3',
    '3',
  ]);
  expect([placeOf('2'), placeOf('success'), placeOf('5'), placeOf(undefined)]).toEqual([
    '2',
    'success',
    undefined,
    undefined,
  ]);
  expect([stepBefore('1'), stepAfter('1'), stepAfter('4')]).toEqual([undefined, '2', undefined]);
});
