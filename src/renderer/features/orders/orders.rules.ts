/** An order with its money and receipts, read for a screen. */
import type { FiscalRecord, Tender } from '#shared/fiscal/fiscal.schema.ts';
import type { OrderLine } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import { remainderMinorOf } from '#shared/payments/refunds.rules.ts';
import type { RegisterView } from '#shared/rpc/fiscal.contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';

/** Something of the sale may be given back: it was paid at a till, and not all of it came back yet. */
export const isRefundable = ({ order }: OrderDetails): boolean =>
  order.origin === 'cashier' && remainderMinorOf(order) > 0;

/** The sale's own receipt was not accepted: it is sent again before anything comes back. */
export const hasFailed = ({ receipts }: OrderDetails): boolean =>
  receipts.some(({ type, status }) => type === 'sale' && status === 'error');

/** What came back so far, minor units. */
export const returnedMinor = ({ refunds }: OrderDetails): number =>
  refunds.reduce((sum, refund) => sum + refund.totalMinor, 0);

/** Payments as a receipt names them: everything that is not cash is electronic. */
export const tendersOf = (payments: readonly Payment[], kind: Payment['kind'] = 'payment'): Tender[] =>
  payments
    .filter((payment) => payment.kind === kind)
    .map(({ method, amountMinor }) => ({ type: method === 'cash' ? 'cash' : 'card', sumMinor: amountMinor }));

/** A receipt of a sale: the sale's own, or one of what came back. */
export interface SaleDocument {
  /** Its fiscal task. */
  readonly id: string;
  readonly kind: 'sale' | 'refund';
  readonly at: number;
  readonly lines: readonly OrderLine[];
  readonly totalMinor: number;
  readonly tenders: readonly Tender[];
  readonly operatorName?: string | undefined;
  readonly record?: FiscalRecord | undefined;
}

/** Every receipt of a sale, the sale's first, then what came back in its order. */
export function documentsOf({ order, payments, receipts, refunds }: OrderDetails): readonly SaleDocument[] {
  const sold = receipts.find(({ type }) => type === 'sale');
  const sale: SaleDocument = {
    id: sold?.id ?? order.id,
    kind: 'sale',
    at: order.createdAt,
    lines: order.lines,
    totalMinor: order.totalMinor,
    tenders: tendersOf(payments),
    operatorName: order.operatorName,
    record: sold,
  };
  const returns = refunds.map((refund): SaleDocument => {
    const moved = payments.filter(({ refundId }) => refundId === refund.id);
    return {
      id: refund.taskId,
      kind: 'refund',
      at: refund.createdAt,
      lines: refund.lines.flatMap(({ line, quantityMilli, totalMinor }) => {
        const one = order.lines[line];
        if (one === undefined) return [];
        const { discount: _ofTheSale, ...rest } = one;
        return [{ ...rest, quantityMilli, totalMinor }];
      }),
      totalMinor: refund.totalMinor,
      tenders: tendersOf(moved, 'refund'),
      operatorName: refund.operatorName,
      record: receipts.find(({ id }) => id === refund.taskId),
    };
  });
  return [sale, ...returns];
}

export type ReceiptState = 'none' | 'waiting' | 'going' | 'done' | 'error' | 'unknown';

/** How a receipt stands. One that was not begun waits for its register, when that is ours and away. */
export function receiptStateOf(record: FiscalRecord | undefined, register: RegisterView | undefined): ReceiptState {
  if (!record) return 'none';
  if (record.status !== 'queued' && record.status !== 'in_progress') return record.status;
  return register && isAway(register) ? 'waiting' : 'going';
}

const isAway = ({ state }: RegisterView): boolean => state !== 'ready' && state !== 'connecting';

/** The register of this device that a receipt is for; undefined when it is another till's. */
export const registerOf = (
  record: Pick<FiscalRecord, 'fiscalDeviceId'> | undefined,
  registers: readonly RegisterView[],
): RegisterView | undefined => registers.find(({ id }) => id !== undefined && id === record?.fiscalDeviceId);
