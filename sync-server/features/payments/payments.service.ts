/**
 * Payments at the provider. A device asks for one, shows its code and claims the money when it came; whoever paid and was
 * not served gets it back, asked for by the device, or by itself when no device came for the money.
 *
 * Nothing is believed but what was read from the provider, and a payment changes only under the lock of its row: calls to
 * the provider stand between transactions, each with a key of its own, so that any of them may be lost and made again.
 */
import { setTimeout } from 'node:timers/promises';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import type { PspIntent, PspIntentRequest, PspRefundRequest } from '#shared/payments/psp.schema.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type DevicePrincipal } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { Live } from '../../live/live.port.ts';
import { raiseAlert } from '../alerts/alerts.repo.ts';
import { type PaymentProvider, ProviderFault, type ProviderPayment } from './payment-provider.port.ts';
import {
  appendEvent,
  countBegun,
  type EventRow,
  findByProviderId,
  findPayment,
  insertPayment,
  linkPayment,
  lockPayment,
  type PaymentRow,
  takeDue,
  updatePayment,
} from './payments.repo.ts';
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
  readonly log: {
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
}

export type PaymentsService = ReturnType<typeof createPaymentsService>;

/** K-89. */
const INTENTS_PER_MINUTE = 10;
const MINUTE = 60_000;
/** A device that polls must not make the provider count our calls. */
const FRESH_MS = 1500;
/** How long one look at a payment may take before another one begins. */
const LEASE_MS = 30_000;
const BATCH = 20;
const REFUND_RETRY_MS = 10 * MINUTE;

type Source = EventRow['source'];

