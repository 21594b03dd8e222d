/**
 * Money at the cash desk: a sale and its return. Each is one transaction of order, payments and fiscal task, so a power
 * cut leaves all of it or nothing, and each is named by the screen's own id, so asking twice makes one.
 */

import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { FiscalQueue } from '#main/domains/fiscal/fiscal.port.ts';
import type { OrderService } from '#main/domains/orders/orders.service.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { Operator, Tender } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { sumMinor } from '#shared/kernel/money.ts';
import { mayOrderBecome } from '#shared/orders/orders.rules.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { CartLine, CheckoutReply } from '#shared/rpc/payments.contract.ts';
import { deriveId } from './derived-id.ts';
import { listPayments } from './payments.repo.ts';
import type { PaymentProvider } from './provider.ts';
import { fiscalTaskOf, settleTenders, tendersOf } from './receipts.rules.ts';

export interface DeskDeps {
  readonly sync: SyncPort;
  readonly fiscal: FiscalQueue;
  readonly orders: OrderService;
  /** Who is signed in. Throws `staff.not_signed_in`. */
  readonly operator: () => Operator;
  readonly provider: PaymentProvider | undefined;
}

export interface Checkout {
  /** Made by the screen for this attempt; it becomes the order's id. */
  readonly id: string;
  readonly lines: readonly CartLine[];
  readonly tenders: readonly Tender[];
  readonly customer?: Order['customer'];
}

export interface Desk {
  /**
   * Throws `catalogue.item_not_found`, `orders.empty`, `payments.amount_mismatch`, `fiscal.register_not_configured`,
   * `staff.not_signed_in`; then nothing has happened.
   */
  checkout(sale: Checkout): CheckoutReply;
  /** Throws `orders.not_found`, `orders.illegal_transition`, `payments.provider_unavailable`, and as `checkout` does. */
  refund(request: { readonly id: string; readonly orderId: string }): CheckoutReply;
}

export function createDesk(core: Core, { sync, fiscal, orders, operator, provider }: DeskDeps): Desk {
  const { db, now } = core;
  const log = core.log.child({ domain: 'payments' });

  const after = (orderId: string, taskId: string): void => {
    sync.wake();
    fiscal.wake();
    core.changes.emit({ collection: 'orders', ids: [orderId] });
    core.changes.emit({ collection: 'payments', ids: [orderId] });
    core.changes.emit({ collection: 'fiscal', ids: [taskId] });
  };
  const write = <T>(work: (tx: WriteTx) => T): T => db.transaction(work, { behavior: 'immediate' });

  const enqueue = (tx: WriteTx, order: Order, type: 'sale' | 'refund', taskId: string, tenders: readonly Tender[]) =>
    fiscal.enqueue(
      tx,
      fiscalTaskOf(order, {
        taskId,
        type,
        fiscalDeviceId: fiscal.fiscalDeviceId(),
        taxationSystem: fiscal.taxationSystem(),
        operator: operator(),
        tenders,
      }),
    );

  const checkout = ({ id, lines, tenders, customer }: Checkout): CheckoutReply => {
    const taskId = deriveId(id, 'sale');
    const sold = write((tx) => {
      const known = orders.find(tx, id);
      if (known) return { order: known, isNew: false };
      const order = orders.place(tx, {
        id,
        origin: 'cashier',
        lines: orders.priceCart(tx, lines),
        customer,
        operatorName: operator().name,
      });
      const { net } = settleTenders(order.totalMinor, tenders);
      const payments = net.map(({ type, sumMinor: amountMinor }) =>
        moved(order, { id: deriveId(id, type), kind: 'payment', method: type, provider: 'cashdesk', amountMinor }),
      );
      sync.mutate(tx, 'payment.settle', { payments });
      enqueue(tx, order, 'sale', taskId, net);
      return { order, isNew: true };
    });
    const { number, totalMinor } = sold.order;
    if (sold.order.origin !== 'cashier') throw new AppError('app.bad_input', 'the id is of an order made elsewhere');
    if (sold.isNew) {
      log.info('sale made', { orderId: id, number, totalMinor, taskId });
      after(id, taskId);
    }
    // The cash that was given is not kept; whoever repeats the request repeats it.
    const changeMinor = sumMinor(tenders.map((tender) => tender.sumMinor)) - totalMinor;
    return { orderId: id, orderNumber: number, taskId, totalMinor, changeMinor: Math.max(0, changeMinor) };
  };

  const refund = ({ id, orderId }: { readonly id: string; readonly orderId: string }): CheckoutReply => {
    const taskId = deriveId(id, 'refund');
    const done = write((tx) => {
      const order = orders.find(tx, orderId);
      if (!order) throw new AppError('orders.not_found', `no order ${orderId}`);
      const money = listPayments(tx, orderId);
      const taken = money.filter(({ kind }) => kind === 'payment');
      const refunds = taken.map((payment) =>
        moved(order, {
          id: deriveId(id, payment.id),
          kind: 'refund',
          method: payment.method,
          provider: payment.provider,
          amountMinor: payment.amountMinor,
          refundOf: payment.id,
        }),
      );
      const isRepeat = refunds.some((own) => money.some((known) => known.id === own.id));
      if (isRepeat) return { order, refunds, isNew: false };
      checkRefundable(order, taken, provider);
      sync.mutate(tx, 'payment.settle', { payments: refunds });
      enqueue(tx, order, 'refund', taskId, tendersOf(taken));
      return { order, refunds, isNew: true };
    });
    const { number, totalMinor } = done.order;
    if (done.isNew) {
      log.info('sale given back', { orderId, number, totalMinor, taskId });
      after(orderId, taskId);
    }
    const cash = done.refunds.filter(({ method }) => method === 'cash').map(({ amountMinor }) => amountMinor);
    return { orderId, orderNumber: number, taskId, totalMinor, changeMinor: sumMinor(cash) };
  };

  /** Money that moved now, for this order, on this device. */
  const moved = (
    order: Order,
    facts: Pick<Payment, 'id' | 'kind' | 'method' | 'provider' | 'amountMinor' | 'refundOf'>,
  ): Payment => {
    const { shopId, deviceId } = sync.writer();
    return { ...facts, orderId: order.id, shopId, deviceId, currency: order.currency, confirmedAt: now() };
  };

  return { checkout, refund };
}

/** Only a whole sale is given back, once, and by whoever took the money. */
function checkRefundable(order: Order, taken: readonly Payment[], provider: PaymentProvider | undefined): void {
  if (!mayOrderBecome(order.status, 'refunded')) {
    throw new AppError('orders.illegal_transition', `an order that is ${order.status} cannot be given back`, {
      details: { status: order.status },
    });
  }
  if (sumMinor(taken.map(({ amountMinor }) => amountMinor)) !== order.totalMinor) {
    throw new AppError('orders.illegal_transition', 'the money taken for this order is not its total');
  }
  const foreign = taken.find((payment) => payment.provider !== 'cashdesk' && payment.provider !== provider?.name);
  if (foreign) {
    throw new AppError('payments.provider_unavailable', `${foreign.provider} took the money and is not here`);
  }
}
