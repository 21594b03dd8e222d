/**
 * Money at a kiosk: an intent waits for its money, and is confirmed, cancelled or runs out (SM-2).
 *
 * Everything here is one local transaction, because the only provider a device has is in its own process; so no effect
 * needs the journal. What is confirmed is the intent, the payment and the receipt together, exactly once: whoever moves
 * the intent on does the rest, and the second finds it moved.
 */

import { type AuditEvent, recordAudit } from '#main/audit/audit.repo.ts';
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import type { FiscalQueue } from '#main/domains/fiscal/fiscal.port.ts';
import type { OrderService } from '#main/domains/orders/orders.service.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Currency } from '#shared/kernel/money.ts';
import { mayOrderBecome } from '#shared/orders/orders.rules.ts';
import type { OrderLine } from '#shared/orders/orders.schema.ts';
import { INTENT_TTL_MS, mayPaymentBecome } from '#shared/payments/payments.rules.ts';
import type { PaymentIntent } from '#shared/payments/payments.schema.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import { deriveId } from './derived-id.ts';
import { registerPaymentMetrics } from './payments.metrics.ts';
import {
  findIntent,
  insertIntent,
  listPendingIntents,
  listVisitIntents,
  markIntent,
  type OrderIntent,
} from './payments.repo.ts';
import type { PaymentProvider } from './provider.ts';
import { receiptOf, taskOf } from './receipts.rules.ts';

