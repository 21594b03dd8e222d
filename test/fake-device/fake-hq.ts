/** The sync server's REST as the headquarters pages see it: a few answers to look at. */
import type { HqDevices, HqOrders, HqReceipts, HqShops, HqSummary, Me } from '#shared/hq/hq.api.ts';
import { catalogue, DEVICE_ID, fakeId, ORGANIZATION_ID, SHOP_ID, shop } from './data.ts';

const me: Me = {
  id: fakeId(400),
  name: 'А. Петрова',
  email: 'petrova@example.ru',
  roles: ['hq_admin', 'partner'],
  organization: { id: ORGANIZATION_ID, name: shop.organizationName, timeZone: shop.timeZone },
};

const ORDERS = [31, 34, 28, 36, 40, 38, 47, 43, 36, 41, 50, 45, 54, 52];

function orders(now: number): HqOrders {
  const statuses = ['paid', 'awaiting_payment', 'fulfilled', 'refunded'] as const;
  return {
    orders: Array.from({ length: 24 }, (_, n) => {
      const item = catalogue[n % catalogue.length];
      if (!item) throw new Error('the catalogue is empty');
      const createdAt = now - n * 7 * 60_000;
      const status = statuses[n % 5 === 1 ? 1 : n % 7 === 3 ? 3 : n % 2 === 0 ? 0 : 2] ?? 'paid';
      const paid = status !== 'awaiting_payment';
      return {
        order: {
          id: fakeId(500 + n),
          shopId: SHOP_ID,
          deviceId: DEVICE_ID,
          number: `${n % 3 === 0 ? 'K' : 'C'}-${String(447 - n).padStart(4, '0')}`,
          origin: n % 3 === 0 ? 'kiosk' : 'cashier',
          status,
          printStatus: 'none',
          lines: [
            {
              itemId: item.id,
              name: item.name,
              priceMinor: item.priceMinor,
              quantityMilli: 1000,
              totalMinor: item.priceMinor,
              vat: item.vat,
              paymentObject: item.paymentObject,
              unit: item.unit,
            },
          ],
          totalMinor: item.priceMinor,
          currency: 'RUB',
          createdAt,
          ...(paid ? { paidAt: createdAt + 30_000 } : {}),
        },
        shopName: shop.name,
        deviceName: n % 3 === 0 ? 'Киоск 1' : 'Касса 2',
        payments: [],
        receipts: [],
        receivedAt: createdAt + (n % 6 === 0 ? 3_600_000 : 900),
      };
    }),
  };
}

function devices(now: number): HqDevices {
  const names = ['Киоск 1', 'Касса 2', 'Менеджер 1', 'Киоск 4'];
  return {
    serverNow: now,
    devices: names.map((name, n) => ({
      id: n === 0 ? DEVICE_ID : fakeId(600 + n),
      name,
      mode: (['kiosk', 'cashier', 'manager', 'kiosk'] as const)[n] ?? 'kiosk',
      shopId: SHOP_ID,
      shopName: shop.name,
      status: 'active' as const,
      appVersion: '0.1.0',
      platform: 'linux-x64',
      lastSeenAt: now - n * n * 600_000,
      online: n === 0,
      clockSkewMs: n * 120,
      lastMid: 40 * n,
    })),
  };
}

const summary = (now: number): HqSummary => ({
  ordersToday: 52,
  paidToday: 47,
  revenueTodayMinor: 4_812_500,
  receiptsToday: 46,
  unknownReceipts: 1,
  devicesOnline: 1,
  devicesTotal: 4,
  days: ORDERS.map((count, n) => ({
    day: new Date(now - (13 - n) * 86_400_000).toISOString().slice(0, 10),
    orders: count,
    revenueMinor: count * 92_000,
  })),
});

/** Undefined for an address that is not the server's. */
export function fakeHq(method: string, url: URL, now: number): { status: number; body: unknown } | undefined {
  const shops: HqShops = { shops: [{ id: SHOP_ID, name: shop.name, address: shop.address }] };
  const receipts: HqReceipts = { receipts: [] };
  switch (`${method} ${url.pathname}`) {
    case 'GET /auth/me':
    case 'POST /auth/sign-in':
      return { status: 200, body: me };
    case 'POST /auth/sign-out':
      return { status: 204, body: null };
    case 'GET /hq/orders':
      return { status: 200, body: orders(now) };
    case 'GET /hq/summary':
      return { status: 200, body: summary(now) };
    case 'GET /hq/devices':
      return { status: 200, body: devices(now) };
    case 'GET /hq/shops':
      return { status: 200, body: shops };
    case 'GET /hq/receipts':
      return { status: 200, body: receipts };
    default:
      return undefined;
  }
}
