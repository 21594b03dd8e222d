/**
 * Orders: what was asked for and what it costs. Money and receipts are the payments domain's story; it takes from here
 * the order it is told for.
 *
 * Composition: `createOrders(core, { sync, catalogue, shop })`.
 */

import type { Core } from '#main/core.ts';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { CatalogueService } from '#main/domains/catalogue/catalogue.service.ts';
import type { SyncPort } from '#main/sync/sync.port.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';
import type { FiscalDocument } from '#shared/fiscal/fiscal.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { ONE, sumMinor } from '#shared/kernel/money.ts';
import type { Discount, Order, OrderCustomer, OrderLine } from '#shared/orders/orders.schema.ts';
import type { OrderDetails } from '#shared/rpc/orders.contract.ts';
import type { CartLine } from '#shared/rpc/payments.contract.ts';
import { VisitKind } from '#shared/visits/visits.schema.ts';
import { findLastNumber, findOrder, listRecentOrders, withDetails } from './orders.repo.ts';
import { dayStart, lineOf, nextNumber, priceLines, readSaleWords } from './orders.rules.ts';
import { findReceiptOrderId, searchOrders } from './orders.search.repo.ts';

export interface OrderDeps {
  readonly sync: SyncPort;
  readonly catalogue: Pick<CatalogueService, 'itemsOf' | 'services' | 'serviceOf'>;
  /** The shop of this device. Throws `device.not_enrolled`. */
  readonly shop: () => Pick<Shop, 'timeZone' | 'currency'>;
}

export interface OrderDraft {
  readonly id: string;
  readonly origin: Order['origin'];
  readonly lines: readonly OrderLine[];
  readonly visitId?: string;
  readonly customer?: OrderCustomer | undefined;
  /** The photo that is to be printed once it is paid for. */
  readonly imageId?: string | undefined;
  readonly operatorName?: string;
  readonly discountApprovedBy?: string | undefined;
}

export interface OrderService {
  /** Throws `orders.not_found`. */
  get(id: string): OrderDetails;
  /** Newest first. `text` narrows; empty lists all. */
  recent(limit: number, text?: string): OrderDetails[];
  /** The order of a fiscal document of this shop; null when none is known. */
  findByReceipt(receipt: Pick<FiscalDocument, 'fnNumber' | 'fiscalDocumentNumber' | 'fiscalSign'>): OrderDetails | null;
  find(db: Reader, id: string): Order | undefined;
  /**
   * The lines of a cart at the catalogue's prices, less their discounts and their shares of the receipt's. Throws
   * `catalogue.item_not_found`, and `app.bad_input` with the path of a discount that is more than what it comes off.
   */
  priceCart(db: Reader, cart: readonly CartLine[], discount?: Discount): readonly OrderLine[];
  /** The line of a kiosk's service at the catalogue's price. Throws `catalogue.item_not_found`. */
  serviceLine(db: Reader, kind: VisitKind): OrderLine;
  /**
   * A line at an amount that somebody else decided (minor units). `service` is a kind of visit, whose item then gives the
   * name and the tax, or any text; the item of `kind` gives what the text does not say.
   */
  customLine(kind: VisitKind, service: string | undefined, amountMinor: number): OrderLine;
  /**
   * Places an order that awaits its money, in the caller's transaction: numbers it and sums it up. Throws `orders.empty`
   * when there is nothing to pay for, and what `order.place` refuses.
   */
  place(tx: WriteTx, draft: OrderDraft): Order;
}

export function createOrders(core: Pick<Core, 'db' | 'now'>, { sync, catalogue, shop }: OrderDeps): OrderService {
  const { db, now } = core;
  return {
    get: (id) => {
      const order = findOrder(db, id);
      const [details] = order ? withDetails(db, [order]) : [];
      if (!details) throw new AppError('orders.not_found', `no order ${id}`);
      return details;
    },
    recent: (limit, text = '') =>
      withDetails(db, text === '' ? listRecentOrders(db, limit) : searchOrders(db, readSaleWords(text), limit)),
    findByReceipt: (receipt) => {
      const orderId = findReceiptOrderId(db, receipt);
      const order = orderId === undefined ? undefined : findOrder(db, orderId);
      return (order && withDetails(db, [order])[0]) ?? null;
    },
    find: findOrder,
    priceCart: (reader, cart, discount) =>
      priceLines(
        cart,
        catalogue.itemsOf(
          reader,
          cart.map(({ itemId }) => itemId),
        ),
        discount,
      ),
    serviceLine: (reader, kind) => {
      const item = catalogue.serviceOf(reader, kind);
      return { ...lineOf(item), quantityMilli: ONE, totalMinor: item.priceMinor };
    },
    customLine: (kind, service, amountMinor) => {
      const asked = VisitKind.safeParse(service);
      const wanted = asked.data ?? kind;
      const item = catalogue.services().find(({ kioskService }) => kioskService === wanted);
      const isNamed = service !== undefined && !asked.success;
      return {
        ...(item ? lineOf(item) : { vat: 'none', paymentObject: 'service', unit: 'piece' }),
        name: isNamed ? service : (item?.name ?? wanted),
        priceMinor: amountMinor,
        quantityMilli: ONE,
        totalMinor: amountMinor,
      };
    },
    place: (tx, { id, origin, lines, visitId, customer, imageId, operatorName, discountApprovedBy }) => {
      const { shopId, deviceId } = sync.writer();
      const { timeZone, currency } = shop();
      const totalMinor = sumMinor(lines.map((line) => line.totalMinor));
      if (totalMinor === 0) throw new AppError('orders.empty', 'there is nothing to pay for');
      const createdAt = now();
      const order: Order = {
        id,
        shopId,
        deviceId,
        number: nextNumber(origin, findLastNumber(tx, deviceId, dayStart(createdAt, timeZone))),
        origin,
        status: 'awaiting_payment',
        printStatus: 'none',
        lines: [...lines],
        totalMinor,
        currency,
        createdAt,
        ...(visitId === undefined ? {} : { visitId }),
        ...(customer === undefined ? {} : { customer }),
        ...(imageId === undefined ? {} : { imageId }),
        ...(operatorName === undefined ? {} : { operatorName }),
        ...(discountApprovedBy === undefined ? {} : { discountApprovedBy }),
      };
      sync.mutate(tx, 'order.place', { order });
      return order;
    },
  };
}
