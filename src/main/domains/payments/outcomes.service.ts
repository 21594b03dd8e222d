/**
 * What money comes to once it is here: a service, or the way back. Decided when the visit ends, by what was done for it, and
 * never by a person's memory; carried out by a loop, so that a power cut at any step only delays it.
 *
 * The decision is on the disk before the provider is asked; the provider gives an intent's money back once, however often it
 * is asked; and the return's receipt is made in the transaction that notes that it did.
 */
import type { Core } from '#main/core.ts';
import type { WriteTx } from '#main/db/db.ts';
import { recordStep } from '#main/journal/journal.repo.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { Refund } from '#shared/payments/refunds.schema.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import type { Endings } from './confirm.service.ts';
import { deriveId, refundTaskOf } from './derived-id.ts';
import { decideOutcome, nextLookMs } from './intents.rules.ts';
import type { IntentDeps } from './intents.service.ts';
import { isAtHand, movementOf } from './means.rules.ts';
import { announce, moved } from './money.ts';
import {
  listDueRefunds,
  listUndecided,
  listVisitIntents,
  markIntent,
  markOutcome,
  type OrderIntent,
  patchIntent,
} from './payments.repo.ts';
import type { GiveBackReason } from './provider.ts';
import { receiptOf, taskOf, tendersOf } from './receipts.rules.ts';

export interface Outcomes {
  /** Decides what can be decided and takes every refund that is due one step on. */
  settle(): Promise<void>;
  /**
   * The service cannot be given: ends the visit, and its money goes back. Throws `visits.not_found`,
   * `payments.illegal_transition` when there is nothing to give back.
   */
  giveBack(visitId: string): Promise<OrderIntent>;
}

/** The words of a refund that no person made, as headquarters and the cashier read them. */
const COMMENTS: Readonly<Record<GiveBackReason, string>> = {
  not_served: 'Услуга не оказана',
  late: 'Деньги пришли после ухода гостя',
  twice: 'Оплачено дважды',
};

