import { z } from 'zod';
import { FiscalRecord } from '../fiscal/fiscal.schema.ts';
import { Order } from '../orders/orders.schema.ts';
import { Payment } from '../payments/payments.schema.ts';
import { faults, query } from './procedure.ts';

/** An order with its money and its receipts. */
export const OrderDetails = z.object({ order: Order, payments: z.array(Payment), receipts: z.array(FiscalRecord) });
export type OrderDetails = z.infer<typeof OrderDetails>;

export const ordersContract = {
  get: query(['kiosk', 'cashier'])
    .input(z.strictObject({ id: z.string() }))
    .output(OrderDetails)
    .errors(faults('orders.not_found')),
  /** Newest first: of this shop, every device of it. */
  recent: query(['cashier'])
    .input(z.strictObject({ limit: z.int().min(1).max(100).default(30) }))
    .output(z.array(OrderDetails))
    .errors(faults()),
};
