/** Answers to headquarters' questions, composed from the replicated rows. */
import type {
  HqDevice,
  HqDevices,
  HqDevicesQuery,
  HqOrders,
  HqOrdersQuery,
  HqReceipts,
  HqShops,
  HqSummary,
} from '#shared/hq/hq.api.ts';
import { Kiosk } from '#shared/kiosk/kiosk.schema.ts';
import type { Tenant } from '../../auth/principals.ts';
import { getOrganization } from '../../auth/users.repo.ts';
import type { Db } from '../../db/db.ts';
import { countOpenAlerts } from '../alerts/alerts.repo.ts';
import { listShops } from '../devices/devices.repo.ts';
import { readKioskCard } from '../kiosk/kiosk.card.ts';
import { countOpenCases } from '../sync/sync.repo.ts';
import { countFleet, fleetCursor, listFleet } from './fleet.repo.ts';
import { countSince, countUnknown, listOfOrders, listOrders, listReceipts, readDays, readNames } from './hq.repo.ts';
import { isOnline, lastDays, ONLINE_MS, readCursor, writeCursor } from './hq.rules.ts';

const SUMMARY_DAYS = 14;
/** A row of a shop or a device that is no more keeps its id for a name. */
const nameOf = (names: ReadonlyMap<string, string>, id: string): string => names.get(id) ?? id;

/** What a kiosk says of itself; nothing of a device that is none. */
function faultsOf(fields: unknown): Pick<HqDevice, 'kiosk'> {
  if (fields === null) return {};
  const { status, lastErrorCode } = Kiosk.parse(fields);
  return { kiosk: { status, ...(lastErrorCode === undefined ? {} : { lastErrorCode }) } };
}

export type HqService = ReturnType<typeof createHqService>;

export function createHqService({ db, now }: { readonly db: Db; readonly now: () => number }) {
  async function orders(tenant: Tenant, query: HqOrdersQuery): Promise<HqOrders> {
    const { cursor, limit, ...filter } = query;
    const rows = await listOrders(db, tenant, {
      ...filter,
      limit: limit + 1,
      ...(cursor === undefined ? {} : { cursor: readCursor(cursor) }),
    });
    const page = rows.slice(0, limit);
    const [names, of] = await Promise.all([
      readNames(db, tenant),
      listOfOrders(
        db,
        tenant,
        page.map(({ fields }) => fields.id),
      ),
    ]);
    const payments = Map.groupBy(of.payments, (payment) => payment.orderId);
    const receipts = Map.groupBy(of.receipts, (record) => record.orderId);
    const refunds = Map.groupBy(of.refunds, (refund) => refund.orderId);
    const last = page.at(-1)?.fields;
    return {
      orders: page.map(({ fields: order, receivedAt }) => ({
        order,
        shopName: nameOf(names.shops, order.shopId),
        deviceName: nameOf(names.devices, order.deviceId),
        payments: payments.get(order.id) ?? [],
        receipts: receipts.get(order.id) ?? [],
        refunds: refunds.get(order.id) ?? [],
        receivedAt,
      })),
      ...(rows.length > limit && last !== undefined ? { next: writeCursor({ at: last.createdAt, id: last.id }) } : {}),
    };
  }

  async function receipts(
    tenant: Tenant,
    query: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<HqReceipts> {
    const { cursor, limit } = query;
    const rows = await listReceipts(db, tenant, {
      limit: limit + 1,
      ...(cursor === undefined ? {} : { cursor: readCursor(cursor) }),
    });
    const names = await readNames(db, tenant);
    const page = rows.slice(0, limit);
    const last = page.at(-1)?.fields;
    return {
      receipts: page.map(({ fields: record, receivedAt }) => ({
        record,
        shopName: nameOf(names.shops, record.shopId),
        deviceName: nameOf(names.devices, record.deviceId),
        receivedAt,
      })),
      ...(rows.length > limit && last !== undefined ? { next: writeCursor({ at: last.updatedAt, id: last.id }) } : {}),
    };
  }

  async function summary(tenant: Tenant): Promise<HqSummary> {
    const at = now();
    const { timeZone } = await getOrganization(db, tenant);
    const days = lastDays(timeZone, at, SUMMARY_DAYS);
    const [figures, since, unknown, openAlerts, syncCases, fleet] = await Promise.all([
      readDays(db, tenant, days),
      countSince(db, tenant, days.at(-1)?.from ?? at),
      countUnknown(db, tenant),
      countOpenAlerts(db, tenant),
      countOpenCases(db, tenant),
      countFleet(db, tenant, at - ONLINE_MS),
    ]);
    const today = figures.at(-1);
    return {
      ordersToday: since.orders,
      paidToday: today?.orders ?? 0,
      revenueTodayMinor: today?.revenueMinor ?? 0,
      receiptsToday: since.receipts,
      unknownReceipts: unknown.all,
      openAlerts,
      uncertainTasks: unknown.queued,
      syncCases,
      devicesOnline: fleet.online,
      devicesTotal: fleet.total,
      days: days.map(({ name: day }, index) => ({ day, ...(figures[index] ?? { orders: 0, revenueMinor: 0 }) })),
    };
  }

  async function devices(tenant: Tenant, { cursor, limit, ...filter }: HqDevicesQuery): Promise<HqDevices> {
    const at = now();
    const rows = await listFleet(db, tenant, {
      ...filter,
      cursor: cursor === undefined ? undefined : fleetCursor.read(cursor),
      limit: limit + 1,
      onlineSince: at - ONLINE_MS,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      serverNow: at,
      ...(rows.length > limit && last !== undefined
        ? { next: fleetCursor.write({ shop: last.shopName, name: last.device.name, id: last.device.id }) }
        : {}),
      devices: page.map(({ device, shopName, clockSkewMs, lastMid, backlog, kiosk }) => ({
        id: device.id,
        name: device.name,
        mode: device.mode,
        shopId: device.shopId,
        shopName,
        status: device.status,
        ...(device.appVersion === null ? {} : { appVersion: device.appVersion }),
        ...(device.platform === null ? {} : { platform: device.platform }),
        ...(device.lastSeenAt === null ? {} : { lastSeenAt: device.lastSeenAt }),
        online: device.status === 'active' && isOnline(device.lastSeenAt, at),
        ...(clockSkewMs === null ? {} : { clockSkewMs }),
        lastMid: lastMid ?? 0,
        ...(backlog === null
          ? {}
          : { backlog: { pending: backlog.pending, refused: backlog.refused, reportedAt: backlog.reportedAt } }),
        ...faultsOf(kiosk),
      })),
    };
  }

  async function shops(tenant: Tenant): Promise<HqShops> {
    const rows = await listShops(db, tenant);
    return { shops: rows.map(({ id, name, address }) => ({ id, name, address })) };
  }

  /** @throws AppError `kiosks.not_found`. */
  const kiosk = async (tenant: Tenant, id: string) =>
    readKioskCard(db, tenant, id, await getOrganization(db, tenant), now());

  return { orders, receipts, summary, devices, shops, kiosk };
}
