/**
 * Money at a kiosk: an intent waits for its money, and is confirmed, cancelled or runs out (SM-2); what the money comes to is
 * told in `outcomes.service.ts`.
 *
 * Calls to the provider stand between transactions. Before each the row that asks for it is on the disk, and each may be made
 * again, so a device that dies at any moment takes up where it was. What is confirmed is the intent, the payment and the
 * receipt together, exactly once: whoever moves the intent on does the rest, and the second finds it moved.
 */

import type { Core } from '#main/core.ts';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { FiscalQueue } from '#main/domains/fiscal/fiscal.port.ts';
import type { CodeService } from '#main/domains/kiosk/codes.service.ts';
import type { OrderService } from '#main/domains/orders/orders.service.ts';
import type { StaffService } from '#main/domains/staff/staff.service.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Currency } from '#shared/kernel/money.ts';
import type { OrderLine } from '#shared/orders/orders.schema.ts';
import { INTENT_TTL_MS, mayPaymentBecome } from '#shared/payments/payments.rules.ts';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import { type AtHand, createAtHand } from './at-hand.service.ts';
import { createClaims } from './claims.service.ts';
import { createEndings } from './confirm.service.ts';
import { nextLookMs } from './intents.rules.ts';
import { createOutcomes } from './outcomes.service.ts';
import { registerPaymentMetrics } from './payments.metrics.ts';
import {
  bringForward,
  insertIntent,
  listDueIntents,
  listVisitIntents,
  type OrderIntent,
  patchIntent,
} from './payments.repo.ts';
import type { PaymentProvider, Standing } from './provider.ts';

export interface IntentDeps {
  readonly sync: SyncPort;
  readonly fiscal: FiscalQueue;
  readonly orders: OrderService;
  readonly visits: VisitService;
  /** Who sells when no person does: a kiosk's own name on the receipt. */
  readonly kioskOperator: () => Operator;
  /** The photo that the order of a visit is made with; a visit for a photo cannot be paid without. */
  readonly imageOf?: (db: Reader, visitId: string) => string | undefined;
  /** Was a visit that has ended given what it paid for? */
  readonly isServed: (visit: Visit) => boolean;
  readonly provider: PaymentProvider | undefined;
  readonly codes: CodeService;
  /** Who may say that money was taken by hand. */
  readonly staff: Pick<StaffService, 'list' | 'vouch'>;
  /** Can the provider be reached, as far as is known? */
  readonly isOnline: () => boolean;
  /** The server's timeline, as sync knows it; `null` before the first exchange. */
  readonly epoch: () => string | null;
  readonly environment: 'DEV' | 'PROD';
}

