/** What YooKassa keeps of a shop: payments and refunds, and how a payer or time changes them. Amounts are minor units. */
import { randomUUID } from 'node:crypto';

export interface Payment {
  readonly id: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly returnUrl: string;
  readonly createdAt: number;
  status: 'pending' | 'succeeded' | 'canceled';
  refundedMinor: number;
  /** What the provider says it took, when that is not what was asked for. */
  takenMinor?: number;
  capturedAt?: number;
  reason?: string;
}

export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly amountMinor: number;
  readonly createdAt: number;
  status: 'pending' | 'succeeded' | 'canceled';
  reason?: string;
}

/** A fault of the API's own kind: its HTTP status and code. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  readonly status: number;
  readonly code: string;
  readonly parameter: string | undefined;
  constructor(status: number, code: string, message: string, parameter?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.parameter = parameter;
  }
}

/** An unpaid payment lies this long. */
export const PENDING_MS = 60 * 60_000;

export type ShopEvent =
  | { readonly event: 'payment.succeeded' | 'payment.canceled'; readonly payment: Payment }
  | { readonly event: 'refund.succeeded'; readonly refund: Refund };

export interface Shop {
  readonly payments: ReadonlyMap<string, Payment>;
  readonly refunds: ReadonlyMap<string, Refund>;
  create(wanted: Pick<Payment, 'amountMinor' | 'currency' | 'description' | 'metadata' | 'returnUrl'>): Payment;
  /** Throws ApiFault `not_found`. */
  payment(id: string): Payment;
  refund(id: string): Refund;
  /** The payer pays; again changes nothing. Throws ApiFault when it was cancelled. */
  pay(id: string, takenMinor?: number): Payment;
  /** The payer's bank refuses, or the payer does. */
  decline(id: string, reason: string): Payment;
  giveBack(paymentId: string, amountMinor: number, outcome: Refund['status']): Refund;
}

export function createShop(now: () => number, onEvent: (event: ShopEvent) => void): Shop {
  const payments = new Map<string, Payment>();
  const refunds = new Map<string, Refund>();

  const payment = (id: string): Payment => {
    const found = payments.get(id);
    if (found === undefined) throw new ApiFault(404, 'not_found', `Payment ${id} doesn't exist`, 'payment_id');
    if (found.status === 'pending' && now() - found.createdAt >= PENDING_MS) end(found, 'expired_on_confirmation');
    return found;
  };
  const end = (one: Payment, reason: string): void => {
    one.status = 'canceled';
    one.reason = reason;
    onEvent({ event: 'payment.canceled', payment: one });
  };

  return {
    payments,
    refunds,
    payment,
    create: (wanted) => {
      const one: Payment = { ...wanted, id: randomUUID(), createdAt: now(), status: 'pending', refundedMinor: 0 };
      payments.set(one.id, one);
      return one;
    },
    refund: (id) => {
      const found = refunds.get(id);
      if (found === undefined) throw new ApiFault(404, 'not_found', `Refund ${id} doesn't exist`, 'refund_id');
      return found;
    },
    pay: (id, takenMinor) => {
      const one = payment(id);
      if (one.status === 'canceled') throw new ApiFault(400, 'invalid_request', 'the payment is canceled');
      if (one.status === 'succeeded') return one;
      one.status = 'succeeded';
      one.capturedAt = now();
      if (takenMinor !== undefined) one.takenMinor = takenMinor;
      onEvent({ event: 'payment.succeeded', payment: one });
      return one;
    },
    decline: (id, reason) => {
      const one = payment(id);
      if (one.status === 'pending') end(one, reason);
      return one;
    },
    giveBack: (paymentId, amountMinor, outcome) => {
      const one = payment(paymentId);
      if (one.status !== 'succeeded') {
        throw new ApiFault(400, 'invalid_request', 'only a succeeded payment is refunded', 'payment_id');
      }
      if (one.refundedMinor + amountMinor > (one.takenMinor ?? one.amountMinor)) {
        throw new ApiFault(400, 'invalid_request', 'Refund amount is greater than the payment amount', 'amount');
      }
      const refund: Refund = { id: randomUUID(), paymentId, amountMinor, createdAt: now(), status: outcome };
      refunds.set(refund.id, refund);
      if (outcome === 'canceled') refund.reason = 'insufficient_funds';
      else one.refundedMinor += amountMinor;
      if (outcome === 'succeeded') onEvent({ event: 'refund.succeeded', refund });
      return refund;
    },
  };
}
