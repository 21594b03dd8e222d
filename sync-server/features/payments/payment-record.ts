/**
 * What is known of a payment. Nothing is believed but what was read from the provider, and a row changes only under its
 * lock: calls to the provider stand between transactions.
 */
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import type { PspIntent } from '#shared/payments/psp.schema.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type DevicePrincipal } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { raiseAlert } from '../alerts/alerts.repo.ts';
import { type PaymentProvider, ProviderFault, type ProviderPayment } from './payment-provider.port.ts';
import { appendEvent, type EventRow, lockPayment, type PaymentRow, updatePayment } from './payments.repo.ts';
import { type Decision, decideSeen, decideTime, isOpen, nextReadAt, type PaymentPatch } from './payments.rules.ts';

export interface PaymentsPorts {
  readonly db: Db;
  readonly now: () => number;
  readonly newId: NewId;
  readonly live: Pick<Live, 'hqChanged' | 'paymentMoved'>;
  /** Absent: this server takes no payments. */
  readonly provider: PaymentProvider | undefined;
  /** How long a device has to claim money that came. */
  readonly claimWithinMs: number;
  /** Payments that one device may begin in a minute (K-89). */
  readonly intentsPerMinute: number;
  readonly log: {
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
}

export type PaymentRecord = ReturnType<typeof createPaymentRecord>;

type Source = EventRow['source'];

export function createPaymentRecord({ db, now, newId, live, provider, claimWithinMs, log }: PaymentsPorts) {
  /** @throws AppError `payments.provider_unavailable` */
  const requireProvider = (): PaymentProvider => {
    if (provider !== undefined) return provider;
    throw new AppError('payments.provider_unavailable', 'this server has no payment provider');
  };

  /** In the transaction of the row's lock: the row, what is said of it, and whom it concerns. */
  async function apply(tx: Tx, row: PaymentRow, decision: Decision, source: Source): Promise<PaymentRow> {
    const { patch, event, alert, moved } = decision;
    const after = await updatePayment(tx, row.id, patch);
    const facts = {
      status: after.status,
      amountMinor: row.amountMinor,
      currency: row.currency,
      ...(after.takenMinor === null ? {} : { takenMinor: after.takenMinor }),
      ...(after.failReason === null ? {} : { reason: after.failReason }),
      ...(after.refundReason === null ? {} : { refundReason: after.refundReason }),
    };
    await appendEvent(tx, { id: newId(), paymentId: row.id, at: now(), source, event, details: facts });
    const entity = { type: 'payment', id: row.id };
    if (moved !== undefined) {
      const actor = { kind: 'system', id: 'payments' } as const;
      await appendAudit(tx, row, { at: now(), event: moved, actor, entity, details: facts });
    }
    if (alert !== undefined) {
      await raiseAlert(tx, row, newId(), { kind: alert, subject: entity, details: facts, at: now() });
    }
    return after;
  }

  const tellHq = (row: PaymentRow): void => live.hqChanged(row.organizationId, ['alerts', 'summary']);

  /** What the provider said, under the lock of the row. `keep`: what to store besides, whatever it said. */
  async function learn(id: string, seen: ProviderPayment, source: Source): Promise<PaymentRow> {
    let isAlert = false;
    let isNews = false;
    const after = await db.transaction(async (tx) => {
      const row = await lockPayment(tx, id);
      if (row === undefined) throw new Error(`payment ${id} vanished`);
      const checked: PaymentPatch = { checkedAt: now() };
      if (isOpen(row)) checked.nextCheckAt = nextReadAt(row, now());
      const known = await updatePayment(tx, id, checked);
      const decision = decideSeen(known, seen, now(), claimWithinMs);
      isAlert = decision?.alert !== undefined;
      isNews = decision !== undefined;
      return decision === undefined ? known : apply(tx, known, decision, source);
    });
    if (isAlert) tellHq(after);
    if (isNews) live.paymentMoved(after.deviceId);
    return after;
  }

  async function passTime(row: PaymentRow): Promise<PaymentRow> {
    if (decideTime(row, now()) === undefined) return row;
    let isAlert = false;
    const after = await db.transaction(async (tx) => {
      const locked = await lockPayment(tx, row.id);
      const decision = locked && decideTime(locked, now());
      isAlert = decision?.alert !== undefined;
      return locked && decision ? apply(tx, locked, decision, 'clock') : (locked ?? row);
    });
    if (isAlert) tellHq(after);
    return after;
  }

  /** Reads an open payment from the provider. An answer that does not come changes nothing. */
  async function refresh(row: PaymentRow): Promise<PaymentRow> {
    let after = row;
    if (isOpen(row) && row.providerId !== null) {
      try {
        // The money first: what came in time outranks the time that ran out since.
        after = await learn(row.id, await requireProvider().read(row.providerId), 'provider');
      } catch (error) {
        if (!(error instanceof ProviderFault)) throw error;
        log.warn({ paymentId: row.id, code: error.code }, 'a payment could not be read from the provider');
        // Not read is not unpaid: time passes for it when it is read again.
        return row;
      }
    }
    return passTime(after);
  }

  const note = (tx: Tx, by: DevicePrincipal, event: string, row: PaymentRow, details: Record<string, unknown>) =>
    appendAudit(tx, by, { at: now(), event, actor: actorOf(by), entity: { type: 'payment', id: row.id }, details });

  return { requireProvider, apply, tellHq, learn, passTime, refresh, note };
}

/** @throws AppError `payments.not_found` when it is of another device, or not at all. */
export const requireOwn = (by: DevicePrincipal, row: PaymentRow | undefined): PaymentRow => {
  if (row?.deviceId === by.deviceId && row.organizationId === by.organizationId) return row;
  throw new AppError('payments.not_found', 'this device has no such payment');
};

/** A payment of a wrong sum has failed for its device, whatever becomes of its money. */
export const toReply = (row: PaymentRow): PspIntent => ({
  id: row.id,
  status: row.failReason === 'amount_mismatch' ? 'failed' : row.status,
  amountMinor: row.amountMinor,
  currency: row.currency,
  isClaimed: row.claimedAt !== null,
  isLate: row.isLate,
  isFinal: row.isFinal,
  expiresAt: row.expiresAt,
  ...(row.confirmationUrl === null ? {} : { confirmationUrl: row.confirmationUrl }),
  ...(row.failReason === null ? {} : { failReason: row.failReason }),
  ...(row.succeededAt === null ? {} : { succeededAt: row.succeededAt }),
  ...(row.refundedAt === null ? {} : { refundedAt: row.refundedAt }),
});