export function createPaymentsService({ db, now, newId, live, provider, claimWithinMs, log }: PaymentsPorts) {
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

  async function open(row: PaymentRow): Promise<PaymentRow> {
    const { id, amountMinor, currency, description } = row;
    let made: ProviderPayment;
    try {
      made = await persist(() => requireProvider().create({ intentId: id, amountMinor, currency, description }, id));
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      await giveUp(id, error);
      const code = error.kind === 'refused' ? 'payments.provider_refused' : 'payments.provider_unavailable';
      throw new AppError(code, `the payment provider made no payment: ${error.code}`, { cause: error });
    }
    await db.transaction((tx) => linkPayment(tx, id, made.id));
    return learn(id, made, 'provider');
  }

  /**
   * No code was ever shown for it, so nobody pays it. Should it be paid all the same, its notification finds it by the id
   * that we gave the provider, and the money goes back as late money does.
   */
  const giveUp = (id: string, fault: ProviderFault): Promise<unknown> =>
    db.transaction(async (tx) => {
      const row = await lockPayment(tx, id);
      if (row?.status !== 'created') return;
      const patch = { status: 'failed', failReason: fault.code.slice(0, 64), nextCheckAt: null } as const;
      await apply(tx, row, { patch, event: 'not_made' }, 'provider');
    });

  const requireOwn = (by: DevicePrincipal, row: PaymentRow | undefined): PaymentRow => {
    if (row?.deviceId === by.deviceId && row.organizationId === by.organizationId) return row;
    throw new AppError('payments.not_found', 'this device has no such payment');
  };

  /**
   * @throws AppError `payments.provider_unavailable`, `payments.provider_refused`, `app.rate_limited`;
   * `payments.amount_mismatch` when the id is of another sum.
   */
  async function create(by: DevicePrincipal, request: PspIntentRequest): Promise<PspIntent> {
    requireProvider();
    const { id, orderId, amountMinor, currency, description } = request;
    const { organizationId, shopId, deviceId } = by;
    const same = (known: PaymentRow | undefined): PaymentRow => {
      const own = requireOwn(by, known);
      if (own.amountMinor === amountMinor && own.currency === currency) return own;
      throw new AppError('payments.amount_mismatch', 'this payment is of another sum');
    };
    const row = await db.transaction(async (tx) => {
      const known = await lockPayment(tx, id);
      if (known !== undefined) return same(known);
      await assertPace(tx, by);
      const createdAt = now();
      const expiresAt = createdAt + INTENT_TTL_MS;
      const facts = { orderId, amountMinor, currency };
      const fresh = { id, organizationId, shopId, deviceId, ...facts, description, createdAt, expiresAt };
      // Another call of the same was faster by so little that it was not to be seen before.
      if (!(await insertPayment(tx, { ...fresh, nextCheckAt: createdAt + MINUTE })))
        return same(await lockPayment(tx, id));
      await appendEvent(tx, {
        id: newId(),
        paymentId: id,
        at: createdAt,
        source: 'device',
        event: 'asked',
        details: facts,
      });
      await appendAudit(tx, by, {
        at: createdAt,
        event: 'PAYMENT_INTENT_CREATED',
        actor: actorOf(by),
        entity: { type: 'payment', id },
        details: facts,
      });
      return requireOwn(by, await findPayment(tx, id));
    });
    return toReply(row.status === 'created' ? await open(row) : row);
  }

  async function assertPace(tx: Tx, by: DevicePrincipal): Promise<void> {
    const { begun, firstAt } = await countBegun(tx, by, by.deviceId, now() - MINUTE + 1);
    if (begun < INTENTS_PER_MINUTE) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(((firstAt ?? now()) + MINUTE - now()) / 1000));
    throw new AppError('app.rate_limited', 'too many payments of one device', { details: { retryAfterSeconds } });
  }

  /** How it stands; asked of the provider when nobody has just done so. @throws AppError `payments.not_found`. */
  async function get(by: DevicePrincipal, id: string): Promise<PspIntent> {
    const row = requireOwn(by, await findPayment(db, id));
    const isFresh = row.checkedAt !== null && now() - row.checkedAt < FRESH_MS;
    return toReply(isFresh ? await passTime(row) : await refresh(row));
  }

  /** The device takes the money for its own. What did not come, or goes back already, is answered as it is. */
  async function claim(by: DevicePrincipal, id: string): Promise<PspIntent> {
    const row = await db.transaction(async (tx) => {
      const known = requireOwn(by, await lockPayment(tx, id));
      if (known.status !== 'succeeded' || known.claimedAt !== null) return known;
      return apply(tx, known, { patch: { claimedAt: now(), nextCheckAt: null }, event: 'claimed' }, 'device');
    });
    return toReply(row);
  }

  /** The guest wants no more of it. Money that was faster is answered as it is. */
  async function cancel(by: DevicePrincipal, id: string): Promise<PspIntent> {
    await refresh(requireOwn(by, await findPayment(db, id)));
    const row = await db.transaction(async (tx) => {
      const known = requireOwn(by, await lockPayment(tx, id));
      if (known.status !== 'created' && known.status !== 'pending') return known;
      await note(tx, by, 'PAYMENT_CANCELLED', known, {});
      // The provider knows no way to take back an unpaid payment: it is read until nobody can pay it any more.
      const patch = { status: 'cancelled', nextCheckAt: nextReadAt({ ...known, status: 'cancelled' }, now()) } as const;
      return apply(tx, known, { patch, event: 'cancelled' }, 'device');
    });
    return toReply(row);
  }

  /** @throws AppError `payments.not_found`, `payments.illegal_transition` for money that the device has not claimed. */
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

  const note = (tx: Tx, by: DevicePrincipal, event: string, row: PaymentRow, details: Record<string, unknown>) =>
    appendAudit(tx, by, { at: now(), event, actor: actorOf(by), entity: { type: 'payment', id: row.id }, details });

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
    const amountMinor = row.takenMinor ?? row.amountMinor;
    if (row.providerRefundId === null) {
      // Whatever an attempt before this one did, the payment itself knows: keys are forgotten after a day.
      const seen = await from.read(paymentId);
      if (seen.refundedMinor >= amountMinor) return refunded(row);
    }
    const { currency, providerRefundId } = row;
    const said =
      providerRefundId === null
        ? await from.refund({ paymentId, amountMinor, currency }, `${row.id}-r${row.refundAttempt}`)
        : await from.readRefund(providerRefundId);
    switch (said.status) {
      case 'succeeded':
        return refunded(row);
      case 'cancelled':
        return refundRefused(row, said.reason ?? 'cancelled');
      case 'pending': {
        const nextCheckAt = now() + 5000;
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

  /**
   * A notification: a reason to read the payment, and no more than that.
   *
   * @returns whether it was of a payment of ours.
   */
  async function notified(providerId: string, event: string): Promise<boolean> {
    const known = await findByProviderId(db, providerId);
    if (known !== undefined) {
      await remember(known.id, event);
      await settle(known);
      return true;
    }
    // The answer to our creation may have been lost: then the payment names the intent that it is of.
    const seen = await readUnknown(providerId);
    const row = seen?.intentId === undefined ? undefined : await findPayment(db, seen.intentId);
    if (seen === undefined || row === undefined || row.providerId !== null) return false;
    await db.transaction((tx) => linkPayment(tx, row.id, providerId));
    await remember(row.id, event);
    await learn(row.id, seen, 'webhook');
    return true;
  }

  async function readUnknown(providerId: string): Promise<ProviderPayment | undefined> {
    try {
      return await requireProvider().read(providerId);
    } catch (error) {
      if (error instanceof ProviderFault && error.kind === 'refused') return undefined;
      throw error;
    }
  }

  const remember = (paymentId: string, event: string): Promise<void> =>
    db.transaction((tx) =>
      appendEvent(tx, { id: newId(), paymentId, at: now(), source: 'webhook', event, details: {} }),
    );

  /** Somebody who is not the provider speaks of a payment of ours: a person at headquarters is told. */
  async function forged(providerId: string | undefined, ip: string): Promise<void> {
    const row = providerId === undefined ? undefined : await findByProviderId(db, providerId);
    if (row === undefined) return;
    await db.transaction(async (tx) => {
      await lockPayment(tx, row.id);
      const subject = { type: 'payment', id: row.id };
      await raiseAlert(tx, row, newId(), { kind: 'payment.forged', subject, details: { ip }, at: now() });
    });
    tellHq(row);
  }

  const settle = async (row: PaymentRow): Promise<PaymentRow> =>
    row.status === 'refunding' ? giveBack(row) : row.status === 'succeeded' ? reread(row) : refresh(row);

  /** Money that is here may have gone back by somebody's hand in the provider's office. */
  async function reread(row: PaymentRow): Promise<PaymentRow> {
    if (row.providerId === null) return row;
    return learn(row.id, await requireProvider().read(row.providerId), 'provider');
  }

  /** What nobody asks about: lost notifications, time that ran out, money nobody claimed, refunds to be tried again. */
  async function watch(): Promise<number> {
    if (provider === undefined) return 0;
    const due = await takeDue(db, now(), now() + LEASE_MS, BATCH);
    await Promise.all(
      due.map(async (row) => {
        try {
          await (row.status === 'succeeded' ? passTime(row).then(giveBack) : settle(row));
        } catch (error) {
          log.error({ err: error, paymentId: row.id }, 'a payment could not be looked at');
        }
      }),
    );
    return due.length;
  }

  return { create, get, claim, cancel, refund, notified, forged, watch };
}

/** A guest stands there: only faults that come at once leave the time to ask again, with the same key. */
async function persist<T>(ask: () => Promise<T>): Promise<T> {
  for (const pauseMs of [200, 600]) {
    const begun = performance.now();
    try {
      return await ask();
    } catch (error) {
      const isQuick = performance.now() - begun < 500;
      if (!(error instanceof ProviderFault) || error.kind !== 'unknown' || !isQuick) throw error;
      await setTimeout(pauseMs);
    }
  }
  return ask();
}

/** A payment of a wrong sum has failed for its device, whatever becomes of its money. */
const toReply = (row: PaymentRow): PspIntent => ({
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