export interface IntentDeps {
  readonly sync: SyncPort;
  readonly fiscal: FiscalQueue;
  readonly orders: OrderService;
  readonly visits: VisitService;
  /** Who sells when no person does: a kiosk's own name on the receipt. */
  readonly kioskOperator: () => Operator;
  readonly provider: PaymentProvider | undefined;
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

export interface IntentService {
  /**
   * Begins paying for a visit's service at the catalogue's price. A visit that is being paid, or is paid, answers with
   * that intent. Throws `visits.not_found`, `visits.expired`, `catalogue.item_not_found`,
   * `payments.provider_unavailable`, `fiscal.register_not_configured`; then nothing has happened.
   */
  createIntent(visitId: string): PaymentIntent;
  /**
   * The same at an amount of its own, for the service that `metadata.service` names; an open or paid intent of the same
   * amount and service is answered. Throws also `payments.amount_mismatch` while an intent of another amount is open, and
   * `app.bad_input` for a currency that is not the shop's.
   */
  createCustomIntent(wanted: CustomIntent): { readonly intent: PaymentIntent; readonly isNew: boolean };
  /** Asks the provider first. Throws `payments.not_found`. */
  intent(id: string): PaymentIntent;
  /** Throws `payments.not_found`, `payments.already_confirmed`, `payments.illegal_transition`. */
  cancel(id: string): PaymentIntent;
  /** Plays the provider by hand. Throws `payments.dev_only`, `payments.not_found`, `payments.illegal_transition`. */
  confirmByHand(id: string): PaymentIntent;
  /** Confirms what was paid and lets run out what was not, of everything that is pending. */
  settlePending(): void;
}

export function createIntents(core: Core, deps: IntentDeps): IntentService {
  const { sync, fiscal, orders, visits, provider } = deps;
  const { db, now } = core;
  const log = core.log.child({ domain: 'payments' });
  const metrics = registerPaymentMetrics(core.metrics, deps.environment);

  const write = <T>(work: (tx: WriteTx) => T): T => db.transaction(work, { behavior: 'immediate' });
  const get = (id: string): OrderIntent => {
    const intent = findIntent(db, id);
    if (!intent) throw new AppError('payments.not_found', `no payment intent ${id}`);
    return intent;
  };

  const audit = (tx: WriteTx, event: AuditEvent, { id, orderId, amountMinor, currency }: OrderIntent): void =>
    recordAudit(tx, { at: now(), event, entity: 'payment', entityId: id, details: { orderId, amountMinor, currency } });

  const after = (intent: OrderIntent): void => {
    sync.wake();
    core.changes.emit({ collection: 'payments', ids: [intent.id] });
    core.changes.emit({ collection: 'orders', ids: [intent.orderId] });
    if (intent.visitId !== undefined) core.changes.emit({ collection: 'visits', ids: [intent.visitId] });
  };

  /** Tells of an intent that has just reached its end, and answers it as it is now. */
  const ended = (id: string): OrderIntent => {
    const intent = get(id);
    metrics.ended(intent, Math.max(0, (intent.confirmedAt ?? now()) - intent.createdAt) / 1000);
    log.info('payment intent ended', { intentId: id, orderId: intent.orderId, status: intent.status });
    after(intent);
    return intent;
  };

  /** Money came: the intent, the payment and the receipt in one transaction, by whoever comes first. */
  const confirm = (intent: OrderIntent, paidAt: number): OrderIntent => {
    if (!mayPaymentBecome(intent.status, 'confirmed')) return intent;
    const taskId = deriveId(intent.orderId, 'sale');
    const isMine = write((tx) => {
      if (!markIntent(tx, intent, 'confirmed', paidAt)) return false;
      audit(tx, intent.status === 'pending' ? 'PAYMENT_CONFIRMED' : 'PAYMENT_LATE', intent);
      const order = orders.find(tx, intent.orderId);
      if (!order) throw new Error(`intent ${intent.id} has no order ${intent.orderId}`);
      const { shopId, deviceId } = sync.writer();
      const { id, orderId, amountMinor, currency, provider: by } = intent;
      sync.mutate(tx, 'payment.settle', {
        payments: [
          {
            id,
            orderId,
            shopId,
            deviceId,
            kind: 'payment',
            method: 'psp',
            provider: by,
            amountMinor,
            currency,
            confirmedAt: paidAt,
          },
        ],
      });
      const receipt = receiptOf(order, {
        kind: 'sell',
        items: order.lines,
        tenders: [{ type: 'card', sumMinor: amountMinor }],
        taxationSystem: fiscal.taxationSystem(),
      });
      const task = { id: taskId, type: 'sale', orderId, operator: deps.kioskOperator() } as const;
      fiscal.enqueue(tx, taskOf(fiscal, task, receipt));
      return true;
    });
    if (!isMine) return get(intent.id);
    if (intent.status !== 'pending') {
      // The receipt is due whenever money came; whether the service still is, the anomaly of the order asks a person.
      log.warn('money came after the intent had ended', { intentId: intent.id, was: intent.status });
    }
    fiscal.wake();
    core.changes.emit({ collection: 'fiscal', ids: [taskId] });
    return ended(intent.id);
  };

  /** The intent ends without money, and its order with it: the next attempt is a new order. */
  const abandon = (intent: OrderIntent, to: 'expired' | 'cancelled'): OrderIntent => {
    const isMine = write((tx) => {
      if (!markIntent(tx, intent, to)) return false;
      audit(tx, to === 'cancelled' ? 'PAYMENT_CANCELLED' : 'PAYMENT_FAILED', intent);
      const order = orders.find(tx, intent.orderId);
      if (order && mayOrderBecome(order.status, 'cancelled')) {
        sync.mutate(tx, 'order.advance', { id: order.id, to: 'cancelled' });
      }
      return true;
    });
    return isMine ? ended(intent.id) : get(intent.id);
  };

  /** What the provider and the clock say of an intent. Money that came in time outranks the time that ran out since. */
  const refresh = (intent: OrderIntent): OrderIntent => {
    if (intent.status !== 'pending') return intent;
    const paidAt = provider?.name === intent.provider ? provider.paidAt(intent, now()) : undefined;
    if (paidAt !== undefined) return confirm(intent, paidAt);
    return now() >= intent.expiresAt ? abandon(intent, 'expired') : intent;
  };

  const begin = (
    visitId: string,
    choose: (tx: WriteTx, visit: Visit, known: readonly OrderIntent[]) => OrderIntent | Beginning,
  ): { readonly intent: OrderIntent; readonly isNew: boolean } => {
    if (!provider) throw new AppError('payments.provider_unavailable', 'this device has no payment provider');
    // Nobody may pay for what could not be fiscalised.
    fiscal.fiscalDeviceId();
    visits.get(visitId);
    for (const pending of listVisitIntents(db, visitId, ['pending'])) refresh(pending);

    const begun = write((tx) => {
      const known = listVisitIntents(tx, visitId, ['pending', 'confirmed']);
      const visit = visits.requireActive(tx, visitId);
      const chosen = choose(tx, visit, known);
      if ('id' in chosen) return { intent: chosen, isNew: false };
      const id = core.newId();
      const order = orders.place(tx, {
        id: core.newId(),
        origin: 'kiosk',
        visitId,
        lines: [chosen.line],
        customer: visit.contact,
      });
      if (chosen.currency !== undefined && chosen.currency !== order.currency) {
        throw new AppError('app.bad_input', `this shop takes ${order.currency}`, {
          details: { issues: [{ path: 'currency', message: `must be ${order.currency}, the shop's currency` }] },
        });
      }
      const intent: OrderIntent = {
        id,
        orderId: order.id,
        visitId,
        status: 'pending',
        provider: provider.name,
        amountMinor: order.totalMinor,
        currency: order.currency,
        qrData: provider.qrData(id),
        createdAt: now(),
        expiresAt: now() + INTENT_TTL_MS,
        ...(chosen.metadata === undefined ? {} : { metadata: { ...chosen.metadata } }),
      };
      insertIntent(tx, intent);
      audit(tx, 'PAYMENT_INTENT_CREATED', intent);
      visits.outlive(tx, visit, intent.expiresAt);
      return { intent, isNew: true };
    });
    if (begun.isNew) {
      metrics.created(begun.intent);
      log.info('payment intent made', { intentId: begun.intent.id, orderId: begun.intent.orderId, visitId });
      after(begun.intent);
    }
    return begun;
  };

  return {
    createIntent: (visitId) =>
      begin(visitId, (tx, visit, [known]) => known ?? { line: orders.serviceLine(tx, visit.kind) }).intent,
    createCustomIntent: ({ visitId, amountMinor, currency, metadata }) =>
      begin(visitId, (_tx, visit, known) => {
        const service = metadata?.['service'];
        const same = known.find(
          (intent) => intent.amountMinor === amountMinor && intent.metadata?.['service'] === service,
        );
        if (same) return same;
        const open = known.find(({ status }) => status === 'pending');
        if (!open) return { line: orders.customLine(visit.kind, service, amountMinor), currency, metadata };
        throw new AppError('payments.amount_mismatch', 'another payment of this session is open', {
          details: { intentId: open.id, amountMinor: open.amountMinor },
        });
      }),
    intent: (id) => refresh(get(id)),
    cancel: (id) => {
      const intent = refresh(get(id));
      if (intent.status === 'cancelled') return intent;
      if (intent.status === 'confirmed') {
        throw new AppError('payments.already_confirmed', 'the money was faster', { details: { intentId: id } });
      }
      if (!mayPaymentBecome(intent.status, 'cancelled')) {
        throw new AppError('payments.illegal_transition', `the intent is ${intent.status}`, {
          details: { status: intent.status },
        });
      }
      return abandon(intent, 'cancelled');
    },
    confirmByHand: (id) => {
      if (provider?.name !== 'dev') throw new AppError('payments.dev_only', 'only a DEV device is paid by hand');
      const intent = refresh(get(id));
      if (intent.status === 'confirmed') return intent;
      if (!mayPaymentBecome(intent.status, 'confirmed')) {
        throw new AppError('payments.illegal_transition', `the intent is ${intent.status}`, {
          details: { status: intent.status },
        });
      }
      return confirm(intent, now());
    },
    settlePending: () => {
      for (const intent of listPendingIntents(db)) {
        try {
          refresh(intent);
        } catch (error) {
          // It stays pending and is tried at the next tick; the others must not wait for it.
          log.error('payment intent could not be settled', { intentId: intent.id, error });
        }
      }
    },
  };
}

interface Beginning {
  readonly line: OrderLine;
  readonly currency?: Currency;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}
