/**
 * Money at the cash desk: a sale is one transaction of order, payments and fiscal task, so a power cut leaves all of it or
 * nothing, and it is named by the screen's own id, so asking twice makes one. Its return is in `refunds.service.ts`.
 */

import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { FiscalQueue } from '#main/domains/fiscal/fiscal.port.ts';
import type { OrderService } from '#main/domains/orders/orders.service.ts';
import type { ApprovalNeed } from '#main/domains/staff/approvals.service.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { Operator, Tender } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { sumMinor } from '#shared/kernel/money.ts';
import { isDiscountOverLimit } from '#shared/orders/discount.rules.ts';
import { fullMinorOf } from '#shared/orders/orders.rules.ts';
import type { Discount, Order, OrderLine } from '#shared/orders/orders.schema.ts';
import type { CartLine, CheckoutReply } from '#shared/rpc/payments.contract.ts';
import { deriveId, saleTaskOf } from './derived-id.ts';
import { announce, moved } from './money.ts';
import type { PaymentProvider } from './provider.ts';
import { receiptOf, settleTenders, taskOf } from './receipts.rules.ts';

export interface DeskDeps {
  readonly sync: SyncPort;
  readonly fiscal: FiscalQueue;
  readonly orders: OrderService;
  /** Who is signed in. Throws `staff.not_signed_in`. */
  readonly operator: () => Operator;
  /** Throws `staff.approval_required`. */
  readonly requireApproval: (need: ApprovalNeed) => Operator;
  /** What a cashier takes off a receipt alone, percent of its full price. */
  readonly discountLimitPercent: number;
  readonly provider: PaymentProvider | undefined;
}

export interface Checkout {
  /** Made by the screen for this attempt; it becomes the order's id. */
  readonly id: string;
  readonly lines: readonly CartLine[];
  /** Off the whole receipt. */
  readonly discount?: Discount | undefined;
  readonly tenders: readonly Tender[];
  readonly customer?: Order['customer'];
  readonly approvalId?: string | undefined;
}

export interface Desk {
  /**
   * Throws `catalogue.item_not_found`, `orders.empty`, `payments.amount_mismatch`, `fiscal.register_not_configured`,
   * `staff.not_signed_in`, `staff.approval_required`; then nothing has happened.
   */
  checkout(sale: Checkout): CheckoutReply;
}

export function createDesk(core: Core, deps: DeskDeps): Desk {
  const { sync, fiscal, orders, operator, requireApproval, discountLimitPercent } = deps;
  const log = core.log.child({ domain: 'payments' });

  /** Who allowed the discounts of these lines; undefined when nobody has to. */
  const approverOf = (tx: WriteTx, lines: readonly OrderLine[], { id, approvalId }: Checkout): string | undefined => {
    const fullMinor = sumMinor(lines.map(fullMinorOf));
    const totalMinor = sumMinor(lines.map((line) => line.totalMinor));
    // Nothing to pay is no sale at all, which the order itself says: no supervisor is called for that.
    if (totalMinor === 0 || !isDiscountOverLimit({ fullMinor, totalMinor }, discountLimitPercent)) return undefined;
    const facts = { fullMinor, discountMinor: fullMinor - totalMinor, limitPercent: discountLimitPercent };
    return requireApproval({ action: 'discount', subject: id, approvalId, tx, facts }).name;
  };

  const sell = (tx: WriteTx, sale: Checkout, taskId: string): Order => {
    const { id, discount, tenders, customer } = sale;
    const lines = orders.priceCart(tx, sale.lines, discount);
    const { net } = settleTenders(sumMinor(lines.map((line) => line.totalMinor)), tenders);
    const order = orders.place(tx, {
      id,
      origin: 'cashier',
      lines,
      customer,
      operatorName: operator().name,
      discountApprovedBy: approverOf(tx, lines, sale),
    });
    const payments = net.map(({ type, sumMinor: amountMinor }) =>
      moved(core, sync, order, {
        id: deriveId(id, type),
        kind: 'payment',
        method: type,
        provider: 'cashdesk',
        amountMinor,
      }),
    );
    sync.mutate(tx, 'payment.settle', { payments });
    fiscal.enqueue(
      tx,
      taskOf(
        fiscal,
        { id: taskId, type: 'sale', orderId: id, operator: operator() },
        receiptOf(order, {
          kind: 'sell',
          items: order.lines,
          tenders: net,
          taxationSystem: fiscal.taxationSystem(),
        }),
      ),
    );
    return order;
  };

  return {
    checkout: (sale) => {
      const { id, tenders } = sale;
      const taskId = saleTaskOf(id);
      const sold = core.db.transaction(
        (tx) => {
          const known = orders.find(tx, id);
          return known ? { order: known, isNew: false } : { order: sell(tx, sale, taskId), isNew: true };
        },
        { behavior: 'immediate' },
      );
      const { number, totalMinor } = sold.order;
      if (sold.order.origin !== 'cashier') throw new AppError('app.bad_input', 'the id is of an order made elsewhere');
      if (sold.isNew) {
        log.info('sale made', { orderId: id, number, totalMinor, taskId });
        announce(core, deps, id, taskId);
      }
      // The cash that was given is not kept; whoever repeats the request repeats it.
      const changeMinor = sumMinor(tenders.map((tender) => tender.sumMinor)) - totalMinor;
      return { orderId: id, orderNumber: number, taskId, totalMinor, changeMinor: Math.max(0, changeMinor) };
    },
  };
}
