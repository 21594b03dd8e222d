import { sumMinor } from '../kernel/money.ts';
import type { Order, OrderStatus } from './orders.schema.ts';

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

/** True when the total is the sum of the lines. */
export const isOrderBalanced = (order: Pick<Order, 'lines' | 'totalMinor'>): boolean =>
  sumMinor(order.lines.map((line) => line.totalMinor)) === order.totalMinor;
