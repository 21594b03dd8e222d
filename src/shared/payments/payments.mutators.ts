import { z } from 'zod';
import { sumMinor } from '../kernel/money.ts';
import type { Order } from '../orders/orders.schema.ts';
import { type Anomaly, defineMutator, type Put } from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import { Payment } from './payments.schema.ts';

/**
 * Money was taken for an order. A fact: the payments are recorded as they are, whatever the order says; an order that was
 * cancelled meanwhile, or whose total differs, is told to a person. All payments of one checkout come
 * together, so no other side ever sees an order half paid.
 */
export const settlePayments = defineMutator({
  name: 'payment.settle',
  fact: true,
  modes: ['kiosk', 'cashier'],
  merge: 'insert_once',
  writes: ['payment', 'order'],
  scope: 'shop',
  args: z.strictObject({ payments: z.array(Payment).min(1).max(10) }),
  reads: ({ payments }) => [
    ...payments.map(({ id }) => ({ type: 'payment' as const, id })),
    ...[...new Set(payments.map(({ orderId }) => orderId))].map((id) => ({ type: 'order' as const, id })),
  ],
  decide: ({ payments }, rows, { writer }) => {
    const scope = shopScope(writer.shopId);
    const fresh = payments.filter(({ id }) => !rows.get({ type: 'payment', id }));
    const puts: Put[] = fresh.map((payment) => ({ type: 'payment', id: payment.id, scope, fields: payment }));
    const anomalies: Anomaly[] = [];
    for (const [orderId, group] of Map.groupBy(fresh, (payment) => payment.orderId)) {
      const order = rows.get({ type: 'order', id: orderId });
      const settled = order && settleOrder(order, group);
      if (settled) puts.push({ type: 'order', id: orderId, scope: shopScope(order.shopId), fields: settled });
      else
        anomalies.push({
          kind: 'payment_without_order',
          details: { orderId, orderStatus: order?.status, paymentIds: group.map(({ id }) => id) },
        });
    }
    return { kind: 'apply', puts, anomalies };
  },
});

/** The order after its money came; `undefined` when the order does not expect it. */
function settleOrder(order: Order, payments: readonly Payment[]): Order | undefined {
  const amount = sumMinor(payments.map((payment) => payment.amountMinor));
  const [first] = payments;
  if (first === undefined || amount !== order.totalMinor) return undefined;
  if (first.kind === 'payment' && (order.status === 'draft' || order.status === 'awaiting_payment')) {
    const paid: Order = { ...order, status: 'paid', paidAt: first.confirmedAt };
    return order.imageId !== undefined && order.printStatus === 'none' ? { ...paid, printStatus: 'new' } : paid;
  }
  return undefined;
}
