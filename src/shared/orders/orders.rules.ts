import { lineTotal, sumMinor } from '../kernel/money.ts';
import type { Order, OrderLine, OrderStatus } from './orders.schema.ts';

/** SM-4. `paid` comes only with a payment, `refunded` only with a fiscal refund. */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  draft: ['awaiting_payment', 'cancelled', 'paid'],
  awaiting_payment: ['paid', 'cancelled'],
  paid: ['fulfilled', 'refunded'],
  fulfilled: ['refunded'],
  cancelled: [],
  refunded: [],
};

export const mayOrderBecome = (from: OrderStatus, to: OrderStatus): boolean => NEXT[from].includes(to);

/** What a line costs before any discount, minor units. */
export const fullMinorOf = ({ priceMinor, quantityMilli }: Pick<OrderLine, 'priceMinor' | 'quantityMilli'>): number =>
  lineTotal(priceMinor, quantityMilli);

/** True when the total is the sum of the lines, and no discount hides in them. */
export const isOrderBalanced = (order: Pick<Order, 'lines' | 'totalMinor'>): boolean =>
  sumMinor(order.lines.map((line) => line.totalMinor)) === order.totalMinor &&
  order.lines.every(
    (line) =>
      line.discount === undefined ||
      line.totalMinor + line.discount.lineMinor + line.discount.receiptMinor === fullMinorOf(line),
  );
