/** What a sale and a return have in common: money that moved now, here, and telling those who wait for it. */
import type { Core } from '#main/core.ts';
import type { FiscalQueue } from '#main/domains/fiscal/fiscal.port.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';

/** Money that moved now, for this order, on this device. */
export function moved(
  { now }: Pick<Core, 'now'>,
  sync: Pick<SyncPort, 'writer'>,
  order: Pick<Order, 'id' | 'currency'>,
  facts: Pick<Payment, 'id' | 'kind' | 'method' | 'provider' | 'amountMinor' | 'refundOf' | 'refundId'>,
): Payment {
  const { shopId, deviceId } = sync.writer();
  return { ...facts, orderId: order.id, shopId, deviceId, currency: order.currency, confirmedAt: now() };
}

/** After the transaction: sync and register have work, screens re-read. */
export function announce(
  { changes }: Pick<Core, 'changes'>,
  { sync, fiscal }: { readonly sync: Pick<SyncPort, 'wake'>; readonly fiscal: Pick<FiscalQueue, 'wake'> },
  orderId: string,
  taskId: string,
): void {
  sync.wake();
  fiscal.wake();
  changes.emit({ collection: 'orders', ids: [orderId] });
  changes.emit({ collection: 'payments', ids: [orderId] });
  changes.emit({ collection: 'fiscal', ids: [taskId] });
}
