/** What of a sale may still be given back, what a part of it costs, and by which tender it goes. Pure. Minor units. */
import { AppError } from '../kernel/errors.ts';
import { shareOf, sumMinor } from '../kernel/money.ts';
import type { Order, Returned } from '../orders/orders.schema.ts';
import type { Payment } from './payments.schema.ts';
import type { Refund, RefundLine } from './refunds.schema.ts';

export interface Remainder {
  /** Place in the order's lines. */
  readonly line: number;
  /** 0 when all of it came back. */
  readonly quantityMilli: number;
  readonly totalMinor: number;
}

type Sold = Pick<Order, 'status' | 'lines' | 'returned'>;

/** What is left of each line, in the order of the lines. */
export function remaindersOf({ status, lines, returned }: Sold): Remainder[] {
  const isSold = status === 'paid' || status === 'fulfilled';
  return lines.map((sold, line) => {
    const back = returned?.lines.find((one) => one.line === line);
    const left = (before: number, gone = 0) => (isSold ? Math.max(0, before - gone) : 0);
    return {
      line,
      quantityMilli: left(sold.quantityMilli, back?.quantityMilli),
      totalMinor: left(sold.totalMinor, back?.totalMinor),
    };
  });
}

/** What may still be given back of an order, all lines together. */
export const remainderMinorOf = (order: Sold): number =>
  sumMinor(remaindersOf(order).map(({ totalMinor }) => totalMinor));

/**
 * What the wanted quantities come to: a part of a line is its share of what is left of it, and the last part is all that is
 * left, so parts always add up to the line. Throws `orders.refund_exceeds_sale` when a line has less left than is wanted,
 * `app.bad_input` for a line the order has not or that is named twice.
 */
export function priceReturn(
  order: Sold,
  wanted: readonly Pick<RefundLine, 'line' | 'quantityMilli'>[],
): readonly RefundLine[] {
  const left = remaindersOf(order);
  return wanted.map(({ line, quantityMilli }, index) => {
    const remainder = left[line];
    if (remainder === undefined || wanted.findIndex((one) => one.line === line) !== index) {
      const message = remainder === undefined ? `must be below ${left.length}` : 'is named twice';
      throw new AppError('app.bad_input', 'the lines of the refund are not lines of the sale', {
        details: { issues: [{ path: `lines.${index}.line`, message }] },
      });
    }
    if (quantityMilli > remainder.quantityMilli) {
      throw new AppError('orders.refund_exceeds_sale', 'more would come back than was sold', {
        details: { line, wantedMilli: quantityMilli, leftMilli: remainder.quantityMilli },
      });
    }
    const totalMinor =
      quantityMilli === remainder.quantityMilli
        ? remainder.totalMinor
        : shareOf(remainder.totalMinor, quantityMilli, remainder.quantityMilli);
    return { line, quantityMilli, totalMinor };
  });
}

/** A part of a payment that goes back. */
export interface GivenBack {
  readonly payment: Payment;
  readonly amountMinor: number;
}

/**
 * A sum over the payments it came by: what was paid by card goes back to the card first, as far as there is some left of
 * it, then cash. Throws `orders.refund_exceeds_sale` when the payments have less left.
 *
 * @param money every payment and refund of the order.
 */
export function splitReturn(totalMinor: number, money: readonly Payment[]): readonly GivenBack[] {
  const given = (id: string) =>
    sumMinor(money.filter(({ refundOf }) => refundOf === id).map(({ amountMinor }) => amountMinor));
  const taken = money
    .filter(({ kind }) => kind === 'payment')
    .toSorted((a, b) => Number(a.method === 'cash') - Number(b.method === 'cash') || (a.id < b.id ? -1 : 1));
  let restMinor = totalMinor;
  const parts = taken.flatMap((payment) => {
    const amountMinor = Math.min(restMinor, Math.max(0, payment.amountMinor - given(payment.id)));
    restMinor -= amountMinor;
    return amountMinor === 0 ? [] : [{ payment, amountMinor }];
  });
  if (restMinor > 0) {
    throw new AppError('orders.refund_exceeds_sale', 'more money would go back than was taken', {
      details: { wantedMinor: totalMinor, leftMinor: totalMinor - restMinor },
    });
  }
  return parts;
}

/** What was given back of an order, with one refund more. */
export function addReturn(
  returned: Returned | undefined,
  refund: Pick<Refund, 'lines'>,
  payments: readonly Payment[],
): Returned {
  const lines = new Map(returned?.lines.map((one) => [one.line, one]));
  for (const { line, quantityMilli, totalMinor } of refund.lines) {
    const before = lines.get(line);
    lines.set(line, {
      line,
      quantityMilli: quantityMilli + (before?.quantityMilli ?? 0),
      totalMinor: totalMinor + (before?.totalMinor ?? 0),
    });
  }
  const money = new Map(returned?.payments.map((one) => [one.paymentId, one]));
  for (const { refundOf, amountMinor } of payments) {
    if (refundOf === undefined) continue;
    money.set(refundOf, {
      paymentId: refundOf,
      amountMinor: amountMinor + (money.get(refundOf)?.amountMinor ?? 0),
    });
  }
  return { lines: [...lines.values()].toSorted((a, b) => a.line - b.line), payments: [...money.values()] };
}

/** Lines of which more came back than was sold: two tills gave the same thing back without hearing of each other. */
export const overReturned = ({ lines, returned }: Pick<Order, 'lines' | 'returned'>): readonly number[] =>
  (returned?.lines ?? [])
    .filter(({ line, quantityMilli, totalMinor }) => {
      const sold = lines[line];
      return sold === undefined || quantityMilli > sold.quantityMilli || totalMinor > sold.totalMinor;
    })
    .map(({ line }) => line);
