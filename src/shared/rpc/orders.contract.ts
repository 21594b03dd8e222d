import { z } from 'zod';
import { FiscalDocument, FiscalRecord } from '../fiscal/fiscal.schema.ts';
import { Id, Millis, Minor, QuantityMilli } from '../kernel/schemas.ts';
import { Order, OrderLine } from '../orders/orders.schema.ts';
import { Payment } from '../payments/payments.schema.ts';
import { Refund } from '../payments/refunds.schema.ts';
import { command, faults, query } from './procedure.ts';

/** What is taken off a receipt that is being built, or put aside. */
const VoidedLine = z.strictObject({
  itemId: Id,
  name: OrderLine.shape.name,
  quantityMilli: QuantityMilli,
  /** What the buyer would have paid for it. */
  totalMinor: Minor,
});

/**
 * Of a change that the core hears of later, from another page or under another cashier: who made it, and when. Nobody can
 * undo it any more.
 */
const Late = z.strictObject({ by: z.string().max(200), at: Millis });

/** An order with its money, its receipts and what came back of it. */
export const OrderDetails = z.object({
  order: Order,
  payments: z.array(Payment),
  receipts: z.array(FiscalRecord),
  /** Oldest first. */
  refunds: z.array(Refund),
});
export type OrderDetails = z.infer<typeof OrderDetails>;

export const ordersContract = {
  get: query(['kiosk', 'cashier'])
    .input(z.strictObject({ id: z.string() }))
    .output(OrderDetails)
    .errors(faults('orders.not_found')),
  /**
   * Newest first: of this shop, every device of it. `text` narrows: the order's number, a sum, the number of its fiscal
   * document, or the name of what was sold (of the latest few hundred).
   */
  recent: query(['cashier'])
    .input(
      z.strictObject({
        limit: z.int().min(1).max(100).default(30),
        text: z.string().trim().max(64).default(''),
      }),
    )
    .output(z.array(OrderDetails))
    .errors(faults()),
  /** The order of a fiscal document, a sale or its refund; null when this shop knows no such document. */
  findByReceipt: query(['cashier'])
    .input(
      z.strictObject({
        fnNumber: FiscalDocument.shape.fnNumber,
        fiscalDocumentNumber: FiscalDocument.shape.fiscalDocumentNumber,
        fiscalSign: FiscalDocument.shape.fiscalSign,
      }),
    )
    .output(OrderDetails.nullable())
    .errors(faults()),
  /**
   * Keeps for the audit what was taken off a receipt. `receiptId` is the receipt's, by which several small ones add up;
   * above the cashier's limit they need an approval (`void`, subject: `id`); of a late one it is kept that it had none.
   * Repeating changes nothing.
   */
  recordVoid: command(['cashier'], { signedIn: true })
    .input(
      z.strictObject({
        id: Id,
        receiptId: Id,
        what: z.enum(['line', 'receipt', 'held']),
        lines: z.array(VoidedLine).min(1).max(500),
        approvalId: Id.optional(),
        late: Late.optional(),
      }),
    )
    .output(z.void())
    .errors(faults('staff.approval_required')),
  /** The line was put back. Repeating changes nothing. */
  restoreVoid: command(['cashier'], { signedIn: true })
    .input(z.strictObject({ id: Id, receiptId: Id, late: Late.optional() }))
    .output(z.void())
    .errors(faults()),
};
