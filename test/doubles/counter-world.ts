/**
 * A shop's device without shell, register or server: the real domains over a real database, with a clock the test owns.
 * Its register has no driver, so receipts stay in the real queue, where tests count them.
 */

import { createCatalogue } from '#main/domains/catalogue/catalogue.service.ts';
import { catalogueItems } from '#main/domains/catalogue/catalogue.tables.ts';
import type { FiscalQueue } from '#main/domains/fiscal/fiscal.port.ts';
import { createFiscalService } from '#main/domains/fiscal/fiscal.service.ts';
import { fiscalTasks } from '#main/domains/fiscal/fiscal.tables.ts';
import { createOrders } from '#main/domains/orders/orders.service.ts';
import { createPayments, visitPayments } from '#main/domains/payments/payments.service.ts';
import type { PaymentProvider } from '#main/domains/payments/provider.ts';
import { createVisits } from '#main/domains/visits/visits.service.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { FiscalTask, Operator } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { createTestCore } from './core-double.ts';
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

export interface CounterWorldOptions {
  /** What its device is; a kiosk unless said. */
  readonly mode?: Mode;
  readonly provider?: PaymentProvider | undefined;
  readonly environment?: 'DEV' | 'PROD';
}

export type CounterWorld = ReturnType<typeof createCounterWorld>;

export function createCounterWorld({ mode = 'kiosk', provider, environment = 'DEV' }: CounterWorldOptions = {}) {
  const core = createTestCore();
  const sync = createLocalSync(core, mode);
  for (const fields of [MILK, DIAGNOSTICS]) {
    core.db.insert(catalogueItems).values({ id: fields.id, scope: 'shop:1', ver: 1, fields }).run();
  }
  /** What the test turns: who stands at the till, is there a register, does its queue fail. */
  const state: { cashier: Operator | undefined; register: string | undefined; queueFails: boolean } = {
    cashier: { name: 'Анна Петрова', vatin: '123456789047' },
    register: 'fd-1',
    queueFails: false,
  };
  const realQueue = createFiscalService({
    core,
    sync,
    openRegister: undefined,
    address: () => undefined,
    fiscalDeviceId: () => state.register,
    taxationSystem: () => 'usn_income',
    intervalMs: 1000,
    statusIntervalMs: 1000,
  });
  const fiscal: FiscalQueue = {
    ...realQueue,
    enqueue: (tx, task) => {
      realQueue.enqueue(tx, task);
      if (state.queueFails) throw new Error('the disk is full');
    },
    wake: () => undefined,
  };
  const catalogue = createCatalogue(core);
  const visits = createVisits(core, { sync, ttlMs: 3_600_000, payments: visitPayments });
  const orders = createOrders(core, { sync, catalogue, shop: () => ({ timeZone: 'Europe/Moscow', currency: 'RUB' }) });
  const payments = createPayments(core, {
    sync,
    fiscal,
    orders,
    visits,
    operator: () => {
      if (!state.cashier) throw new AppError('staff.not_signed_in', 'nobody is signed in at this device');
      return state.cashier;
    },
    kioskOperator: () => ({ name: 'Киоск 1' }),
    provider,
    environment,
  });

  return {
    core,
    sync,
    state,
    catalogue,
    visits,
    orders,
    payments,
    /** The receipts that wait for the register. */
    receipts: (): FiscalTask[] =>
      core.db
        .select({ task: fiscalTasks.task })
        .from(fiscalTasks)
        .orderBy(fiscalTasks.seq)
        .all()
        .map(({ task }) => task),
    count: (table: 'orders' | 'payments' | 'payment_intents' | 'fiscal_tasks'): number =>
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
