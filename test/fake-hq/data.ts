/** Two shops of one organisation, as headquarters would see a busy day. Plausible names and sums, nothing real. */
import { fiscalQr } from '#shared/fiscal/fiscal.rules.ts';
import type { FiscalRecord } from '#shared/fiscal/fiscal.schema.ts';
import type { HqDevice, HqOrder, HqReceipts, HqShops, HqSummary, Me } from '#shared/hq/hq.api.ts';
import { lineTotal, sumMinor } from '#shared/kernel/money.ts';
import type { OrderStatus } from '#shared/orders/orders.schema.ts';

export const fakeId = (n: number): string => `01940000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const me: Me = {
  id: fakeId(1),
  name: 'Анна Петрова',
  email: 'petrova@example.ru',
  roles: ['hq_admin'],
  organization: { id: fakeId(2), name: 'ООО «Лесной»', timeZone: 'Europe/Moscow' },
};

export const shops: HqShops['shops'] = [
  { id: fakeId(10), name: 'Автомаркет на Лесной', address: 'Москва, Лесная ул., 12' },
  { id: fakeId(11), name: 'ТЦ «Вокзал»', address: 'Химки, Привокзальная пл., 1' },
];
const shop = (n: number) => shops[n % shops.length] ?? { id: '', name: '', address: '' };

export const devices = (now: number): HqDevice[] => [
  device(0, 'Касса 2', 'cashier', 0, now, { online: true, lastSeenAt: now - 12_000, clockSkewMs: 140 }),
  device(1, 'Киоск у входа', 'kiosk', 0, now, { online: true, lastSeenAt: now - 31_000, clockSkewMs: 186_000 }),
  device(2, 'Киоск 4', 'kiosk', 1, now, { lastSeenAt: now - 21 * 60_000, clockSkewMs: -60 }),
  device(3, 'Дарья, выезд', 'manager', 1, now, { lastSeenAt: now - 2 * 86_400_000, appVersion: '0.0.9' }),
  { id: fakeId(104), name: 'Касса 5', mode: 'cashier', ...placeOf(1), status: 'pending', online: false, lastMid: 0 },
  device(5, 'Старая касса', 'cashier', 0, now, { status: 'revoked', lastSeenAt: now - 40 * 86_400_000 }),
];

const placeOf = (n: number) => ({ shopId: shop(n).id, shopName: shop(n).name });

function device(
  n: number,
  name: string,
  mode: HqDevice['mode'],
  at: number,
  now: number,
  rest: Partial<HqDevice>,
): HqDevice {
  return {
    id: fakeId(100 + n),
    name,
    mode,
    ...placeOf(at),
    status: 'active',
    appVersion: '0.1.0',
    platform: 'win32-x64',
    lastSeenAt: now,
    online: false,
    lastMid: 40 + n,
    ...rest,
  };
}

const GOODS = [
  ['Масло моторное 5W-30, 4 л', 289_000, 1000],
  ['Диагностика автомобиля', 48_000, 1000],
  ['Фильтр масляный MANN W 719/45', 64_000, 1000],
  ['Салфетки из микрофибры', 14_900, 3000],
  ['Работа слесаря, час', 180_000, 1500],
  ['Фото с печатью', 25_000, 1000],
] as const;

const STATUSES: readonly OrderStatus[] = [
  'paid',
  'awaiting_payment',
  'fulfilled',
  'paid',
  'refunded',
  'fulfilled',
  'paid',
];

function record(
  n: number,
  fields: Pick<FiscalRecord, 'type' | 'status' | 'totalMinor' | 'createdAt'> & { orderId?: string },
) {
  const fn = '9999078900005419';
  const made: FiscalRecord = {
    id: fakeId(3000 + n),
    fiscalDeviceId: 'kkt-1',
    deviceId: fakeId(100),
    shopId: shop(n).id,
    operator: { name: n % 3 === 0 ? 'Киоск' : 'Иванов И.' },
    updatedAt: fields.createdAt + 2000,
    ...fields,
  };
  if (fields.status === 'error') return { ...made, errorText: 'Нет бумаги (код 44)' };
  if (fields.status !== 'done') return made;
  const at = new Date(fields.createdAt + 3 * 3_600_000);
  const document = {
    fiscalDocumentNumber: 2400 - n,
    fiscalSign: String(1_008_251_598 + n * 7919),
    fnNumber: fn,
    registrationNumber: '0001234567012345',
    kktSerial: '00106700000001',
    shiftNumber: 118,
    fiscalAt: fields.createdAt,
    totalMinor: fields.totalMinor,
    shiftAutoOpened: false,
    printed: true,
  };
  if (fields.type !== 'sale' && fields.type !== 'refund') return { ...made, document };
  const qr = fiscalQr({
    wallTime: {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
    },
    totalMinor: fields.totalMinor,
    fnNumber: fn,
    fiscalDocumentNumber: document.fiscalDocumentNumber,
    fiscalSign: document.fiscalSign,
    kind: fields.type === 'sale' ? 'sell' : 'sell_return',
  });
  return { ...made, document: { ...document, qr } };
}

/** The `n`-th order back from now; 0 is the newest. */
export function order(n: number, now: number): HqOrder {
  const createdAt = now - 90_000 - n * 11 * 60_000;
  const id = fakeId(1000 + n);
  const status = STATUSES[n % STATUSES.length] ?? 'paid';
  const isKiosk = n % 3 === 0;
  const lines = Array.from({ length: 1 + (n % 3) }, (_, index) => {
    const [name, priceMinor, quantityMilli] = GOODS[(n + index) % GOODS.length] ?? GOODS[0];
    return {
      name,
      priceMinor,
      quantityMilli,
      totalMinor: lineTotal(priceMinor, quantityMilli),
      vat: 'vat22' as const,
      paymentObject: 'commodity' as const,
      unit: 'piece' as const,
    };
  });
  const totalMinor = sumMinor(lines.map((line) => line.totalMinor));
  const isPaid = status !== 'awaiting_payment';
  const method: HqOrder['payments'][number]['method'] = isKiosk ? 'psp' : n % 2 === 0 ? 'card' : 'cash';
  const payment = (kind: 'payment' | 'refund', confirmedAt: number) => ({
    id: fakeId(2000 + n * 2 + (kind === 'refund' ? 1 : 0)),
    orderId: id,
    shopId: shop(n).id,
    deviceId: fakeId(100),
    kind,
    method,
    provider: isKiosk ? ('dev' as const) : ('cashdesk' as const),
    amountMinor: totalMinor,
    currency: 'RUB' as const,
    confirmedAt,
  });
  const sale = n === 2 ? 'unknown' : n === 5 ? 'error' : n === 0 ? 'in_progress' : 'done';
  return {
    order: {
      id,
      shopId: shop(n).id,
      deviceId: fakeId(100),
      number: `${isKiosk ? 'K' : 'C'}-${String(447 - n).padStart(4, '0')}`,
      origin: isKiosk ? 'kiosk' : 'cashier',
      status,
      printStatus: 'none',
      lines,
      totalMinor,
      currency: 'RUB',
      ...(isKiosk ? {} : { operatorName: 'Иванов И.' }),
      createdAt,
      ...(isPaid ? { paidAt: createdAt + 30_000 } : {}),
    },
    shopName: shop(n).name,
    deviceName: isKiosk ? 'Киоск у входа' : 'Касса 2',
    payments: !isPaid
      ? []
      : status === 'refunded'
        ? [payment('payment', createdAt + 30_000), payment('refund', createdAt + 600_000)]
        : [payment('payment', createdAt + 30_000)],
    receipts: !isPaid
      ? []
      : [
          record(n, { type: 'sale', status: sale, totalMinor, createdAt: createdAt + 31_000, orderId: id }),
          ...(status === 'refunded'
            ? [
                record(500 + n, {
                  type: 'refund',
                  status: 'done',
                  totalMinor,
                  createdAt: createdAt + 601_000,
                  orderId: id,
                }),
              ]
            : []),
        ],
    refunds:
      status === 'refunded'
        ? [
            {
              id: `f0000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
              orderId: id,
              shopId: shop(n).id,
              deviceId: 'd',
              taskId: 't',
              lines: lines.map(({ quantityMilli, totalMinor: minor }, line) => ({
                line,
                quantityMilli,
                totalMinor: minor,
              })),
              totalMinor,
              currency: 'RUB' as const,
              reason: 'defective' as const,
              comment: 'Не держит заряд',
              operatorName: 'Иванов И.',
              approvedBy: 'Анна Петрова',
              createdAt: createdAt + 600_000,
            },
          ]
        : [],
    receivedAt: createdAt + (n % 4 === 3 ? 4 * 60_000 + 9000 : n === 6 ? 62 * 60_000 : 900),
  };
}