/** An intent whose amount an integration decides. */
export interface CustomIntent {
  readonly visitId: string;
  /** Minor units. */
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface IntentService extends AtHand {
  /**
   * Begins paying for a visit's service at the catalogue's price. A visit that is being paid, or is paid, answers with
   * that intent. Throws `visits.not_found`, `visits.expired`, `catalogue.item_not_found`,
   * `payments.provider_unavailable`, `payments.provider_refused`, `app.rate_limited`, `fiscal.register_not_configured`;
   * then nobody can pay.
   */
  createIntent(visitId: string): Promise<PaymentIntent>;
  /**
   * The same at an amount of its own, for the service that `metadata.service` names; an open or paid intent of the same
   * amount and service is answered. Throws also `payments.amount_mismatch` while an intent of another amount is open, and
   * `app.bad_input` for a currency that is not the shop's.
   */
  createCustomIntent(wanted: CustomIntent): Promise<{ readonly intent: PaymentIntent; readonly isNew: boolean }>;
  /** Asks the provider first, when that is due. Throws `payments.not_found`. */
  intent(id: string): Promise<PaymentIntent>;
  /** Throws `payments.not_found`, `payments.already_confirmed`, `payments.illegal_transition`. */
  cancel(id: string): Promise<PaymentIntent>;
  /** Plays the provider by hand. Throws `payments.dev_only`, `payments.not_found`, `payments.illegal_transition`. */
  confirmByHand(id: string): Promise<PaymentIntent>;
  /** See `Outcomes.giveBack`. */
  giveBack(visitId: string): Promise<PaymentIntent>;
  /** The provider has news: what waits is asked about at the next tick, whenever its turn was. */
  lookSoon(): void;
  /** Confirms what was paid, lets run out what was not, and brings what was paid to its end. */
  settlePending(): Promise<void>;
}

export function createIntents(core: Core, deps: IntentDeps): IntentService {
  const { fiscal, orders, visits, provider } = deps;
  const { db, now } = core;
  const log = core.log.child({ domain: 'payments' });
  const metrics = registerPaymentMetrics(core.metrics, deps.environment);
  const endings = createEndings(core, deps, metrics);
  const outcomes = createOutcomes(core, deps, endings);
  const claims = createClaims(core, deps);
  const write = <T>(work: (tx: WriteTx) => T): T => db.transaction(work, { behavior: 'immediate' });
  /** Calls under way, by intent: a second finger, or the loop, waits for the same answer. */
  const looking = new Map<string, Promise<OrderIntent>>();

  const isOpen = ({ status, isFollowed }: OrderIntent): boolean => status === 'pending' || isFollowed;
  const followed = ({ expiresAt }: OrderIntent, by: PaymentProvider): boolean => now() < expiresAt + by.followMs;

  /** What the provider said and the clock. Money that came in time outranks the time that ran out since. */
  const learn = (id: string, standing: Standing, by: PaymentProvider): OrderIntent => {
    // It may have moved while the provider was asked.
    const intent = endings.get(id);
    if (!isOpen(intent)) return intent;
    switch (standing.kind) {
      case 'paid':
        return endings.confirm(intent, standing.at);
      case 'waiting':
        return wait(intent, standing.qrData, by);
      case 'over':
        if (intent.status === 'pending')
          return endings.abandon(intent, standing.why, !standing.isFinal && followed(intent, by));
        return standing.isFinal ? letGo(intent) : wait(intent, undefined, by);
      case 'returning':
      case 'returned':
        // Somebody at the provider's office was faster than our receipt: there is no money to serve for.
        return intent.status === 'pending' ? endings.abandon(intent, 'failed', false) : letGo(intent);
    }
  };

  const letGo = (intent: OrderIntent): OrderIntent => {
    write((tx) => patchIntent(tx, intent.id, { isFollowed: false }));
    return endings.get(intent.id);
  };

  const wait = (intent: OrderIntent, qrData: string | undefined, by: PaymentProvider): OrderIntent => {
    if (intent.status === 'pending' && now() >= intent.expiresAt)
      return endings.abandon(intent, 'expired', followed(intent, by));
    if (intent.status !== 'pending' && !followed(intent, by)) return letGo(intent);
    const isNews = qrData !== undefined && qrData !== intent.qrData;
    // A provider in this process costs nothing to ask.
    const nextLookAt = by.followMs === 0 ? now() : now() + pauseOf(intent);
    write((tx) => patchIntent(tx, intent.id, { nextLookAt, ...(isNews ? { qrData } : {}) }));
    const after = endings.get(intent.id);
    if (isNews) endings.changed(after);
    return after;
  };

  const pauseOf = ({ status, createdAt, expiresAt }: OrderIntent): number =>
    status === 'pending' ? nextLookMs('waiting', now() - createdAt) : nextLookMs('ended', now() - expiresAt);

  /** Not heard of is not unpaid: its time runs out, but it is followed, however long, until somebody answers. */
  const unheard = (id: string, by: PaymentProvider): OrderIntent => {
    const intent = endings.get(id);
    if (!isOpen(intent)) return intent;
    if (intent.status === 'pending' && now() >= intent.expiresAt)
      return endings.abandon(intent, 'expired', by.followMs > 0);
    write((tx) => patchIntent(tx, id, { nextLookAt: now() + pauseOf(intent) }));
    return endings.get(id);
  };

  const lookOnce = async (intent: OrderIntent): Promise<OrderIntent> => {
    // Its code is spent, which was written with it: it is paid, whatever died before that was said.
    if (intent.provider === 'code') return endings.confirm(intent, intent.createdAt);
    if (provider?.name !== intent.provider) return passTime(intent);
    let standing: Standing;
    try {
      const isUnasked = intent.status === 'pending' && intent.qrData === undefined;
      standing = await (isUnasked ? provider.open(intent) : provider.look(intent, now()));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.info('a payment could not be looked at', { intentId: intent.id, code: error.code });
      // The server never heard of it: no code was shown, so nobody can pay it.
      if (error.code === 'payments.not_found')
        return learn(intent.id, { kind: 'over', why: 'failed', isFinal: true }, provider);
      return unheard(intent.id, provider);
    }
    return learn(intent.id, standing, provider);
  };

  /** Of an intent whose provider is not here, only time is known. */
  const passTime = (intent: OrderIntent): OrderIntent =>
    intent.status === 'pending' && now() >= intent.expiresAt ? endings.abandon(intent, 'expired', false) : intent;

  const once = (id: string, work: () => Promise<OrderIntent>): Promise<OrderIntent> => {
    const underWay = looking.get(id) ?? work().finally(() => looking.delete(id));
    looking.set(id, underWay);
    return underWay;
  };
  const look = (intent: OrderIntent): Promise<OrderIntent> => once(intent.id, () => lookOnce(intent));
  const isDue = (intent: OrderIntent): boolean =>
    isOpen(intent) && (now() >= intent.nextLookAt || (intent.status === 'pending' && now() >= intent.expiresAt));
  const refresh = async (intent: OrderIntent): Promise<OrderIntent> =>
    isDue(intent) || looking.has(intent.id) ? look(intent) : intent;

  /** Asks for the money of an intent that is on the disk. A guest who gets no code has nothing that waits. */
  const open = (intent: OrderIntent, by: PaymentProvider): Promise<OrderIntent> =>
    once(intent.id, async () => {
      try {
        return learn(intent.id, await by.open(intent), by);
      } catch (error) {
        // Nobody saw a code of it, so no money comes: what the server may have made of it runs out there.
        if (error instanceof AppError) endings.abandon(endings.get(intent.id), 'failed', false);
        throw error;
      }
    });

  const begin: Begin = async (visitId, choose, by) => {
    // Nobody may pay for what could not be fiscalised.
    fiscal.fiscalDeviceId();
    visits.get(visitId);
    for (const pending of listVisitIntents(db, visitId, ['pending'])) {
      // Another means was chosen: the guest wants no more of this one. Money that was faster is found below.
      await (pending.provider === by ? refresh(pending) : stop(pending));
    }

    const begun = write((tx) => {
      const known = listVisitIntents(tx, visitId, ['pending', 'confirmed']).filter(
        ({ outcome }) => outcome !== 'refund',
      );
      const visit = visits.requireActive(tx, visitId);
      const chosen = choose(tx, visit, known);
      if ('id' in chosen) return { intent: chosen, isNew: false };
      const intent = insert(tx, visit, chosen, by);
      chosen.alongside?.(intent);
      return { intent, isNew: true };
    });
    if (!begun.isNew) return { intent: await refresh(begun.intent), isNew: false };
    metrics.created(begun.intent);
    log.info('payment intent made', { intentId: begun.intent.id, orderId: begun.intent.orderId, visitId, by });
    endings.changed(begun.intent);
    return begun;
  };

  /** At the provider, whose code the guest then reads. */
  const beginAtBank = async (visitId: string, choose: Choose): ReturnType<Begin> => {
    if (!provider) throw new AppError('payments.provider_unavailable', 'this device has no payment provider');
    const begun = await begin(visitId, choose, provider.name);
    return begun.isNew ? { intent: await open(begun.intent, provider), isNew: true } : begun;
  };

  /** What a visit pays for at the catalogue's price, unless it is being paid for already. */
  const atPrice: Choose = (tx, visit, [known]) => {
    if (known !== undefined) return known;
    return { line: orders.serviceLine(tx, visit.kind) };
  };

  /** What is paid for with a photo visit, at whatever price and by whatever means: nothing that was not taken. */
  const imageOf = (tx: WriteTx, visit: Visit): string | undefined => {
    const imageId = deps.imageOf?.(tx, visit.id);
    if (visit.kind === 'photo' && imageId === undefined) {
      throw new AppError('photos.not_taken', `there is no photo of ${visit.id} to pay for`);
    }
    return imageId;
  };

  const insert = (tx: WriteTx, visit: Visit, chosen: Beginning, by: OrderIntent['provider']): OrderIntent => {
    const id = core.newId();
    const order = orders.place(tx, {
      id: core.newId(),
      origin: 'kiosk',
      visitId: visit.id,
      lines: [chosen.line],
      customer: visit.contact,
      imageId: imageOf(tx, visit),
    });
    if (chosen.currency !== undefined && chosen.currency !== order.currency) {
      throw new AppError('app.bad_input', `this shop takes ${order.currency}`, {
        details: { issues: [{ path: 'currency', message: `must be ${order.currency}, the shop's currency` }] },
      });
    }
    const intent: OrderIntent = {
      id,
      orderId: order.id,
      visitId: visit.id,
      status: 'pending',
      provider: by,
      amountMinor: order.totalMinor,
      currency: order.currency,
      createdAt: now(),
      expiresAt: now() + INTENT_TTL_MS,
      isLate: false,
      isFollowed: false,
      nextLookAt: now(),
      ...(chosen.metadata === undefined ? {} : { metadata: { ...chosen.metadata } }),
    };
    insertIntent(tx, intent);
    endings.audit(tx, 'PAYMENT_INTENT_CREATED', intent);
    visits.outlive(tx, visit, intent.expiresAt);
    return intent;
  };

  const requireMayBecome = (intent: OrderIntent, to: 'cancelled' | 'confirmed'): void => {
    if (mayPaymentBecome(intent.status, to)) return;
    throw new AppError('payments.illegal_transition', `the intent is ${intent.status}`, {
      details: { status: intent.status },
    });
  };

  return {
    ...createAtHand(core, deps, { endings, begin, atPrice, toPublic }),
    createIntent: async (visitId) => toPublic((await beginAtBank(visitId, atPrice)).intent),
    createCustomIntent: async ({ visitId, amountMinor, currency, metadata }) => {
      const { intent, isNew } = await beginAtBank(visitId, (_tx, visit, known) => {
        const service = metadata?.['service'];
        const same = known.find((one) => one.amountMinor === amountMinor && one.metadata?.['service'] === service);
        if (same) return same;
        const waiting = known.find(({ status }) => status === 'pending');
        if (!waiting) return { line: orders.customLine(visit.kind, service, amountMinor), currency, metadata };
        throw new AppError('payments.amount_mismatch', 'another payment of this session is open', {
          details: { intentId: waiting.id, amountMinor: waiting.amountMinor },
        });
      });
      return { intent: toPublic(intent), isNew };
    },
    intent: async (id) => toPublic(await refresh(endings.get(id))),
    cancel: async (id) => {
      const known = endings.get(id);
      const intent = known.status === 'pending' ? await stop(known) : known;
      if (intent.status === 'cancelled') return toPublic(intent);
      if (intent.status === 'confirmed') {
        throw new AppError('payments.already_confirmed', 'the money was faster', { details: { intentId: id } });
      }
      requireMayBecome(intent, 'cancelled');
      return toPublic(intent);
    },
    confirmByHand: async (id) => {
      if (provider?.name !== 'dev') throw new AppError('payments.dev_only', 'only a DEV device is paid by hand');
      const intent = await refresh(endings.get(id));
      if (intent.status === 'confirmed') return toPublic(intent);
      requireMayBecome(intent, 'confirmed');
      return toPublic(endings.confirm(intent, now()));
    },
    giveBack: async (visitId) => toPublic(await outcomes.giveBack(visitId)),
    lookSoon: () => write((tx) => bringForward(tx, now())),
    settlePending: async () => {
      // Together: a server that hangs holds up a start once, not once for each.
      await Promise.all(
        listDueIntents(db, now()).map((intent) =>
          // It stays as it is and is tried at the next tick.
          look(intent).catch((error: unknown) =>
            log.error('payment intent could not be settled', { intentId: intent.id, error }),
          ),
        ),
      );
      await outcomes.settle();
      await claims.renew();
    },
  };

  /** Nobody has to be reached for a guest to leave: what the provider has not heard of it hears at the next look. */
  async function stop(intent: OrderIntent): Promise<OrderIntent> {
    await looking.get(intent.id)?.catch(() => undefined);
    const known = endings.get(intent.id);
    if (known.provider === 'code') return look(known);
    if (known.status !== 'pending') return known;
    if (provider?.name !== known.provider) return endings.abandon(known, 'cancelled', false);
    let standing: Standing;
    try {
      standing = await provider.cancel(known, now());
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      standing = { kind: 'waiting' };
    }
    if (standing.kind !== 'waiting') return learn(known.id, standing, provider);
    const after = endings.get(known.id);
    return after.status === 'pending' ? endings.abandon(after, 'cancelled', followed(after, provider)) : after;
  }
}

/** What to begin, or what is going on already. */
export type Choose = (tx: WriteTx, visit: Visit, known: readonly OrderIntent[]) => OrderIntent | Beginning;
export type Begin = (
  visitId: string,
  choose: Choose,
  by: OrderIntent['provider'],
) => Promise<{ readonly intent: OrderIntent; readonly isNew: boolean }>;

export interface Beginning {
  readonly line: OrderLine;
  readonly currency?: Currency;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Written with it, or not at all. */
  readonly alongside?: (intent: OrderIntent) => void;
}

/** An intent as others see it: what this domain keeps for itself stays here. */
function toPublic(intent: OrderIntent): PaymentIntent {
  const {
    isLate: _late,
    isFollowed: _followed,
    nextLookAt: _at,
    refundReason: _why,
    refundDueAt: _due,
    ...open
  } = intent;
  return open;
}
