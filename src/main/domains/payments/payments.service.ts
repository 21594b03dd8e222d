/**
 * The story of paying, told once: at the desk (`desk.service.ts`, `refunds.service.ts`) and at a kiosk (`intents.service.ts`).
 *
 * Composition: `createVisits` with `payments: visitPayments`, then `createOrders`, then
 * `createPayments(core, { sync, fiscal, orders, visits, operator: () => staff.operator(), kioskOperator, provider, environment })`
 * where `provider` is `createYooKassa`, or in DEV `createDevProvider(config.payments.dev)`; then
 * `createPaymentWatch(payments, { intervalMs, log })`: its first `tick()` comes before that of the visit expiry, so that
 * money which came while the device was off is seen first; then `start()`.
 */
import type { Core, Logger, Loop } from '#main/core.ts';
import type { Reader } from '#main/db/db.ts';
import type { VisitFacts } from '#main/domains/visits/resume.service.ts';
import type { VisitPayments } from '#main/domains/visits/visits.service.ts';
import { createLoop } from '#main/loop.ts';
import { createDesk, type Desk, type DeskDeps } from './desk.service.ts';
import { createIntents, type IntentDeps, type IntentService } from './intents.service.ts';
import { listVisitIntents } from './payments.repo.ts';
import { createRefunds, type Refunds } from './refunds.service.ts';

export type PaymentService = Desk & Refunds & IntentService;
export type PaymentDeps = DeskDeps & IntentDeps;

export const createPayments = (core: Core, deps: PaymentDeps): PaymentService => ({
  ...createDesk(core, deps),
  ...createRefunds(core, deps),
  ...createIntents(core, deps),
});

export interface PaymentWatchOptions {
  readonly intervalMs: number;
  readonly log: Logger;
}

/** Sees money come and time run out while no screen asks. */
export const createPaymentWatch = (
  payments: Pick<PaymentService, 'settlePending'>,
  { intervalMs, log }: PaymentWatchOptions,
): Loop => createLoop({ name: 'payment-watch', intervalMs, log, run: () => payments.settlePending() });

/** What a visit needs to know of its money: read from the rows, so it needs no service and no order of construction. */
export const visitPayments: VisitPayments = {
  pendingUntil: (db, visitId) => {
    const ends = listVisitIntents(db, visitId, ['pending']).map(({ expiresAt }) => expiresAt);
    return ends.length === 0 ? undefined : Math.max(...ends);
  },
  isPaid: (db, visitId) => listVisitIntents(db, visitId, ['confirmed', 'refunded']).length > 0,
};

export { countOwedRefunds } from './payments.repo.ts';

/** How a visit stands with its money, for a screen that takes it up again. */
export function visitMoney(db: Reader, visitId: string): VisitFacts['money'] {
  const paid = listVisitIntents(db, visitId, ['confirmed']).find(({ outcome }) => outcome !== 'refund');
  if (paid !== undefined) return { kind: 'paid', orderId: paid.orderId, at: paid.confirmedAt ?? paid.createdAt };
  return listVisitIntents(db, visitId, ['pending']).length > 0 ? { kind: 'paying' } : { kind: 'none' };
}

/** Is a service due for the money of a visit? Not when it goes back, or has gone. */
export const isServiceDue = (db: Reader, visitId: string): boolean =>
  listVisitIntents(db, visitId, ['confirmed']).some(({ outcome }) => outcome !== 'refund');
