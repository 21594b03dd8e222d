/**
 * Giving back at the cash desk: lines of a sale, whole or in part, as often as something is left. One transaction of
 * refund, payments, fiscal task and audit; named by the screen's own id, so asking twice makes one.
 */

import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { priceReaching, sumMinor } from '#shared/kernel/money.ts';
import type { Order, OrderLine } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import { priceReturn, remainderMinorOf, splitReturn } from '#shared/payments/refunds.rules.ts';
import type { Refund, RefundLine, RefundReason } from '#shared/payments/refunds.schema.ts';
import type { RefundReply } from '#shared/rpc/payments.contract.ts';
import { deriveId } from './derived-id.ts';
import type { DeskDeps } from './desk.service.ts';
import { announce, moved } from './money.ts';
import { findRefund, listPayments } from './payments.repo.ts';
import type { PaymentProvider } from './provider.ts';
import { receiptOf, taskOf, tendersOf } from './receipts.rules.ts';

export interface RefundRequest {
  /** Made by the screen for this attempt; it becomes the refund's id. */
  readonly id: string;
  readonly orderId: string;
  readonly lines: readonly Pick<RefundLine, 'line' | 'quantityMilli'>[];
  /** What the cashier was told to give. */
  readonly totalMinor: number;
  readonly reason: RefundReason;
  readonly comment?: string | undefined;
  readonly approvalId?: string | undefined;
}

export interface Refunds {
  /**
   * Throws `orders.not_found`, `orders.illegal_transition`, `orders.refund_exceeds_sale`, `orders.sale_not_fiscal` when a
   * person has yet to send the sale's own receipt to the register again, `orders.empty` when the lines are
   * worth nothing, `payments.amount_mismatch` when they are not worth what the cashier was told,
   * `payments.provider_unavailable`, `fiscal.register_not_configured`, `staff.approval_required`; then nothing has happened.
   */
  refund(request: RefundRequest): RefundReply;
}

export function createRefunds(core: Core, deps: DeskDeps): Refunds {
  const { sync, fiscal, orders, operator, requireApproval, provider } = deps;
  const log = core.log.child({ domain: 'payments' });

  const giveBack = (tx: WriteTx, order: Order, request: RefundRequest) => {
    const { id, reason, comment, approvalId } = request;
    const money = listPayments(tx, order.id);
    checkRefundable(order, money, provider);
    checkFiscal(orders.get(order.id).receipts);
    const lines = priceReturn(order, request.lines);
    const totalMinor = sumMinor(lines.map((line) => line.totalMinor));
    checkTotal(totalMinor, request.totalMinor, order);
    const payments = splitReturn(totalMinor, money).map(({ payment, amountMinor }) =>
      moved(core, sync, order, {
        id: deriveId(id, payment.id),
        kind: 'refund',
        method: payment.method,
        provider: payment.provider,
        amountMinor,
        refundOf: payment.id,
        refundId: id,
      }),
    );
    const { name } = operator();
    const facts = { orderId: order.id, number: order.number, totalMinor, reason };
    const approver = requireApproval({ action: 'refund', subject: id, approvalId, tx, facts });
    const { shopId, deviceId } = sync.writer();
    const taskId = deriveId(id, 'refund');
    const refund: Refund = {
      id,
      orderId: order.id,
      shopId,
      deviceId,
      taskId,
      lines: [...lines],
      totalMinor,
      currency: order.currency,
      reason,
      ...(comment === undefined ? {} : { comment }),
      operatorName: name,
      approvedBy: approver.name,
      createdAt: core.now(),
    };
    sync.mutate(tx, 'refund.make', { refund, payments });
    const receipt = receiptOf(order, {
      kind: 'sell_return',
      items: returnedItems(order.lines, lines),
      tenders: tendersOf(payments),
      taxationSystem: fiscal.taxationSystem(),
    });
    fiscal.enqueue(
      tx,
      taskOf(fiscal, { id: taskId, type: 'refund', orderId: order.id, operator: operator() }, receipt),
    );
    recordStep(tx, {
      kind: 'audit',
      subject: id,
      step: 'REFUND',
      details: { ...facts, lines, by: name, approvedBy: approver.name, ...(comment === undefined ? {} : { comment }) },
      at: core.now(),
    });
    return refund;
  };

  return {
    refund: (request) => {
      const { id, orderId } = request;
      const done = core.db.transaction(
        (tx) => {
          const order = orders.find(tx, orderId);
          if (!order) throw new AppError('orders.not_found', `no order ${orderId}`);
          const known = findRefund(tx, id);
          if (known && known.orderId !== orderId) throw new AppError('app.bad_input', 'the id is of another refund');
          const refund = known ?? giveBack(tx, order, request);
          const payments = listPayments(tx, orderId).filter(({ refundId }) => refundId === id);
          return { order, refund, tenders: tendersOf(payments), isNew: known === undefined };
        },
        { behavior: 'immediate' },
      );
      const { order, refund, tenders } = done;
      if (done.isNew) {
        log.info('goods given back', { orderId, number: order.number, totalMinor: refund.totalMinor, refundId: id });
        announce(core, deps, orderId, refund.taskId);
      }
      return {
        orderId,
        orderNumber: order.number,
        taskId: refund.taskId,
        refundId: id,
        totalMinor: refund.totalMinor,
        tenders: [...tenders],
        changeMinor: sumMinor(tenders.filter(({ type }) => type === 'cash').map((tender) => tender.sumMinor)),
      };
    },
  };
}

