/** How an intent ends: with money, which makes the payment and its receipt, or without, which ends its order. */
import { type AuditEvent, recordAudit } from '#main/audit/audit.repo.ts';
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { mayOrderBecome } from '#shared/orders/orders.rules.ts';
import { mayPaymentBecome } from '#shared/payments/payments.rules.ts';
import { saleTaskOf } from './derived-id.ts';
import { nextLookMs } from './intents.rules.ts';
import type { IntentDeps } from './intents.service.ts';
import { movementOf } from './means.rules.ts';
import type { PaymentMetrics } from './payments.metrics.ts';
import { findIntent, markIntent, type OrderIntent } from './payments.repo.ts';
import { receiptOf, taskOf } from './receipts.rules.ts';

export interface Endings {
  /** Throws `payments.not_found`. */
  get(id: string): OrderIntent;
  audit(tx: WriteTx, event: AuditEvent, intent: OrderIntent): void;
  /** Tells those who wait for the intent, after the transaction. */
  changed(intent: OrderIntent): void;
  /**
   * Money came: the intent, the payment and the receipt in one transaction, by whoever comes first.
   *
   * @param operator who took it, where a person did.
   */
  confirm(intent: OrderIntent, paidAt: number, operator?: Operator): OrderIntent;
  /**
   * The intent ends without money, and its order with it: the next attempt is a new order.
   *
   * @param isFollowed money may still come of it.
   */
  abandon(intent: OrderIntent, to: 'expired' | 'cancelled' | 'failed', isFollowed: boolean): OrderIntent;
}

export function createEndings(core: Core, deps: IntentDeps, metrics: PaymentMetrics): Endings {
  const { sync, fiscal, orders } = deps;
  const { db, now } = core;
  const log = core.log.child({ domain: 'payments' });
  const write = <T>(work: (tx: WriteTx) => T): T => db.transaction(work, { behavior: 'immediate' });

  const get = (id: string): OrderIntent => {
    const intent = findIntent(db, id);
    if (!intent) throw new AppError('payments.not_found', `no payment intent ${id}`);
    return intent;
  };
  const audit = (tx: WriteTx, event: AuditEvent, { id, orderId, amountMinor, currency }: OrderIntent): void =>
    recordAudit(tx, { at: now(), event, entity: 'payment', entityId: id, details: { orderId, amountMinor, currency } });
  const changed = (intent: OrderIntent): void => {
    sync.wake();
    core.changes.emit({ collection: 'payments', ids: [intent.id] });
    core.changes.emit({ collection: 'orders', ids: [intent.orderId] });
    if (intent.visitId !== undefined) core.changes.emit({ collection: 'visits', ids: [intent.visitId] });
  };
  /** Tells of an intent that has just reached its end, and answers it as it is now. */
  const ended = (id: string): OrderIntent => {
    const intent = get(id);
    metrics.ended(intent, Math.max(0, (intent.confirmedAt ?? now()) - intent.createdAt) / 1000);
    log.info('payment intent ended', { intentId: id, orderId: intent.orderId, status: intent.status });
    changed(intent);
    return intent;
  };

  const settle = (
    tx: WriteTx,
    intent: OrderIntent,
    paidAt: number,
    { taskId, operator }: { readonly taskId: string; readonly operator: Operator },
  ): boolean => {
    const isLate = intent.status !== 'pending';
    const facts = { confirmedAt: paidAt, isLate, isFollowed: false, nextLookAt: now(), claimedEpoch: deps.epoch() };
    if (!markIntent(tx, intent, 'confirmed', facts)) return false;
    audit(tx, isLate ? 'PAYMENT_LATE' : 'PAYMENT_CONFIRMED', intent);
    const { id, orderId, amountMinor, currency, provider } = intent;
    const order = orders.find(tx, orderId);
    if (!order) throw new Error(`intent ${id} has no order ${orderId}`);
    const { shopId, deviceId } = sync.writer();
    const money = { id, orderId, shopId, deviceId, provider, amountMinor, currency, confirmedAt: paidAt };
    const { method, tender } = movementOf(intent);
    sync.mutate(tx, 'payment.settle', { payments: [{ ...money, kind: 'payment', method }] });
    if (tender === undefined) return true;
    const receipt = receiptOf(order, {
      kind: 'sell',
      items: order.lines,
      tenders: [{ type: tender, sumMinor: amountMinor }],
      taxationSystem: fiscal.taxationSystem(),
    });
    const task = { id: taskId, type: 'sale', orderId, operator } as const;
    fiscal.enqueue(tx, taskOf(fiscal, task, receipt));
    return true;
  };

  return {
    get,
    audit,
    changed,
    confirm: (intent, paidAt, operator = deps.kioskOperator()) => {
      if (!mayPaymentBecome(intent.status, 'confirmed')) return intent;
      const taskId = saleTaskOf(intent.orderId);
      if (!write((tx) => settle(tx, intent, paidAt, { taskId, operator }))) return get(intent.id);
      if (intent.status !== 'pending') {
        // The receipt is due whenever money came; whether the service still is, is decided by what became of the visit.
        log.warn('money came after the intent had ended', { intentId: intent.id, was: intent.status });
      }
      fiscal.wake();
      core.changes.emit({ collection: 'fiscal', ids: [taskId] });
      return ended(intent.id);
    },
    abandon: (intent, to, isFollowed) => {
      const isMine = write((tx) => {
        if (!markIntent(tx, intent, to, { isFollowed, nextLookAt: now() + nextLookMs('ended', 0) })) return false;
        audit(tx, to === 'cancelled' ? 'PAYMENT_CANCELLED' : 'PAYMENT_FAILED', intent);
        const order = orders.find(tx, intent.orderId);
        if (order && mayOrderBecome(order.status, 'cancelled')) {
          sync.mutate(tx, 'order.advance', { id: order.id, to: 'cancelled' });
        }
        return true;
      });
      return isMine ? ended(intent.id) : get(intent.id);
    },
  };
}
