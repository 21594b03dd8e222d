/** A day of every shop: money, fiscal documents and the payment provider, one against another. */
import type { HqReconciliation, HqShopDay } from '#shared/hq/reconciliation.api.ts';
import type { Tenant } from '../../auth/principals.ts';
import { getOrganization } from '../../auth/users.repo.ts';
import type { Db } from '../../db/db.ts';
import { listShops } from '../devices/devices.repo.ts';
import { dayOf, lastDays } from '../hq/hq.rules.ts';
import { type DayRows, type PaidRow, type QueueReceipt, readDay } from './reconciliation.repo.ts';
import { type ProviderPayment, type Receipt, reconcileDay } from './reconciliation.rules.ts';

export type ReconciliationService = ReturnType<typeof createReconciliation>;

export function createReconciliation({ db, now }: { readonly db: Db; readonly now: () => number }) {
  /** @throws AppError `app.bad_input` there is no such day. */
  async function look(tenant: Tenant, wanted: string | undefined): Promise<HqReconciliation> {
    const { timeZone } = await getOrganization(db, tenant);
    const today = lastDays(timeZone, now(), 1)[0]?.name ?? '';
    const { name, from, to } = dayOf(timeZone, wanted ?? today);
    const [rows, shops] = await Promise.all([readDay(db, tenant, { from, to }), listShops(db, tenant)]);
    return {
      day: name,
      today,
      from,
      to,
      shops: shops.map((shop): HqShopDay => {
        const { differences, ...day } = reconcileDay({ from, to, ...factsOf(rows, shop.id) });
        return {
          shopId: shop.id,
          shopName: shop.name,
          ...day,
          differences: differences.map((one) => {
            const orderNumber = one.orderId === undefined ? undefined : rows.numbers.get(one.orderId);
            return { ...one, ...(orderNumber === undefined ? {} : { orderNumber }) };
          }),
        };
      }),
    };
  }

  return { look };
}

const factsOf = ({ payments, records, provider, queue }: DayRows, shopId: string) => ({
  payments: payments.filter((one) => one.shopId === shopId),
  receipts: [
    ...records.flatMap((one): Receipt[] => {
      const { id, type, orderId, status, totalMinor, createdAt, document, updatedAt } = one;
      // Of one that a person said to be printed there is no document.
      const fiscalAt = document?.fiscalAt ?? updatedAt;
      if (one.shopId !== shopId || (type !== 'sale' && type !== 'refund')) return [];
      return [{ id, type, orderId, status, totalMinor, createdAt, fiscalAt }];
    }),
    ...queue.filter((one) => one.shopId === shopId).map(fromQueue),
  ],
  provider: provider.filter((one) => one.shopId === shopId).map(fromProvider),
});

const fromQueue = ({ completedAt, ...task }: QueueReceipt): Receipt => ({
  id: task.id,
  type: task.type,
  orderId: undefined,
  status: 'done',
  totalMinor: task.totalMinor,
  createdAt: task.createdAt,
  fiscalAt: completedAt,
});

const fromProvider = (row: PaidRow): ProviderPayment => ({
  id: row.id,
  orderId: row.orderId,
  status: row.status,
  amountMinor: row.takenMinor ?? row.amountMinor,
  succeededAt: row.succeededAt,
  claimedAt: row.claimedAt,
  refundedAt: row.refundedAt,
});
