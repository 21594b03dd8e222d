import { z } from 'zod';
import type { Order } from '../orders/orders.schema.ts';
import { type Anomaly, defineMutator, type Put } from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import { Payment } from './payments.schema.ts';
import { addReturn, overReturned, remainderMinorOf } from './refunds.rules.ts';
import { Refund } from './refunds.schema.ts';

/**
 * Goods came back and money was given for them. A fact: refund and payments are recorded as they are. The order keeps what
 * came back of it; when that is more than was sold, or it was never paid, a person is told.
 */
export const makeRefund = defineMutator({
  name: 'refund.make',
  fact: true,
  modes: ['kiosk', 'cashier'],
  merge: 'insert_once',
  writes: ['refund', 'payment', 'order'],
  scope: 'shop',
  args: z.strictObject({ refund: Refund, payments: z.array(Payment).min(1).max(10) }),
  reads: ({ refund, payments }) => [
    { type: 'refund', id: refund.id },
    { type: 'order', id: refund.orderId },
    ...payments.flatMap(({ id, refundOf }) => [
      { type: 'payment' as const, id },
      ...(refundOf === undefined ? [] : [{ type: 'payment' as const, id: refundOf }]),
    ]),
  ],
  decide: ({ refund, payments }, rows, { writer }) => {
    if (rows.get({ type: 'refund', id: refund.id })) return { kind: 'apply', puts: [] };
    const scope = shopScope(writer.shopId);
    const puts: Put[] = [
      { type: 'refund', id: refund.id, scope, fields: refund },
      ...payments
        .filter(({ id }) => !rows.get({ type: 'payment', id }))
        .map((payment): Put => ({ type: 'payment', id: payment.id, scope, fields: payment })),
    ];
    const order = rows.get({ type: 'order', id: refund.orderId });
    const refundId = refund.id;
    if (order === undefined || !TAKEN.includes(order.status)) {
      const details = { orderId: refund.orderId, orderStatus: order?.status, refundId };
      return { kind: 'apply', puts, anomalies: [{ kind: 'refund_without_sale', details }] };
    }
    const returned = addReturn(order.returned, refund, payments);
    const after: Order = { ...order, returned };
    const status = remainderMinorOf(after) === 0 ? 'refunded' : order.status;
    puts.push({ type: 'order', id: order.id, scope: shopScope(order.shopId), fields: { ...after, status } });
    const anomalies: Anomaly[] = [];
    const lines = overReturned(after);
    if (lines.length > 0) {
      anomalies.push({ kind: 'refund_exceeds_sale', details: { orderId: order.id, refundId, lines } });
    }
    const paymentIds = returned.payments
      .filter(({ paymentId, amountMinor }) => {
        const taken = payments.some(({ refundOf }) => refundOf === paymentId)
          ? rows.get({ type: 'payment', id: paymentId })
          : undefined;
        return taken !== undefined && amountMinor > taken.amountMinor;
      })
      .map(({ paymentId }) => paymentId);
    if (paymentIds.length > 0) {
      anomalies.push({ kind: 'refund_exceeds_payment', details: { orderId: order.id, refundId, paymentIds } });
    }
    return { kind: 'apply', puts, anomalies };
  },
});

/** Orders whose money was taken. */
const TAKEN: readonly Order['status'][] = ['paid', 'fulfilled', 'refunded'];
