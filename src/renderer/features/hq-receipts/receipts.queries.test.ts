import { expect, it } from 'vitest';
import { type HqReceipt, splitByTrouble } from './receipts.queries.ts';

const receipt = (id: string, status: string) => ({ record: { id, status } }) as HqReceipt;

it('puts the unknown first, then the failed, and keeps the order of each', () => {
  const all = [
    receipt('a', 'done'),
    receipt('b', 'error'),
    receipt('c', 'unknown'),
    receipt('d', 'queued'),
    receipt('e', 'unknown'),
  ];
  const { trouble, rest } = splitByTrouble(all);
  expect(trouble.map(({ record }) => record.id)).toEqual(['c', 'e', 'b']);
  expect(rest.map(({ record }) => record.id)).toEqual(['a', 'd']);
});
