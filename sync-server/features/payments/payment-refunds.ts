/**
 * Money on its way back: asked for by the device, or by itself when no device came for it. Each call to the provider has a
 * key of its own, so that any of them may be lost and made again.
 */
import { AppError } from '#shared/kernel/errors.ts';
import type { PspIntent, PspRefundRequest } from '#shared/payments/psp.schema.ts';
import type { DevicePrincipal } from '../../auth/principals.ts';
import { ProviderFault, type ProviderRefund } from './payment-provider.port.ts';
import { type PaymentRecord, type PaymentsPorts, requireOwn, toReply } from './payment-record.ts';
import { lockPayment, type PaymentRow, updatePayment } from './payments.repo.ts';
import type { Decision } from './payments.rules.ts';

const REFUND_RETRY_MS = 10 * 60_000;
const PENDING_MS = 5000;

export function createPaymentRefunds(
  { db, now, live, log }: Pick<PaymentsPorts, 'db' | 'now' | 'live' | 'log'>,
  { requireProvider, apply, tellHq, note }: PaymentRecord,
) {
  async function refund(by: DevicePrincipal, id: string, { refundId, reason }: PspRefundRequest): Promise<PspIntent> {
    const row = await db.transaction(async (tx) => {
      const known = requireOwn(by, await lockPayment(tx, id));
      if (known.status === 'refunding' || known.status === 'refunded') return known;
      if (known.status !== 'succeeded' || known.claimedAt === null) {
        throw new AppError('payments.illegal_transition', `a payment that is ${known.status} cannot go back`, {
          details: { status: known.status },
        });
      }
      await note(tx, by, 'PAYMENT_REFUND_REQUESTED', known, { refundId, reason });
      const patch = { status: 'refunding', refundId, refundReason: reason, nextCheckAt: now() } as const;
      return apply(tx, known, { patch, event: 'refund_asked' }, 'device');
    });
    // One that the provider refused waits for its turn, however often its device asks.
    const isDue = row.nextCheckAt === null || row.nextCheckAt <= now();
    return toReply(isDue ? await giveBack(row) : row);
  }

  /** One step of a refund; what cannot be done now is done by the watch. */
  async function giveBack(row: PaymentRow): Promise<PaymentRow> {
    if (row.status !== 'refunding' || row.providerId === null) return row;
    try {
      return await refundStep(row, row.providerId);
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      log.warn({ paymentId: row.id, code: error.code }, 'a refund could not be made yet');
      return error.kind === 'refused' ? refundRefused(row, error.code) : row;
    }
  }

  async function refundStep(row: PaymentRow, paymentId: string): Promise<PaymentRow> {
    const from = requireProvider();
    const { currency, providerRefundId } = row;
    let said: ProviderRefund;
    if (providerRefundId === null) {
      // Whatever an attempt before this one did, the payment itself knows: keys are forgotten after a day. A part of it may
      // have gone back by a hand in the provider's office.
      const seen = await from.read(paymentId);
      const amountMinor = (row.takenMinor ?? row.amountMinor) - seen.refundedMinor;
      if (amountMinor <= 0) return refunded(row);
      said = await from.refund({ paymentId, amountMinor, currency }, `${row.id}-r${row.refundAttempt}`);
    } else said = await from.readRefund(providerRefundId);
    switch (said.status) {
      case 'succeeded':
        return refunded(row);
      case 'cancelled':
        return refundRefused(row, said.reason ?? 'cancelled');
      case 'pending': {
        const nextCheckAt = now() + PENDING_MS;
        // Said once in the log of events, however often it is asked.
        if (providerRefundId !== null) return putOff(row, nextCheckAt);
        return change(row, { patch: { providerRefundId: said.id, nextCheckAt }, event: 'refund_pending' });
      }
    }
  }

  const putOff = (row: PaymentRow, nextCheckAt: number): Promise<PaymentRow> =>
    db.transaction(async (tx) => {
      const locked = await lockPayment(tx, row.id);
      if (locked?.status !== 'refunding' || locked.refundAttempt !== row.refundAttempt) return locked ?? row;
      return updatePayment(tx, row.id, { nextCheckAt });
    });

  const refunded = (row: PaymentRow): Promise<PaymentRow> =>
    change(row, {
      patch: { status: 'refunded', refundedAt: now(), nextCheckAt: null },
      event: 'refunded',
      moved: 'PAYMENT_REFUNDED',
    });

  /** Tried again under another key: an empty balance of the shop is filled one day. A person hears of it. */
  const refundRefused = (row: PaymentRow, why: string): Promise<PaymentRow> =>
    change(row, {
      patch: {
        providerRefundId: null,
        refundAttempt: row.refundAttempt + 1,
        nextCheckAt: now() + REFUND_RETRY_MS * Math.min(row.refundAttempt, 6),
      },
      event: `refund_refused ${why}`.slice(0, 80),
      alert: 'payment.refund_failed',
    });

  /** Applies what was decided of a refund, unless another instance was faster with the same attempt. */
  async function change(row: PaymentRow, decision: Decision): Promise<PaymentRow> {
    const after = await db.transaction(async (tx) => {
      const locked = await lockPayment(tx, row.id);
      if (locked === undefined) throw new Error(`payment ${row.id} vanished`);
      if (locked.status !== 'refunding' || locked.refundAttempt !== row.refundAttempt) return locked;
      return apply(tx, locked, decision, 'provider');
    });
    if (decision.alert !== undefined) tellHq(after);
    // A device that asks again because it is told to would never stop.
    if (after.status !== row.status) live.paymentMoved(after.deviceId);
    return after;
  }

  return { refund, giveBack };
}
