import { z } from 'zod';
import { Id } from '../kernel/schemas.ts';
import { apply, defineMutator, reject } from '../sync/mutator.ts';
import { shopScope } from '../sync/scopes.ts';
import { isOrderBalanced, mayOrderBecome } from './orders.rules.ts';
import { Order, OrderStatus } from './orders.schema.ts';
import { markPrint } from './print.rules.ts';

/** A new order. Repeating it with the same id changes nothing; another device's shop is refused. */
export const placeOrder = defineMutator({
  name: 'order.place',
  fact: false,
  modes: ['kiosk', 'cashier'],
  merge: 'insert_once',
  writes: ['order'],
  scope: 'shop',
  args: z.strictObject({ order: Order }),
  anonymous: ({ order: { customer: _guest, ...order } }) => ({ order }),
  reads: ({ order }) => [{ type: 'order', id: order.id }],
  decide: ({ order }, rows, { writer }) => {
    const known = rows.get({ type: 'order', id: order.id });
    if (known) return apply();
    if (order.shopId !== writer.shopId || order.deviceId !== writer.deviceId) {
      return reject('sync.scope_denied', 'an order belongs to the shop and the device that made it');
    }
    if (order.status !== 'draft' && order.status !== 'awaiting_payment') {
      return reject('orders.illegal_transition', `a new order cannot be ${order.status}`);
    }
    if (order.printStatus !== 'none') {
      return reject('orders.illegal_transition', 'nothing is to be printed before it is paid');
    }
    if (!isOrderBalanced(order)) return reject('fiscal.total_mismatch', 'the total is not the sum of the lines');
    return apply({ type: 'order', id: order.id, scope: shopScope(order.shopId), fields: order });
  },
});

/** A step of the order's life that money does not make: fulfilled or cancelled. */
export const advanceOrder = defineMutator({
  name: 'order.advance',
  fact: false,
  modes: ['kiosk', 'cashier'],
  merge: 'transitions',
  writes: ['order'],
  scope: 'shop',
  args: z.strictObject({ id: Id, to: OrderStatus.extract(['awaiting_payment', 'fulfilled', 'cancelled']) }),
  reads: ({ id }) => [{ type: 'order', id }],
  decide: ({ id, to }, rows) => {
    const order = rows.get({ type: 'order', id });
    if (!order) return reject('orders.not_found', `no order ${id}`);
    if (order.status === to) return apply();
    if (!mayOrderBecome(order.status, to)) {
      return reject('orders.illegal_transition', `an order that is ${order.status} cannot become ${to}`);
    }
    return apply({ type: 'order', id, scope: shopScope(order.shopId), fields: { ...order, status: to } });
  },
});

/** What a kiosk's printer made of a photo order. A fact: where a person or the paper itself was faster, it changes nothing. */
export const markOrderPrint = defineMutator({
  name: 'order.mark_print',
  fact: true,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['order'],
  scope: 'shop',
  args: z.strictObject({ id: Id, to: z.enum(['printed', 'not_printed']) }),
  reads: ({ id }) => [{ type: 'order', id }],
  decide: ({ id, to }, rows, { at }) => {
    const order = rows.get({ type: 'order', id });
    if (order === undefined) {
      return { kind: 'apply', puts: [], anomalies: [{ kind: 'print_without_order', details: { orderId: id, to } }] };
    }
    const marked = markPrint(order, to, { by: 'printer', at });
    return marked === undefined
      ? apply()
      : apply({ type: 'order', id, scope: shopScope(order.shopId), fields: marked });
  },
});

/** Forgets who a kiosk's order was for; what was sold and paid stays. Repeating it changes nothing. */
export const forgetCustomer = defineMutator({
  name: 'order.forget_customer',
  fact: false,
  modes: ['kiosk'],
  merge: 'transitions',
  writes: ['order'],
  scope: 'shop',
  args: z.strictObject({ id: Id }),
  reads: ({ id }) => [{ type: 'order', id }],
  decide: ({ id }, rows, { writer }) => {
    const order = rows.get({ type: 'order', id });
    if (!order) return reject('orders.not_found', `no order ${id}`);
    if (order.deviceId !== writer.deviceId) {
      return reject('sync.scope_denied', 'the customer of an order is forgotten by the device that made it');
    }
    if (order.status === 'awaiting_payment' || order.status === 'draft') {
      return reject('orders.illegal_transition', `the order is ${order.status}: its customer is still needed`);
    }
    const { customer, ...fields } = order;
    return customer === undefined ? apply() : apply({ type: 'order', id, scope: shopScope(order.shopId), fields });
  },
});