export function createOutcomes(core: Core, deps: IntentDeps, endings: Endings): Outcomes {
  const { sync, fiscal, orders, visits, provider } = deps;
  const { db, now } = core;
  const log = core.log.child({ domain: 'payments' });
  const write = <T>(work: (tx: WriteTx) => T): T => db.transaction(work, { behavior: 'immediate' });

  const visitOf = ({ visitId }: OrderIntent): Visit | undefined => {
    if (visitId === undefined) return undefined;
    try {
      return visits.get(visitId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'visits.not_found') return undefined;
      throw error;
    }
  };

  const decide = (intent: OrderIntent): void => {
    const visit = visitOf(intent);
    const others = intent.visitId === undefined ? [] : listVisitIntents(db, intent.visitId, ['pending', 'confirmed']);
    const outcome = decideOutcome(intent, {
      visit,
      isServed: visit !== undefined && visit.status !== 'active' && deps.isServed(visit),
      hasOther: others.some(({ id, outcome: known }) => id !== intent.id && known !== 'refund'),
    });
    if (outcome === undefined) return;
    const isRefund = outcome !== 'served';
    const isMine = write((tx) => {
      const at = now();
      if (!isRefund) return markOutcome(tx, intent.id, { outcome });
      const decided = { outcome: 'refund', refundReason: outcome, refundDueAt: at, nextLookAt: at } as const;
      if (!markOutcome(tx, intent.id, decided)) return false;
      recordStep(tx, { kind: 'payment', subject: intent.id, step: 'REFUND_DUE', details: { reason: outcome }, at });
      endings.audit(tx, 'PAYMENT_REFUND_DUE', intent);
      return true;
    });
    if (!isMine) return;
    if (isRefund) log.warn('money goes back by itself', { intentId: intent.id, reason: outcome });
    endings.changed(endings.get(intent.id));
  };

  /** A register would hold the return of a sale that it never had: then the return waits for a person to see to the sale. */
  const isSaleFiscal = (orderId: string): boolean =>
    !orders.get(orderId).receipts.some(({ type, status }) => type === 'sale' && status === 'error');

  const refunded = (intent: OrderIntent): void => {
    const refundId = deriveId(intent.id, 'refund');
    const taskId = refundTaskOf(intent.id);
    const { method, tender } = movementOf(intent);
    const isMine = write((tx) => {
      if (!markIntent(tx, intent, 'refunded')) return false;
      const order = orders.find(tx, intent.orderId);
      if (!order) throw new Error(`intent ${intent.id} has no order ${intent.orderId}`);
      const payment = moved(core, sync, order, {
        id: deriveId(refundId, intent.id),
        kind: 'refund',
        method,
        provider: intent.provider,
        amountMinor: intent.amountMinor,
        refundOf: intent.id,
        refundId,
      });
      sync.mutate(tx, 'refund.make', {
        refund: refundOf(intent, order, refundId, taskId, payment),
        payments: [payment],
      });
      if (tender !== undefined) {
        const receipt = receiptOf(order, {
          kind: 'sell_return',
          items: order.lines,
          tenders: tendersOf([payment]),
          taxationSystem: fiscal.taxationSystem(),
        });
        const task = { id: taskId, type: 'refund', orderId: order.id, operator: deps.kioskOperator() } as const;
        fiscal.enqueue(tx, taskOf(fiscal, task, receipt));
      }
      const codeId = intent.metadata?.['codeId'];
      if (intent.provider === 'code' && codeId !== undefined) {
        deps.codes.giveBack(tx, { codeId, redemptionId: intent.id, returnId: deriveId(intent.id, 'code-return') });
      }
      recordStep(tx, { kind: 'payment', subject: intent.id, step: 'REFUNDED', details: { refundId }, at: now() });
      endings.audit(tx, 'PAYMENT_REFUNDED', intent);
      return true;
    });
    if (!isMine) return;
    log.info('money went back', { intentId: intent.id, refundId });
    announce(core, deps, intent.orderId, taskId);
    endings.changed(endings.get(intent.id));
  };

  const refundOf = (intent: OrderIntent, order: Order, id: string, taskId: string, payment: Payment): Refund => {
    const { name } = deps.kioskOperator();
    return {
      id,
      orderId: order.id,
      shopId: payment.shopId,
      deviceId: payment.deviceId,
      taskId,
      lines: order.lines.map(({ quantityMilli, totalMinor }, line) => ({ line, quantityMilli, totalMinor })),
      totalMinor: intent.amountMinor,
      currency: order.currency,
      reason: 'other',
      comment: COMMENTS[intent.refundReason ?? 'not_served'],
      operatorName: name,
      // Nobody is asked: a service that was not given is owed for without a person.
      approvedBy: name,
      createdAt: now(),
    };
  };

  const carryOut = async (intent: OrderIntent): Promise<void> => {
    // What an attendant took an attendant gives, by the receipt of the return; a code opens another round.
    if (isAtHand(intent) && isSaleFiscal(intent.orderId)) return refunded(intent);
    if (provider?.name !== intent.provider) return;
    const wait = () => {
      const waitedMs = now() - (intent.refundDueAt ?? now());
      write((tx) => patchIntent(tx, intent.id, { nextLookAt: now() + nextLookMs('returning', waitedMs) }));
    };
    try {
      const reason = intent.refundReason ?? 'not_served';
      const { kind } = await provider.giveBack(intent, deriveId(intent.id, 'refund'), reason);
      if (kind === 'returned' && isSaleFiscal(intent.orderId)) refunded(intent);
      else wait();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn('money could not be given back yet', { intentId: intent.id, code: error.code });
      wait();
    }
  };

  const settle = async (): Promise<void> => {
    const each = async (intents: readonly OrderIntent[], work: (intent: OrderIntent) => unknown): Promise<void> => {
      for (const intent of intents) {
        try {
          await work(intent);
        } catch (error) {
          // It is tried at the next tick; the others must not wait for it.
          log.error('what money comes to could not be settled', { intentId: intent.id, error });
        }
      }
    };
    await each(listUndecided(db), decide);
    await each(listDueRefunds(db, now()), carryOut);
  };

  return {
    settle,
    giveBack: async (visitId) => {
      const visit = visits.get(visitId);
      const find = () => listVisitIntents(db, visitId, ['confirmed', 'refunded'])[0];
      const paid = find();
      if (paid === undefined || deps.isServed({ ...visit, status: 'failed' })) {
        throw new AppError('payments.illegal_transition', 'nothing of this visit is owed');
      }
      if (visit.status === 'active') visits.finish(visitId, 'failed');
      await settle();
      return find() ?? paid;
    },
  };
}
