/**
 * What becomes of a payment when the provider says how it stands, or time runs out. Only what was read from the provider
 * comes in here, never what a notification claims.
 */
import type { HqAlert } from '#shared/hq/fiscal.api.ts';
import type { PspStatus } from '#shared/payments/psp.schema.ts';
import type { ProviderPayment } from './payment-provider.port.ts';

/** What is decided by; times are Unix ms. */
export interface PaymentState {
  readonly id: string;
  readonly status: PspStatus;
  readonly amountMinor: number;
  readonly currency: string;
  readonly expiresAt: number;
  readonly providerId: string | null;
  readonly isFinal: boolean;
  readonly claimedAt: number | null;
  readonly nextCheckAt: number | null;
}

/** What changes; of what is not named nothing does. */
export interface PaymentPatch {
  status?: PspStatus;
  confirmationUrl?: string;
  succeededAt?: number;
  takenMinor?: number;
  claimedAt?: number;
  isLate?: boolean;
  isFinal?: boolean;
  failReason?: string | null;
  refundId?: string;
  refundReason?: string;
  refundAttempt?: number;
  providerRefundId?: string | null;
  refundedAt?: number;
  checkedAt?: number;
  nextCheckAt?: number | null;
}

export interface Decision {
  readonly patch: PaymentPatch;
  /** Of the log of events; the same facts go into the audit when money moved. */
  readonly event: string;
  readonly alert?: HqAlert['kind'];
  readonly moved?: 'PAYMENT_SUCCEEDED' | 'PAYMENT_REFUNDED' | 'PAYMENT_REFUND_REQUESTED';
}

/** Statuses in which money may still come. */
const OPEN: ReadonlySet<PspStatus> = new Set(['created', 'pending', 'failed', 'expired', 'cancelled']);
export const isOpen = ({ status, isFinal }: Pick<PaymentState, 'status' | 'isFinal'>): boolean =>
  OPEN.has(status) && !isFinal;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** A provider lets a payment lie for an hour at most; past this nobody waits for it. */
const GIVE_UP_MS = 26 * 60 * MINUTE;

/** When to read a payment again that nobody asks about and no notification came of. */
export function nextReadAt(row: Pick<PaymentState, 'status' | 'expiresAt'>, now: number): number | null {
  if (row.status === 'created' || row.status === 'pending') return Math.min(now + 5 * SECOND, row.expiresAt);
  const over = now - row.expiresAt;
  if (over > GIVE_UP_MS) return null;
  return now + (over < 15 * MINUTE ? 15 * SECOND : 2 * MINUTE);
}

/** `undefined`: it says nothing new. */
export function decideSeen(
  row: PaymentState,
  seen: ProviderPayment,
  now: number,
  claimWithinMs: number,
): Decision | undefined {
  if (row.status === 'succeeded') {
    if (seen.refundedMinor < row.amountMinor) return undefined;
    return {
      patch: { status: 'refunded', refundedAt: now, refundReason: 'outside', nextCheckAt: null, isFinal: true },
      event: 'refunded_outside',
      alert: 'payment.refunded_outside',
      moved: 'PAYMENT_REFUNDED',
    };
  }
  if (!isOpen(row)) return undefined;
  switch (seen.status) {
    case 'pending':
      return row.status === 'created' && seen.confirmationUrl !== undefined
        ? { patch: { status: 'pending', confirmationUrl: seen.confirmationUrl }, event: 'pending' }
        : undefined;
    case 'cancelled': {
      const failReason = seen.reason ?? 'cancelled';
      const stays = row.status === 'expired' || row.status === 'cancelled';
      const status = stays ? row.status : failReason === 'expired_on_confirmation' ? 'expired' : 'failed';
      return { patch: { status, failReason, isFinal: true, nextCheckAt: null }, event: 'cancelled_by_provider' };
    }
    case 'succeeded':
      return succeeded(row, seen, now, claimWithinMs);
  }
}

function succeeded(row: PaymentState, seen: ProviderPayment, now: number, claimWithinMs: number): Decision {
  if (seen.intentId !== row.id) {
    // The money is of something else, so it is not ours to give back either.
    const patch = { status: 'failed', failReason: 'foreign_payment', isFinal: true, nextCheckAt: null } as const;
    return { patch, event: 'foreign_payment', alert: 'payment.mismatch' };
  }
  const taken = { succeededAt: now, takenMinor: seen.amountMinor, isFinal: true };
  if (seen.amountMinor !== row.amountMinor || seen.currency !== row.currency) {
    const patch = { ...taken, failReason: 'amount_mismatch' };
    // In another currency there is no sum that we may name; a person has to.
    if (seen.currency !== row.currency) {
      return { patch: { ...patch, status: 'failed', nextCheckAt: null }, event: 'mismatch', alert: 'payment.mismatch' };
    }
    return {
      patch: { ...patch, status: 'refunding', refundReason: 'amount_mismatch', nextCheckAt: now },
      event: 'mismatch',
      alert: 'payment.mismatch',
      moved: 'PAYMENT_REFUND_REQUESTED',
    };
  }
  const isLate = (row.status !== 'created' && row.status !== 'pending') || now > row.expiresAt;
  return {
    patch: { ...taken, status: 'succeeded', isLate, failReason: null, nextCheckAt: now + claimWithinMs },
    event: isLate ? 'succeeded_late' : 'succeeded',
    moved: 'PAYMENT_SUCCEEDED',
    ...(isLate ? { alert: 'payment.late' } : {}),
  };
}

/** What time alone does. `undefined`: nothing yet. */
export function decideTime(row: PaymentState, now: number): Decision | undefined {
  if ((row.status === 'created' || row.status === 'pending') && now >= row.expiresAt) {
    return {
      patch: {
        status: 'expired',
        nextCheckAt: row.providerId === null ? null : nextReadAt({ ...row, status: 'expired' }, now),
      },
      event: 'expired',
    };
  }
  // Nobody came for the money: its device is gone, and whoever paid was not served.
  if (row.status === 'succeeded' && row.claimedAt === null && row.nextCheckAt !== null && now >= row.nextCheckAt) {
    return {
      patch: { status: 'refunding', refundReason: 'unclaimed', nextCheckAt: now },
      event: 'unclaimed',
      alert: 'payment.unclaimed',
      moved: 'PAYMENT_REFUND_REQUESTED',
    };
  }
  return undefined;
}
