/** A refund as it is typed: how much of each line, what that comes to and by which tender it goes. Pure. */
import type { Tender } from '#shared/fiscal/fiscal.schema.ts';
import { ONE, sumMinor } from '#shared/kernel/money.ts';
import type { OrderLine } from '#shared/orders/orders.schema.ts';
import { priceReturn, type Remainder, remaindersOf, splitReturn } from '#shared/payments/refunds.rules.ts';
import type { RefundLine } from '#shared/payments/refunds.schema.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import { parseDecimal } from '../../app/typed.ts';

/** What is typed beside each line, by its place in the sale. */
export type Typed = Readonly<Record<number, string>>;

export type RefundDraft =
  | { readonly is: 'nothing' }
  /** A quantity that is no quantity of this line. */
  | { readonly is: 'wrong' }
  /** More than is left of a line. */
  | { readonly is: 'exceeds' }
  | {
      readonly is: 'ready';
      readonly lines: readonly RefundLine[];
      readonly totalMinor: number;
      readonly tenders: readonly Tender[];
    };

const text = (milli: number): string => String(milli / ONE).replace('.', ',');

/** Everything that is left. */
export const typeAll = (remainders: readonly Remainder[]): Typed =>
  Object.fromEntries(remainders.map(({ line, quantityMilli }) => [line, text(quantityMilli)]));

/** What the dialog begins with: a single piece is meant without asking. */
export function beginWith({ order }: OrderDetails): Typed {
  const left = remaindersOf(order).filter(({ quantityMilli }) => quantityMilli > 0);
  return left.length === 1 && left[0]?.quantityMilli === ONE ? typeAll(left) : {};
}

/** Thousandths; 0 for nothing typed, undefined for what is no quantity of the line. Pieces are whole. */
export function quantityOf(typed: string | undefined, { unit }: Pick<OrderLine, 'unit'>): number | undefined {
  if (typed === undefined || typed.trim() === '') return 0;
  const milli = parseDecimal(typed, 3);
  return milli !== undefined && unit === 'piece' && milli % ONE !== 0 ? undefined : milli;
}

/** A whole unit more or less, within what is left. */
export function stepBy(typed: string | undefined, line: OrderLine, left: Remainder, by: 1 | -1): string {
  const now = quantityOf(typed, line) ?? 0;
  return text(Math.min(left.quantityMilli, Math.max(0, now + by * ONE)));
}

export function readRefund({ order, payments }: OrderDetails, typed: Typed): RefundDraft {
  const left = remaindersOf(order);
  const wanted = order.lines.map((sold, line) => ({ line, quantityMilli: quantityOf(typed[line], sold) }));
  if (wanted.some(({ quantityMilli }) => quantityMilli === undefined)) return { is: 'wrong' };
  const some = wanted.flatMap(({ line, quantityMilli = 0 }) => (quantityMilli > 0 ? [{ line, quantityMilli }] : []));
  if (some.some(({ line, quantityMilli }) => quantityMilli > (left[line]?.quantityMilli ?? 0)))
    return { is: 'exceeds' };
  const lines = priceReturn(order, some);
  const totalMinor = sumMinor(lines.map((line) => line.totalMinor));
  if (totalMinor === 0) return { is: 'nothing' };
  const tenders = splitReturn(totalMinor, payments).map(
    ({ payment, amountMinor }): Tender => ({
      type: payment.method === 'cash' ? 'cash' : 'card',
      sumMinor: amountMinor,
    }),
  );
  return { is: 'ready', lines, totalMinor, tenders };
}
