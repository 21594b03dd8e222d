import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import { IVANOV, saleTask, TASK_A, TASK_B } from '#test/doubles/fiscal-world.ts';
import type { FoundDocument } from './fiscal.register.ts';
import { compareTotals, explainDifferences, totalsOf } from './reconciliation.rules.ts';

const refund = (id: string, totalMinor: number): FiscalTask => {
  const { receipt, ...rest } = saleTask(id, totalMinor);
  return { ...rest, type: 'refund', ...(receipt && { receipt: { ...receipt, kind: 'sell_return' } }) };
};
const cash = (type: 'cash_in' | 'cash_out', amountMinor: number): FiscalTask => ({
  id: TASK_B,
  type,
  fiscalDeviceId: 'fd-1',
  operator: IVANOV,
  cash: { amountMinor, reason: 'размен' },
});
const mixed = (): FiscalTask => {
  const { receipt, ...rest } = saleTask(TASK_A, 1000);
  return {
    ...rest,
    ...(receipt && {
      receipt: {
        ...receipt,
        payments: [
          { type: 'cash', sumMinor: 300 },
          { type: 'card', sumMinor: 700 },
        ],
      },
    }),
  };
};
const foreign = (fiscalDocumentNumber: number, totalMinor: number): FoundDocument => ({
  fiscalDocumentNumber,
  kind: 'sell',
  fiscalSign: '1',
  at: { year: 2026, month: 11, day: 21, hour: 14, minute: 6, second: 0 },
  totalMinor,
});
const nothing = { foreign: [], missing: [], unknown: [] };
const EMPTY = totalsOf([]);

test('a shift is the sum of its tasks, by tender', () => {
  expect(totalsOf([mixed(), refund(TASK_B, 250), cash('cash_in', 500), cash('cash_out', 200)])).toEqual({
    sell: { count: 1, totalMinor: 1000, cashMinor: 300, cardMinor: 700 },
    sellReturn: { count: 1, totalMinor: 250, cashMinor: 250, cardMinor: 0 },
    cashIn: { count: 1, totalMinor: 500 },
    cashOut: { count: 1, totalMinor: 200 },
  });
});

test('the same on both sides is no difference, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1_000_000 }), { maxLength: 20 }), (sums) => {
      const totals = totalsOf(sums.map((sum) => saleTask(TASK_A, sum)));
      expect(compareTotals(totals, totals)).toEqual([]);
      expect(explainDifferences([], { ...nothing, foreign: [foreign(1, 5)] })).toEqual([]);
    }),
  );
});

describe('differences are explained document by document', () => {
  const register = { ...EMPTY, sell: { count: 2, totalMinor: 1500, cashMinor: 1500, cardMinor: 0 } };
  const differences = compareTotals(totalsOf([saleTask(TASK_A, 1000)]), register);

  test('every measure that differs is a row', () => {
    expect(differences).toEqual([
      { row: 'sell', measure: 'count', ledger: 1, register: 2 },
      { row: 'sell', measure: 'totalMinor', ledger: 1000, register: 1500 },
      { row: 'sell', measure: 'cashMinor', ledger: 1000, register: 1500 },
    ]);
  });

  test('a receipt of another program accounts for it whole', () => {
    expect(explainDifferences(differences, { ...nothing, foreign: [foreign(1045, 500)] })).toEqual([
      { kind: 'foreign_document', fiscalDocumentNumber: 1045, receiptKind: 'sell', totalMinor: 500 },
    ]);
  });

  test('what is left over is said to be unexplained', () => {
    expect(explainDifferences(differences, { ...nothing, foreign: [foreign(1045, 300)] })).toContainEqual({
      kind: 'unexplained',
      row: 'sell',
      totalMinor: 200,
    });
  });

  test('a task of unknown outcome may be the difference, and is not also unexplained', () => {
    expect(explainDifferences(differences, { ...nothing, unknown: [saleTask(TASK_B, 500)] })).toEqual([
      { kind: 'unknown_task', taskId: TASK_B, totalMinor: 500 },
    ]);
  });

  test('our document that the fiscal memory lacks', () => {
    const lost = compareTotals(totalsOf([saleTask(TASK_A, 1000)]), EMPTY);
    const missing = [{ task: saleTask(TASK_A, 1000), fiscalDocumentNumber: 1044 }];
    expect(explainDifferences(lost, { ...nothing, missing })).toEqual([
      { kind: 'missing_document', taskId: TASK_A, fiscalDocumentNumber: 1044, totalMinor: 1000 },
    ]);
  });

  test('cash that was moved at the register itself', () => {
    const moved = compareTotals(EMPTY, { ...EMPTY, cashOut: { count: 1, totalMinor: 700 } });
    expect(explainDifferences(moved, nothing)).toEqual([
      { kind: 'foreign_cash', direction: 'out', count: 1, totalMinor: 700 },
    ]);
  });
});
