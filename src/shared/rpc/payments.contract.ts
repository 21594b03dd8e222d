import { z } from 'zod';
import { Tender, TenderType } from '../fiscal/fiscal.schema.ts';
import { Email, Id, Minor, Phone, PositiveMinor, QuantityMilli } from '../kernel/schemas.ts';
import { RoundCode } from '../kiosk/kiosk.schema.ts';
import { Discount } from '../orders/orders.schema.ts';
import { PaymentIntent } from '../payments/payments.schema.ts';
import { RefundLine, RefundReason } from '../payments/refunds.schema.ts';
import { Pin } from '../staff/staff.schema.ts';
import { command, faults, query } from './procedure.ts';

/** A line of the cart: an item of the catalogue, how many, and what was asked off the line. The price is the catalogue's. */
export const CartLine = z.strictObject({ itemId: Id, quantityMilli: QuantityMilli, discount: Discount.optional() });
export type CartLine = z.infer<typeof CartLine>;

/** What a checkout made: the order is paid, and the receipt is on its way under this task. */
export const CheckoutReply = z.object({
  orderId: Id,
  orderNumber: z.string(),
  taskId: Id,
  totalMinor: Minor,
  /** Cash to give back. */
  changeMinor: Minor,
});
export type CheckoutReply = z.infer<typeof CheckoutReply>;

/** `totalMinor` is what goes back, `changeMinor` the cash of it. */
export const RefundReply = CheckoutReply.extend({ refundId: Id, tenders: z.array(Tender) });
export type RefundReply = z.infer<typeof RefundReply>;

/** What a guest can pay by now. `desk`: who may take the money here; nobody, and it is not offered. */
export const Means = z.object({
  bank: z.boolean(),
  desk: z.array(z.object({ id: Id, name: z.string() })),
  code: z.boolean(),
});
export type Means = z.infer<typeof Means>;

/** A supervisor's consent, where the act needs one: from `staff.approve` for the act's own id. */
const Approved = { approvalId: Id.optional() };

export const paymentsContract = {
  /**
   * A sale at the cash desk: order, payments and fiscal task in one transaction. `id` is made by the screen for this
   * attempt: the same id answers the same sale and never makes a second one. Card and cash must cover the total;
   * only cash may exceed it. Discounts are computed here; above the cashier's limit they need an approval (`discount`).
   */
  checkout: command(['cashier'], { signedIn: true })
    .input(
      z.strictObject({
        id: Id,
        lines: z.array(CartLine).min(1).max(500),
        /** Off the whole receipt, shared out over its lines. */
        discount: Discount.optional(),
        tenders: z
          .array(z.strictObject({ type: TenderType, sumMinor: PositiveMinor }))
          .min(1)
          .max(2),
        customer: z.strictObject({ email: Email.optional(), phone: Phone.optional() }).optional(),
        ...Approved,
      }),
    )
    .output(CheckoutReply)
    .errors(
      faults(
        'orders.empty',
        'payments.amount_mismatch',
        'catalogue.item_not_found',
        'fiscal.register_not_configured',
        'staff.approval_required',
      ),
    ),
  /**
   * Gives lines of a sale back, whole or in part: by the same tenders, card first, with a fiscal refund. `totalMinor` is
   * what the cashier was told to give: another sum is refused, for what is left may have changed meanwhile. Always needs an
   * approval (`refund`, subject: `id`). Repeating answers the same.
   */
  refund: command(['cashier'], { signedIn: true })
    .input(
      z.strictObject({
        id: Id,
        orderId: Id,
        lines: z
          .array(z.strictObject({ line: RefundLine.shape.line, quantityMilli: QuantityMilli }))
          .min(1)
          .max(500),
        totalMinor: PositiveMinor,
        reason: RefundReason,
        comment: z.string().trim().min(1).max(200).optional(),
        ...Approved,
      }),
    )
    .output(RefundReply)
    .errors(
      faults(
        'orders.not_found',
        'orders.illegal_transition',
        'orders.refund_exceeds_sale',
        'orders.sale_not_fiscal',
        'orders.empty',
        'payments.amount_mismatch',
        'staff.approval_required',
        'payments.provider_unavailable',
        'fiscal.register_not_configured',
      ),
    ),
  /** Begins paying for a kiosk visit: the order and a payment intent with the QR text. Repeating answers the open one. */
  createIntent: command(['kiosk'])
    .input(z.strictObject({ visitId: z.string() }))
    .output(PaymentIntent)
    .errors(
      faults(
        'visits.not_found',
        'visits.expired',
        'catalogue.item_not_found',
        'payments.provider_unavailable',
        'payments.provider_refused',
        'app.rate_limited',
        'fiscal.register_not_configured',
      ),
    ),
  means: query(['kiosk']).output(Means).errors(faults()),
  /**
   * A four-digit code pays for the visit, with or without a network. `params.attemptsLeft` of a wrong one says how many are
   * left; `codes.locked` says by `params.retryAt` until when. Another way of paying that was begun is given up.
   */
  payByCode: command(['kiosk'])
    .input(z.strictObject({ visitId: z.string(), code: RoundCode }))
    .output(PaymentIntent)
    .errors(
      faults(
        'visits.not_found',
        'visits.expired',
        'catalogue.item_not_found',
        'codes.invalid',
        'codes.already_used',
        'codes.locked',
        'codes.need_connection',
        'fiscal.register_not_configured',
        'photos.not_taken',
      ),
    ),
  /** Begins paying the attendant: the order has a number to name. Repeating answers the open one. */
  payAtDesk: command(['kiosk'])
    .input(z.strictObject({ visitId: z.string() }))
    .output(PaymentIntent)
    .errors(
      faults(
        'visits.not_found',
        'visits.expired',
        'catalogue.item_not_found',
        'fiscal.register_not_configured',
        'photos.not_taken',
      ),
    ),
  /** The attendant has the money, and says so by a PIN; wrong ones count together with those of signing in. */
  confirmAtDesk: command(['kiosk'])
    .input(z.strictObject({ id: Id, memberId: z.string(), pin: Pin, tender: TenderType }))
    .output(PaymentIntent)
    .errors(faults('payments.not_found', 'payments.illegal_transition', 'staff.pin_wrong', 'staff.locked')),
  intent: query(['kiosk'])
    .input(z.strictObject({ id: Id }))
    .output(PaymentIntent)
    .errors(faults('payments.not_found')),
  /** The service cannot be given: the visit ends, and its money goes back by itself. Repeating answers how far it is. */
  giveBack: command(['kiosk'])
    .input(z.strictObject({ visitId: z.string() }))
    .output(PaymentIntent)
    .errors(faults('visits.not_found', 'payments.illegal_transition')),
  /** 409 `payments.already_confirmed` when the money was faster than the finger: the client goes on. */
  cancelIntent: command(['kiosk'])
    .input(z.strictObject({ id: Id }))
    .output(PaymentIntent)
    .errors(faults('payments.not_found', 'payments.already_confirmed', 'payments.illegal_transition')),
};
