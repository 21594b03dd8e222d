/** Pure decisions about fiscal documents: totals, the QR text, and which states may follow which. */
import type { Issue } from '../kernel/errors.ts';
import { lineTotal, minorToDecimal, sumMinor } from '../kernel/money.ts';
import type { FiscalState, FiscalTask, Receipt, ReceiptKind, VatType } from './fiscal.schema.ts';

/**
 * The sums of a receipt must agree to the kopeck: each line with price × quantity, the lines with the total, the
 * payments with the total. Cash above the total is change and never reaches here. Paths are relative to the receipt.
 */
export function checkReceipt(receipt: Receipt): Issue[] {
  const issues: Issue[] = [];
  for (const [index, item] of receipt.items.entries()) {
    const full = lineTotal(item.priceMinor, item.quantityMilli);
    if (item.totalMinor > full) {
      issues.push({
        path: `items.${index}.totalMinor`,
        message: `is ${item.totalMinor}, more than price × quantity = ${full}`,
      });
    }
  }
  const items = sumMinor(receipt.items.map((item) => item.totalMinor));
  if (items !== receipt.totalMinor) {
    issues.push({
      path: 'total',
      message: `is ${minorToDecimal(receipt.totalMinor)}, but the lines add up to ${minorToDecimal(items)}`,
    });
  }
  const paid = sumMinor(receipt.payments.map((payment) => payment.sumMinor));
  if (paid !== receipt.totalMinor) {
    issues.push({
      path: 'payments',
      message: `add up to ${minorToDecimal(paid)}, but the total is ${minorToDecimal(receipt.totalMinor)}`,
    });
  }
  return issues;
}

/** Does the task's shape fit its type? A shift task carries no receipt, a sale sells, a refund returns, a cash move has cash. */
export function checkTask(task: FiscalTask): Issue[] {
  const isCash = task.type === 'cash_in' || task.type === 'cash_out';
  if (isCash !== (task.cash !== undefined)) {
    return [{ path: 'cash', message: isCash ? `is required for ${task.type}` : `must be absent for ${task.type}` }];
  }
  const wanted = receiptKindOf(task.type);
  if (wanted === undefined) {
    return task.receipt === undefined ? [] : [{ path: 'receipt', message: `must be absent for ${task.type}` }];
  }
  if (task.receipt === undefined) return [{ path: 'receipt', message: `is required for ${task.type}` }];
  if (task.receipt.kind !== wanted) {
    return [{ path: 'receipt.receiptType', message: `must be ${wanted} for ${task.type}` }];
  }
  return checkReceipt(task.receipt).map((issue) => ({ ...issue, path: `receipt.${issue.path}` }));
}

export const receiptKindOf = (type: FiscalTask['type']): ReceiptKind | undefined =>
  type === 'sale' ? 'sell' : type === 'refund' ? 'sell_return' : undefined;

/** The states a task may move to. Anything not listed is a programming error and is refused by the journal. */
const NEXT: Readonly<Record<FiscalState, readonly FiscalState[]>> = {
  queued: ['claimed', 'failed'],
  // `reported` at once: the shift was already as asked, there is no document to make.
  claimed: ['baseline', 'failed', 'queued', 'reported'],
  baseline: ['sending', 'queued', 'failed'],
  sending: ['closed', 'not_closed', 'unknown'],
  closed: ['printed'],
  printed: ['reported'],
  reported: [],
  not_closed: ['queued', 'failed'],
  failed: ['queued'],
  unknown: ['closed', 'not_closed'],
};
export const mayFollow = (from: FiscalState, to: FiscalState): boolean => NEXT[from].includes(to);

/** Rates that drivers older than these versions take for something else (libfptr 10.10.7 and 10.10.8). */
const VAT_SINCE: Partial<Record<VatType, readonly [number, number, number]>> = {
  vat5: [10, 10, 7],
  vat7: [10, 10, 7],
  vat105: [10, 10, 7],
  vat107: [10, 10, 7],
  vat22: [10, 10, 8],
  vat122: [10, 10, 8],
};

/** Whether a driver of this version (`10.10.8.0`) knows the rate. An unreadable version knows only the old rates. */
export function isVatSupported(vat: VatType, driverVersion: string): boolean {
  const since = VAT_SINCE[vat];
  if (since === undefined) return true;
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(driverVersion)?.slice(1, 4).map(Number);
  if (parts === undefined) return false;
  for (const [index, wanted] of since.entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** VAT inside a gross amount, in minor units; `undefined` for rates that carry none. */
export const VAT_PERCENT: Readonly<Record<VatType, number | undefined>> = {
  none: undefined,
  vat0: 0,
  vat5: 5,
  vat7: 7,
  vat10: 10,
  vat20: 20,
  vat22: 22,
  vat105: 5,
  vat107: 7,
  vat110: 10,
  vat120: 20,
  vat122: 22,
};

const pad = (value: number): string => String(value).padStart(2, '0');

/**
 * The fiscal QR text: `t=20261121T1406&s=480.00&fn=…&i=…&fp=…&n=1`. Kind 1 is a sale, 2 its return (tag 1054).
 *
 * @param wallTime the register's wall clock, as fields.
 */
export function fiscalQr(input: {
  readonly wallTime: {
    readonly year: number;
    readonly month: number;
    readonly day: number;
    readonly hour: number;
    readonly minute: number;
  };
  readonly totalMinor: number;
  readonly fnNumber: string;
  readonly fiscalDocumentNumber: number;
  readonly fiscalSign: string;
  readonly kind: ReceiptKind;
}): string {
  const { year, month, day, hour, minute } = input.wallTime;
  return [
    `t=${year}${pad(month)}${pad(day)}T${pad(hour)}${pad(minute)}`,
    `s=${minorToDecimal(input.totalMinor)}`,
    `fn=${input.fnNumber}`,
    `i=${input.fiscalDocumentNumber}`,
    `fp=${input.fiscalSign}`,
    `n=${input.kind === 'sell' ? 1 : 2}`,
  ].join('&');
}