export const receipts = (orders: readonly HqOrder[], now: number): HqReceipts['receipts'] =>
  [
    ...orders.flatMap((one) =>
      one.receipts.map((made) => ({
        record: made,
        shopName: one.shopName,
        deviceName: one.deviceName,
        receivedAt: one.receivedAt,
      })),
    ),
    {
      record: record(900, { type: 'open_shift', status: 'done', totalMinor: 0, createdAt: now - 5 * 3_600_000 }),
      shopName: shop(0).name,
      deviceName: 'Касса 2',
      receivedAt: now - 5 * 3_600_000,
    },
  ].toSorted((a, b) => b.record.createdAt - a.record.createdAt);

const DAYS = [19, 27, 13, 34, 46, 43, 63, 54, 40, 51, 69, 58, 80, 47];

export const summary = (orders: readonly HqOrder[], known: readonly HqDevice[], now: number): HqSummary => ({
  ordersToday: orders.length === 0 ? 0 : 52,
  paidToday: orders.length === 0 ? 0 : 47,
  revenueTodayMinor: orders.length === 0 ? 0 : 4_812_500,
  receiptsToday: orders.length === 0 ? 0 : 46,
  unknownReceipts: orders.flatMap((one) => one.receipts).filter((made) => made.status === 'unknown').length,
  openAlerts: 0,
  uncertainTasks: 0,
  syncCases: 0,
  devicesOnline: known.filter((one) => one.online).length,
  devicesTotal: known.filter((one) => one.status !== 'revoked').length,
  days: DAYS.map((count, n) => ({
    day: new Date(now - (13 - n) * 86_400_000).toISOString().slice(0, 10),
    orders: orders.length === 0 ? 0 : count,
    revenueMinor: orders.length === 0 ? 0 : count * 92_000,
  })),
});
