/** Sales of the fake device: what is sold, given back, found and taken off. Its sums are the shared rules' own. */
import { implement } from '@orpc/server';
import { AppError } from '#shared/kernel/errors.ts';
import { sumMinor } from '#shared/kernel/money.ts';
import { isDiscountOverLimit, priceReceipt } from '#shared/orders/discount.rules.ts';
import { fullMinorOf } from '#shared/orders/orders.rules.ts';
import type { Discount, Order, OrderLine } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import { addReturn, priceReturn, remainderMinorOf, splitReturn } from '#shared/payments/refunds.rules.ts';
import { contract } from '#shared/rpc/contract.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { CartLine, CheckoutReply, RefundReply } from '#shared/rpc/payments.contract.ts';
import type { StaffPolicy } from '#shared/rpc/staff.contract.ts';
import { catalogue, DEVICE_ID, SHOP_ID } from './data.ts';
import type { FakeRegister } from './fake-register.ts';
import type { Ports, RequireApproval } from './fake-tasks.ts';

const withNothing = () => implement(contract).use(({ next }) => next());
type Doors = ReturnType<typeof withNothing>;

export const POLICY: StaffPolicy = { discountLimitPercent: 10, voidLimitMinor: 100_000 };

export function createFakeSales({ now, newId, orders, changed }: Ports, register: FakeRegister) {
  const tasks = new Map<string, string>();

  function linesOf(cart: readonly CartLine[], discount?: Discount): OrderLine[] {
    const found = cart.map((line) => {
      const item = catalogue.find((one) => one.id === line.itemId);
      if (!item) throw new AppError('catalogue.item_not_found', line.itemId);
      const { id, name, priceMinor, vat, paymentObject, unit } = item;
      const { quantityMilli } = line;
      return { itemId: id, name, priceMinor, quantityMilli, vat, paymentObject, unit, discount: line.discount };
    });
    const priced = priceReceipt(found, discount).lines;
    return found.map(({ discount: _asked, ...line }, index) => {
      const { totalMinor = 0, lineMinor = 0, receiptMinor = 0 } = priced[index] ?? {};
      return {
        ...line,
        totalMinor,
        ...(lineMinor + receiptMinor > 0 ? { discount: { lineMinor, receiptMinor } } : {}),
      };
    });
  }

  function addOrder(
    lines: OrderLine[],
    fields: Pick<Order, 'origin' | 'status'> & Partial<Pick<Order, 'visitId' | 'customer' | 'operatorName'>>,
    id = newId(),
  ): Order {
    const order: Order = {
      id,
      shopId: SHOP_ID,
      deviceId: DEVICE_ID,
      number: `${fields.origin === 'kiosk' ? 'K' : 'C'}-${String(orders.size + 412).padStart(4, '0')}`,
      printStatus: 'none',
      lines,
      totalMinor: sumMinor(lines.map((line) => line.totalMinor)),
      currency: 'RUB',
      createdAt: now(),
      ...fields,
    };
    orders.set(order.id, { order, payments: [], receipts: [], refunds: [] });
    changed('orders', order.id);
    return order;
  }

  function addPayment(
    order: Pick<Order, 'id'>,
    facts: Pick<Payment, 'method' | 'amountMinor'> & Partial<Pick<Payment, 'refundOf' | 'refundId'>>,
  ): Payment {
    const payment: Payment = {
      id: newId(),
      orderId: order.id,
      shopId: SHOP_ID,
      deviceId: DEVICE_ID,
      kind: facts.refundOf === undefined ? 'payment' : 'refund',
      provider: facts.method === 'psp' ? 'dev' : 'cashdesk',
      currency: 'RUB',
      confirmedAt: now(),
      ...facts,
    };
    orders.get(order.id)?.payments.push(payment);
    return payment;
  }

  const detailsOf = (id: string): OrderDetails => {
    const details = orders.get(id);
    if (!details) throw new AppError('orders.not_found', id);
    return details;
  };

  const replyOf = (order: Order, taskId: string, changeMinor: number): CheckoutReply => ({
    orderId: order.id,
    orderNumber: order.number,
    taskId,
    totalMinor: order.totalMinor,
    changeMinor,
  });

  function find(words: string): OrderDetails[] {
    const text = words.toLocaleLowerCase('ru');
    return [...orders.values()]
      .toReversed()
      .filter(({ order, receipts }) =>
        [
          order.number.toLocaleLowerCase('ru'),
          String(order.totalMinor / 100),
          ...order.lines.map(({ name }) => name.toLocaleLowerCase('ru')),
          ...receipts.map(({ document }) => String(document?.fiscalDocumentNumber)),
        ].some((one) => one.includes(text)),
      );
  }

  return {
    linesOf,
    addOrder,
    addPayment,
    clear: () => tasks.clear(),
    orders: (door: Doors['orders'], requireApproval: RequireApproval) => ({
      get: door.get.handler(({ input }) => detailsOf(input.id)),
      recent: door.recent.handler(({ input }) => find(input.text).slice(0, input.limit)),
      findByReceipt: door.findByReceipt.handler(
        ({ input }) =>
          [...orders.values()].find(({ receipts }) =>
            receipts.some(
              ({ document }) =>
                document?.fnNumber === input.fnNumber && document.fiscalDocumentNumber === input.fiscalDocumentNumber,
            ),
          ) ?? null,
      ),
      recordVoid: door.recordVoid.handler(({ input }) => {
        const amountMinor = sumMinor(input.lines.map((line) => line.totalMinor));
        if (amountMinor <= POLICY.voidLimitMinor) return;
        requireApproval({ action: 'void', subject: input.id, approvalId: input.approvalId, facts: { amountMinor } });
      }),
      restoreVoid: door.restoreVoid.handler(() => undefined),
    }),
    payments: (door: Doors['payments'], operator: () => string, requireApproval: RequireApproval) => ({
      checkout: door.checkout.handler(({ input }): CheckoutReply => {
        const operatorName = operator();
        const paid = sumMinor(input.tenders.map((tender) => tender.sumMinor));
        const known = orders.get(input.id)?.order;
        if (known) return replyOf(known, tasks.get(input.id) ?? '', paid - known.totalMinor);
        const lines = linesOf(input.lines, input.discount);
        const totalMinor = sumMinor(lines.map((line) => line.totalMinor));
        const fullMinor = sumMinor(lines.map(fullMinorOf));
        if (isDiscountOverLimit({ fullMinor, totalMinor }, POLICY.discountLimitPercent)) {
          const facts = { fullMinor, discountMinor: fullMinor - totalMinor };
          requireApproval({ action: 'discount', subject: input.id, approvalId: input.approvalId, facts });
        }
        if (paid < totalMinor) throw new AppError('payments.amount_mismatch', 'too little');
        const order = addOrder(lines, { origin: 'cashier', status: 'paid', operatorName }, input.id);
        const changeMinor = paid - totalMinor;
        for (const { type, sumMinor: sum } of input.tenders) {
          addPayment(order, { method: type, amountMinor: type === 'cash' ? sum - changeMinor : sum });
        }
        const taskId = register.begin('sale', order, operatorName);
        tasks.set(order.id, taskId);
        return replyOf(order, taskId, changeMinor);
      }),
      refund: door.refund.handler(({ input }): RefundReply => {
        const operatorName = operator();
        const details = detailsOf(input.orderId);
        const { order } = details;
        const lines = priceReturn(order, input.lines);
        const totalMinor = sumMinor(lines.map((line) => line.totalMinor));
        const parts = splitReturn(totalMinor, details.payments);
        requireApproval({
          action: 'refund',
          subject: input.id,
          approvalId: input.approvalId,
          facts: { totalMinor, number: order.number },
        });
        const given = parts.map(({ payment, amountMinor }) =>
          addPayment(order, { method: payment.method, amountMinor, refundOf: payment.id, refundId: input.id }),
        );
        const returned = addReturn(order.returned, { lines: [...lines] }, given);
        const isAll = remainderMinorOf({ ...order, returned }) === 0;
        details.order = { ...order, returned, ...(isAll ? { status: 'refunded' } : {}) };
        const taskId = register.begin('refund', order, operatorName, { totalMinor });
        details.refunds.push({
          id: input.id,
          orderId: order.id,
          shopId: SHOP_ID,
          deviceId: DEVICE_ID,
          taskId,
          lines: [...lines],
          totalMinor,
          currency: 'RUB',
          reason: input.reason,
          operatorName,
          approvedBy: operatorName,
          createdAt: now(),
        });
        changed('orders', order.id);
        const cash = given.filter(({ method }) => method === 'cash').map(({ amountMinor }) => amountMinor);
        return {
          ...replyOf(order, taskId, sumMinor(cash)),
          totalMinor,
          refundId: input.id,
          tenders: given.map(({ method, amountMinor }) => ({
            type: method === 'cash' ? 'cash' : 'card',
            sumMinor: amountMinor,
          })),
        };
      }),
    }),
  };
}
