import { expect, test } from 'vitest';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { lastDocuments } from './unknown.rules.ts';

const task = (fiscalDocumentNumber: number | undefined, registerId = 'kkt-1') =>
  ({
    id: String(fiscalDocumentNumber),
    registerId,
    ...(fiscalDocumentNumber === undefined ? {} : { document: { fiscalDocumentNumber } }),
  }) as FiscalTaskView;

test('the last three documents of this register, by number and not by when their tasks were made', () => {
  const tasks = [task(5), task(undefined), task(9), task(7, 'kkt-2'), task(6), task(8)];
  expect(lastDocuments(tasks, 'kkt-1').map(({ document }) => document.fiscalDocumentNumber)).toEqual([9, 8, 6]);
});
