/**
 * Payments at the provider. A device asks for one, shows its code and claims the money when it came; whoever paid and was
 * not served gets it back.
 */
import { setTimeout } from 'node:timers/promises';
import { AppError } from '#shared/kernel/errors.ts';
import { INTENT_TTL_MS } from '#shared/payments/payments.rules.ts';
import type { PspIntent, PspIntentRequest } from '#shared/payments/psp.schema.ts';
import { appendAudit } from '../../auth/audit.repo.ts';
import { actorOf, type DevicePrincipal } from '../../auth/principals.ts';
import type { Tx } from '../../db/db.ts';
import { createPaymentNotices } from './payment-notices.ts';
import { ProviderFault, type ProviderPayment } from './payment-provider.port.ts';
import { createPaymentRecord, type PaymentsPorts, requireOwn, toReply } from './payment-record.ts';
import { createPaymentRefunds } from './payment-refunds.ts';
import {
  appendEvent,
  countBegun,
  findPayment,
  insertPayment,
  linkPayment,
  lockPayment,
  type PaymentRow,
  postponeUnclaimed,
  takeDue,
} from './payments.repo.ts';
import { nextReadAt } from './payments.rules.ts';

export type PaymentsService = ReturnType<typeof createPaymentsService>;

const MINUTE = 60_000;
/** A device that polls must not make the provider count our calls. */
const FRESH_MS = 1500;
/** How long one look at a payment may take before another one begins. */
const LEASE_MS = 30_000;
const BATCH = 20;
/** What a device needs to find a server again, and to notice that it was put back. */
const RETURN_MS = 10 * MINUTE;

export function createPaymentsService(ports: PaymentsPorts) {
  const { db, now, newId, provider, intentsPerMinute, log } = ports;
  const record = createPaymentRecord(ports);
  const { requireProvider, apply, learn, passTime, refresh, note } = record;
  const { refund, giveBack } = createPaymentRefunds(ports, record);

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
    if (begun < intentsPerMinute) return;
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
  const settle = async (row: PaymentRow): Promise<PaymentRow> =>
    row.status === 'refunding' ? giveBack(row) : row.status === 'succeeded' ? reread(row) : refresh(row);

  /** Money that is here may have gone back by somebody's hand in the provider's office. */
  async function reread(row: PaymentRow): Promise<PaymentRow> {
    if (row.providerId === null) return row;
    return learn(row.id, await requireProvider().read(row.providerId), 'provider');
  }

  const { notified, forged } = createPaymentNotices(ports, record, settle);

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

  /**
   * Before the first `watch` of a process: nobody could claim money from a server that was off, and one that was put back to
   * a backup has forgotten what was claimed since, which its devices tell it anew.
   */
  const giveTime = (): Promise<void> => postponeUnclaimed(db, now() + Math.min(ports.claimWithinMs, RETURN_MS));

  return { create, get, claim, cancel, refund, notified, forged, watch, giveTime };
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