/** Only what was sold and paid is given back, and by whoever took the money. */
function checkRefundable(order: Order, money: readonly Payment[], provider: PaymentProvider | undefined): void {
  if (order.status !== 'paid' && order.status !== 'fulfilled') {
    throw new AppError('orders.illegal_transition', `an order that is ${order.status} cannot be given back`, {
      details: { status: order.status },
    });
  }
  const taken = money.filter(({ kind }) => kind === 'payment');
  if (sumMinor(taken.map(({ amountMinor }) => amountMinor)) !== order.totalMinor) {
    throw new AppError('orders.illegal_transition', 'the money taken for this order is not its total');
  }
  const foreign = taken.find((payment) => payment.provider !== 'cashdesk' && payment.provider !== provider?.name);
  if (foreign) {
    throw new AppError('payments.provider_unavailable', `${foreign.provider} took the money and is not here`);
  }
}

/**
 * A receipt that only waits is printed before its return, for a queue keeps its order. One that failed is not: a register
 * would hold the return of a sale it never had.
 */
function checkFiscal(receipts: readonly FiscalRecord[]): void {
  if (receipts.some(({ type, status }) => type === 'sale' && status === 'error')) {
    throw new AppError('orders.sale_not_fiscal', 'the sale has no receipt yet');
  }
}

function checkTotal(totalMinor: number, toldMinor: number, order: Order): void {
  const leftMinor = remainderMinorOf(order);
  if (toldMinor > leftMinor) {
    throw new AppError('orders.refund_exceeds_sale', 'more would go back than is left of the sale', {
      details: { wantedMinor: toldMinor, leftMinor },
    });
  }
  if (totalMinor === 0) throw new AppError('orders.empty', 'these lines are worth nothing');
  if (totalMinor !== toldMinor) {
    throw new AppError('payments.amount_mismatch', 'the lines are not worth what the cashier was told', {
      details: { totalMinor, givenMinor: toldMinor },
    });
  }
}

/** Lines of the return as the register prints them: the sale's own, for as much as came back and what was paid for it. */
const returnedItems = (sold: readonly OrderLine[], back: readonly RefundLine[]): readonly OrderLine[] =>
  back.flatMap(({ line, quantityMilli, totalMinor }) => {
    const one = sold[line];
    if (one === undefined) return [];
    // A share of a rounded sum may be half a kopeck above price × quantity, which a register would refuse.
    const priceMinor = Math.max(one.priceMinor, priceReaching(totalMinor, quantityMilli));
    return [{ ...one, priceMinor, quantityMilli, totalMinor }];
  });
