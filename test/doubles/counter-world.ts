/**
 * A shop's device without shell, register or server: the real domains over a real database, with a clock the test owns.
 * It has no register: receipts stay in the real table of the queue, where tests count them.
 */

import { Registry } from 'prom-client';
import { expect } from 'vitest';
import type { Reader } from '#main/db/db.ts';
import { createCatalogue } from '#main/domains/catalogue/catalogue.service.ts';
import { catalogueItems } from '#main/domains/catalogue/catalogue.tables.ts';
import type { FiscalQueue } from '#main/domains/fiscal/fiscal.port.ts';
import { insertTask } from '#main/domains/fiscal/fiscal.repo.ts';
import { fiscalTasks } from '#main/domains/fiscal/fiscal.tables.ts';
import { createCodes } from '#main/domains/kiosk/codes.service.ts';
import { createOrders } from '#main/domains/orders/orders.service.ts';
import { createVoids } from '#main/domains/orders/voids.service.ts';
import { createPayments, visitPayments } from '#main/domains/payments/payments.service.ts';
import type { PaymentProvider } from '#main/domains/payments/provider.ts';
import { type ApprovalNeed, createApprovals } from '#main/domains/staff/approvals.service.ts';
import { operatorOf } from '#main/domains/staff/staff.rules.ts';
import { createVisits } from '#main/domains/visits/visits.service.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { checkTask } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalTask, Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import type { ApprovalAction, StaffMember } from '#shared/staff/staff.schema.ts';
import type { Visit } from '#shared/visits/visits.schema.ts';
import { createTestCore, type TestCore } from './core-double.ts';
import { createLocalSync } from './local-sync.ts';

export const MILK: CatalogueItem = {
  id: '00000000-0000-7000-8000-000000000001',
  sku: 'MLK',
  name: 'Молоко 3,2%',
  category: 'Молочное',
  priceMinor: 8990,
  vat: 'vat10',
  paymentObject: 'commodity',
  unit: 'piece',
  favourite: true,
  active: true,
};
export const DIAGNOSTICS: CatalogueItem = {
  ...MILK,
  id: '00000000-0000-7000-8000-000000000002',
  sku: 'OBD',
  name: 'Диагностика автомобиля',
  category: 'Услуги',
  priceMinor: 48_000,
  vat: 'vat5',
  paymentObject: 'service',
  kioskService: 'diagnostics',
};

export const ANNA: StaffMember = {
  id: '00000000-0000-7000-8000-0000000000a1',
  name: 'Анна Петрова',
  vatin: '123456789047',
  role: 'cashier',
  pinVerifier: '',
  active: true,
};
export const OLGA: StaffMember = {
  ...ANNA,
  id: '00000000-0000-7000-8000-0000000000a2',
  name: 'Ольга Смирнова',
  role: 'supervisor',
};

export interface CounterWorldOptions {
  /** What its device is; a kiosk unless said. */
  readonly mode?: Mode;
  readonly provider?: PaymentProvider | undefined;
  readonly environment?: 'DEV' | 'PROD';
  /** What an earlier life of this device left: its database and its clock. */
  readonly left?: TestCore;
  /** The first life over `left`: there is nothing in it yet. */
  readonly isFresh?: boolean;
}

export type CounterWorld = ReturnType<typeof createCounterWorld>;

