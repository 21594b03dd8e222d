/** Pure comparison of what we recorded of a shift with what its register counted. */
import { receiptKindOf } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalTask } from '#shared/fiscal/fiscal.schema.ts';
import type { DifferenceCause, ShiftDifference, ShiftTotals } from '#shared/fiscal/shift.schema.ts';
import { sumMinor } from '#shared/kernel/money.ts';
import type { FoundDocument } from './fiscal.register.ts';

type Row = ShiftDifference['row'];

/** What tasks that ended in a shift add up to. Shift documents carry no money. */
export function totalsOf(tasks: readonly Pick<FiscalTask, 'type' | 'receipt' | 'cash'>[]): ShiftTotals {
  const receipts = (type: 'sale' | 'refund') => {
    const made = tasks.filter((task) => task.type === type);
    const paid = (tender: 'cash' | 'card') =>
      sumMinor(
        made.flatMap(({ receipt }) =>
          (receipt?.payments ?? []).filter((payment) => payment.type === tender).map((payment) => payment.sumMinor),
        ),
      );
    return {
      count: made.length,
      totalMinor: sumMinor(made.map(({ receipt }) => receipt?.totalMinor ?? 0)),
      cashMinor: paid('cash'),
      cardMinor: paid('card'),
    };
  };
  const cash = (type: 'cash_in' | 'cash_out') => {
    const moved = tasks.filter((task) => task.type === type);
    return { count: moved.length, totalMinor: sumMinor(moved.map((task) => task.cash?.amountMinor ?? 0)) };
  };
  return {
    sell: receipts('sale'),
    sellReturn: receipts('refund'),
    cashIn: cash('cash_in'),
    cashOut: cash('cash_out'),
  };
}

export function compareTotals(ledger: ShiftTotals, register: ShiftTotals): ShiftDifference[] {
  const differences: ShiftDifference[] = [];
  const compare = (row: Row, measure: ShiftDifference['measure'], ours: number, theirs: number): void => {
    if (ours !== theirs) differences.push({ row, measure, ledger: ours, register: theirs });
  };
  for (const row of ['sell', 'sellReturn'] as const) {
    for (const measure of ['count', 'totalMinor', 'cashMinor', 'cardMinor'] as const) {
      compare(row, measure, ledger[row][measure], register[row][measure]);
    }
  }
  for (const row of ['cashIn', 'cashOut'] as const) {
    for (const measure of ['count', 'totalMinor'] as const)
      compare(row, measure, ledger[row][measure], register[row][measure]);
  }
  return differences;
}

export interface ShiftEvidence {
  /** Receipts of this shift in the fiscal memory that no task of ours made. */
  readonly foreign: readonly FoundDocument[];
  /** Tasks that say they ended in a document which the fiscal memory does not have. */
  readonly missing: readonly { readonly task: FiscalTask; readonly fiscalDocumentNumber: number }[];
  /** Tasks whose outcome is not known. */
  readonly unknown: readonly FiscalTask[];
}

/** Names what makes the difference, document by document; what is left over is said to be unexplained. */
export function explainDifferences(
  differences: readonly ShiftDifference[],
  evidence: ShiftEvidence,
): DifferenceCause[] {
  if (differences.length === 0) return [];
  const causes: DifferenceCause[] = [];
  const explained = new Map<Row, number>();
  const explain = (row: Row, minor: number): void => void explained.set(row, (explained.get(row) ?? 0) + minor);

  for (const { kind, fiscalDocumentNumber, totalMinor } of evidence.foreign) {
    if (kind !== 'sell' && kind !== 'sell_return') continue;
    causes.push({ kind: 'foreign_document', fiscalDocumentNumber, receiptKind: kind, totalMinor });
    explain(kind === 'sell' ? 'sell' : 'sellReturn', totalMinor);
  }
  for (const { task, fiscalDocumentNumber } of evidence.missing) {
    const totalMinor = task.receipt?.totalMinor ?? 0;
    causes.push({ kind: 'missing_document', taskId: task.id, fiscalDocumentNumber, totalMinor });
    explain(receiptKindOf(task.type) === 'sell_return' ? 'sellReturn' : 'sell', -totalMinor);
  }
  for (const task of evidence.unknown) {
    causes.push({
      kind: 'unknown_task',
      taskId: task.id,
      totalMinor: task.receipt?.totalMinor ?? task.cash?.amountMinor ?? 0,
    });
  }
  const gap = (row: Row, measure: ShiftDifference['measure']): number => {
    const found = differences.find((difference) => difference.row === row && difference.measure === measure);
    return found === undefined ? 0 : found.register - found.ledger;
  };
  for (const [row, direction] of [
    ['cashIn', 'in'],
    ['cashOut', 'out'],
  ] as const) {
    const count = gap(row, 'count');
    const totalMinor = gap(row, 'totalMinor');
    if (count !== 0 || totalMinor !== 0) causes.push({ kind: 'foreign_cash', direction, count, totalMinor });
  }
  for (const row of ['sell', 'sellReturn'] as const) {
    const left = gap(row, 'totalMinor') - (explained.get(row) ?? 0);
    const mayBe = evidence.unknown.some((task) => rowOf(task) === row && task.receipt?.totalMinor === left);
    if (left !== 0 && !mayBe) causes.push({ kind: 'unexplained', row, totalMinor: left });
  }
  return causes;
}

const rowOf = ({ type }: FiscalTask): Row | undefined =>
  type === 'sale' ? 'sell' : type === 'refund' ? 'sellReturn' : undefined;
