/** Devices and cases of the synchronisation page of the fake server. */
import type { HqDevice } from '#shared/hq/hq.api.ts';
import {
  type HqFieldConflict,
  HqFieldConflictsQuery,
  type HqSyncCase,
  HqSyncCasesQuery,
  type HqSyncDevice,
  SettleSyncCase,
} from '#shared/hq/sync.api.ts';
import { fakeId } from './data.ts';
import type { HqAnswer, HqRequest } from './fake-hq.ts';

const MINUTE = 60_000;

const deviceOf = (one: HqDevice, n: number, now: number): HqSyncDevice => ({
  id: one.id,
  name: one.name,
  mode: one.mode,
  shopName: one.shopName,
  status: one.status,
  ...(one.lastSeenAt === undefined ? {} : { lastSeenAt: one.lastSeenAt }),
  online: one.online,
  incarnation: one.status === 'pending' ? 0 : 1 + (n % 3),
  lastMid: one.lastMid,
  ...(one.clockSkewMs === undefined ? {} : { clockSkewMs: one.clockSkewMs }),
  ...(one.status === 'pending'
    ? {}
    : {
        backlog: {
          pending: n % 2 === 0 ? 0 : n * 37,
          refused: n === 1 ? 2 : 0,
          ...(n % 2 === 0 ? {} : { oldestAt: now - n * 47 * MINUTE }),
          ...(n === 3 ? { blobs: 6 } : {}),
          reportedAt: (one.lastSeenAt ?? now) - 4000,
        },
      }),
});

const casesOf = (devices: readonly HqDevice[], now: number): HqSyncCase[] => {
  const device = (n: number) => devices[n % Math.max(1, devices.length)];
  const shared = (n: number) => ({
    id: fakeId(7000 + n),
    deviceId: device(n)?.id ?? fakeId(1),
    deviceName: device(n)?.name ?? '',
    mid: 380 - n,
    at: now - (n * n + 1) * 9 * MINUTE,
  });
  return [
    {
      ...shared(0),
      kind: 'refused',
      code: 'orders.illegal_transition',
      message: 'an order that is paid cannot become cancelled',
      change: { name: 'order.advance', fact: false, orderId: fakeId(4), subject: 'C-0431', to: 'cancelled' },
      body: JSON.stringify({ id: fakeId(4), to: 'cancelled' }),
      read: { at: now - 3 * MINUTE, by: 'Иванов И.', isRetried: false },
    },
    {
      ...shared(1),
      kind: 'anomaly',
      change: { name: 'fiscal.report', fact: true, subject: 'C-0430' },
      anomaly: 'two_fiscal_documents',
      details: {
        taskId: fakeId(9),
        first: { fnNumber: '9999078900005419', fiscalDocumentNumber: 1042, fiscalSign: '2284175391' },
        second: { fnNumber: '9999078900005419', fiscalDocumentNumber: 1043, fiscalSign: '1190345772' },
      },
    },
    {
      ...shared(2),
      kind: 'anomaly',
      change: { name: 'payment.settle', fact: true, subject: 'K-0118' },
      anomaly: 'payment_without_order',
      details: { orderId: fakeId(5), orderStatus: 'cancelled', paymentIds: [fakeId(6)] },
    },
    {
      ...shared(3),
      kind: 'parked',
      code: 'app.internal',
      message: 'failed 5 times',
      change: { name: 'order.place', fact: false, subject: 'K-0119', amountMinor: 64_000, by: 'Иванов И.' },
      body: JSON.stringify({ order: { id: fakeId(8), number: 'K-0119', totalMinor: 64_000 } }),
    },
  ];
};

const conflictsOf = (now: number): HqFieldConflict[] => {
  const phone = (value: string, by: string, ago: number) => ({
    value,
    by,
    deviceName: 'Ноутбук',
    at: now - ago * MINUTE,
  });
  return [
    {
      id: `${fakeId(7100)}.phone`,
      entityType: 'client',
      entityId: fakeId(7100),
      name: 'Кузнецова Мария',
      field: 'phone',
      at: now - 12 * MINUTE,
      kept: phone('+79161234567', 'Вера Орлова', 20),
      history: [
        { ...phone('+79167654321', 'Борис Ким', 34), isOther: true },
        { ...phone('+79160000000', 'Борис Ким', 60_000), isOther: false },
      ],
    },
  ];
};

export function createFakeSync(now: () => number) {
  let devices: readonly HqDevice[] = [];
  let cases: HqSyncCase[] = [];
  return {
    reset: (known: readonly HqDevice[]) => {
      devices = known;
      cases = known.length === 0 ? [] : casesOf(known, now());
    },
    openCases: () => cases.filter(({ settled }) => settled === undefined).length,
    answer: ({ method, url, body }: HqRequest): HqAnswer | undefined => {
      if (method === 'GET' && url.pathname === '/hq/sync/devices') {
        return {
          status: 200,
          body: { devices: devices.map((one, n) => deviceOf(one, n, now())), serverNow: now() },
        };
      }
      if (method === 'GET' && url.pathname === '/hq/sync/cases') {
        const { state, kind, deviceId } = HqSyncCasesQuery.parse(Object.fromEntries(url.searchParams));
        const found = cases
          .filter(({ settled }) => (settled === undefined) === (state === 'open'))
          .filter((one) => kind === undefined || one.kind === kind)
          .filter((one) => deviceId === undefined || one.deviceId === deviceId);
        return { status: 200, body: { cases: found } };
      }
      if (method === 'GET' && url.pathname === '/hq/sync/conflicts') {
        const { state } = HqFieldConflictsQuery.parse(Object.fromEntries(url.searchParams));
        return { status: 200, body: { conflicts: state === 'open' && cases.length > 0 ? conflictsOf(now()) : [] } };
      }
      const [, id] = /^\/hq\/sync\/cases\/([^/]+)\/settle$/.exec(url.pathname) ?? [];
      if (method !== 'POST' || id === undefined) return undefined;
      const settled = { at: now(), by: 'Петрова Анна', note: SettleSyncCase.parse(body).note };
      cases = cases.map((one) => (one.id === id ? { ...one, settled } : one));
      return { status: 204 };
    },
  };
}