export function createCounterWorld({
  mode = 'kiosk',
  provider,
  environment = 'DEV',
  left,
  isFresh = left === undefined,
}: CounterWorldOptions = {}) {
  const core: TestCore = left === undefined ? createTestCore() : { ...left, metrics: new Registry() };
  const sync = createLocalSync(core, mode);
  for (const fields of isFresh ? [MILK, DIAGNOSTICS] : []) {
    core.db.insert(catalogueItems).values({ id: fields.id, scope: 'shop:1', ver: 1, fields }).run();
  }
  /** What the test turns: who stands at the till, is there a register, does its queue fail. */
  const state: {
    cashier: StaffMember | undefined;
    register: string | undefined;
    queueFails: boolean;
    /** Where approvals of a real staff domain are looked up, in place of this world's own. */
    requireApproval?: (need: ApprovalNeed) => Operator;
    /** Whether an ended visit was given its service; a completed one was, unless said. */
    isServed?: (visit: Visit) => boolean;
    /** The photo that an order of a visit is made with. */
    imageOf?: (db: Reader, visitId: string) => string | undefined;
    /** What the codes of this kiosk are hashed under. */
    codeKey: string | undefined;
    isOnline: boolean;
    /** The server's timeline. */
    epoch: string | null;
    pulledAt: number | undefined;
    /** What a pull brings. */
    onPull?: () => void;
  } = {
    cashier: ANNA,
    register: 'fd-1',
    queueFails: false,
    codeKey: 'ab'.repeat(32),
    isOnline: false,
    epoch: 'before',
    pulledAt: undefined,
  };
  const fiscal: FiscalQueue = {
    fiscalDeviceId: () => {
      if (state.register === undefined) throw new AppError('fiscal.register_not_configured', 'no register');
      return state.register;
    },
    taxationSystem: () => 'usn_income',
    enqueue: (tx, task) => {
      expect(checkTask(task)).toEqual([]);
      insertTask(tx, task, 'device', core.now());
      if (state.queueFails) throw new Error('the disk is full');
    },
    wake: () => undefined,
  };
  const approvals = createApprovals(core);
  const requireApproval = (need: ApprovalNeed): Operator =>
    state.requireApproval?.(need) ?? approvals.require(state.cashier, need);
  const operator = () => {
    if (!state.cashier) throw new AppError('staff.not_signed_in', 'nobody is signed in at this device');
    return operatorOf(state.cashier);
  };
  const catalogue = createCatalogue(core);
  const visits = createVisits(core, { sync, ttlMs: 3_600_000, payments: visitPayments });
  const orders = createOrders(core, { sync, catalogue, shop: () => ({ timeZone: 'Europe/Moscow', currency: 'RUB' }) });
  const payments = createPayments(core, {
    sync,
    fiscal,
    orders,
    visits,
    operator,
    requireApproval,
    discountLimitPercent: 10,
    kioskOperator: () => ({ name: 'Киоск 1' }),
    provider,
    isServed: (visit) => state.isServed?.(visit) ?? visit.status === 'completed',
    imageOf: (db, visitId) => state.imageOf?.(db, visitId),
    codes: createCodes(core, {
      sync,
      deviceId: () => sync.writer().deviceId,
      key: async () => state.codeKey,
      pull: async () => {
        if (!state.isOnline) return false;
        state.onPull?.();
        state.pulledAt = core.now();
        return true;
      },
      lastPullAt: () => state.pulledAt,
    }),
    staff: {
      list: () => [ANNA, OLGA],
      vouch: async (id, pin) => {
        const member = [ANNA, OLGA].find((one) => one.id === id);
        if (member === undefined || pin !== '1234') throw new AppError('staff.pin_wrong', 'wrong PIN');
        return operatorOf(member);
      },
    },
    isOnline: () => state.isOnline,
    epoch: () => state.epoch,
    environment,
  });

  const voids = createVoids(core, {
    operator,
    requireApproval,
    voidLimitMinor: 100_000,
  });

  return {
    core,
    sync,
    state,
    catalogue,
    visits,
    orders,
    payments,
    voids,
    /** The supervisor consents; answers the id of the approval. */
    approve: (action: ApprovalAction, subject: string): string =>
      approvals.grant(OLGA, ANNA, action, subject).approvalId,
    /** The receipts that wait for the register. */
    receipts: (): FiscalTask[] =>
      core.db
        .select({ task: fiscalTasks.task })
        .from(fiscalTasks)
        .orderBy(fiscalTasks.seq)
        .all()
        .map(({ task }) => task),
    count: (table: 'orders' | 'payments' | 'refunds' | 'payment_intents' | 'fiscal_tasks'): number =>
      Number(core.db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get()),
    /** Values of a metric by its labels, as `{status=confirmed,env=DEV}`. */
    metric: async (name: string): Promise<Record<string, number>> =>
      Object.fromEntries(
        ((await core.metrics.getSingleMetric(name)?.get())?.values ?? []).map(({ labels, value }) => [
          Object.values(labels).join(' '),
          value,
        ]),
      ),
  };
}
