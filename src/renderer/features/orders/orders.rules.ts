/** An order with its money and receipts, read for a screen. */
import type { Tender } from '#shared/fiscal/fiscal.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';

/** The whole sale may be given back: it was paid at a till and nothing of it was given back yet. */
export const isRefundable = ({ order }: OrderDetails): boolean =>
  order.origin === 'cashier' && (order.status === 'paid' || order.status === 'fulfilled');

/** Payments as a receipt names them: everything that is not cash is electronic. */
export const tendersOf = (payments: readonly Payment[], kind: Payment['kind'] = 'payment'): Tender[] =>
  payments
    .filter((payment) => payment.kind === kind)
    .map(({ method, amountMinor }) => ({ type: method === 'cash' ? 'cash' : 'card', sumMinor: amountMinor }));

export type ReceiptState = 'none' | 'going' | 'done' | 'error' | 'unknown';

/** How the receipt of the sale (or of its refund, when it was given back) stands. */
export function receiptStateOf({ order, receipts }: OrderDetails): ReceiptState {
  const type = order.status === 'refunded' ? 'refund' : 'sale';
  const record = receipts.find((one) => one.type === type);
  if (!record) return 'none';
  return record.status === 'queued' || record.status === 'in_progress' ? 'going' : record.status;
}

/** Narrows the list by what a person remembers: number, name of a line, or sum. */
export function matches({ order }: OrderDetails, text: string): boolean {
  const words = text.trim().toLocaleLowerCase();
  if (words === '') return true;
  return (
    order.number.toLocaleLowerCase().includes(words) ||
    order.lines.some((line) => line.name.toLocaleLowerCase().includes(words)) ||
    String(order.totalMinor / 100).startsWith(words.replace(',', '.'))
  );
}
