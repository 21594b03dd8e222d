import { beforeEach, expect, test } from 'vitest';
import { orders } from '#main/domains/orders/orders.tables.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { KiosksOverview } from '#shared/partner/partner.api.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createPartner, type Partner } from './partner.service.ts';

const KIOSK = '00000000-0000-7000-8000-0000000000d1';
const HOUR = 3_600_000;
const SAID: KiosksOverview = [
  {
    kiosk: {
      id: KIOSK,
      name: 'Киоск 1',
      location: 'Лесная, 5',
      status: 'error',
      lastErrorCode: 'B2',
      settings: { defaultLanguage: 'ru' },
      online: true,
      lastActiveAt: null,
    },
    errors: [
      { id: 'e1', code: 'B2', message: 'Paper jam detected', createdAt: '2026-11-21T10:00:00.000Z', clearedAt: null },
    ],
  },
];

let core: TestCore;
let partner: Partner;
let said: KiosksOverview | undefined;
beforeEach(() => {
  core = createTestCore();
  said = SAID;
  partner = createPartner(core, { timeZone: () => 'Europe/Moscow', asOf: () => 5, ask: async () => said });
});

let nth = 0;
const put = (hoursAgo: number, change: Partial<Order> = {}): string => {
  nth += 1;
  const fields: Order = {
    id: `00000000-0000-7000-8000-${String(nth).padStart(12, '0')}`,
    shopId: '00000000-0000-7000-8000-0000000000a1',
    deviceId: KIOSK,
    number: `K-${nth}`,
    origin: 'kiosk',
    status: 'paid',
    printStatus: 'new',
    lines: [],
    totalMinor: 25_000,
    currency: 'RUB',
    createdAt: core.now() - hoursAgo * HOUR,
    ...change,
  };
  core.db
    .insert(orders)
    .values({ id: fields.id, scope: `shop:${fields.shopId}`, ver: 1, fields })
    .run();
  return fields.id;
};

test('AP-02 30-day limit: at a desk as on the server; what needs no paper is not there', () => {
  const mine = put(29 * 24 + 23);
  const old = put(30 * 24 + 1);
  put(1, { printStatus: 'none' });
  expect(partner.orders({ limit: 50 }).orders.map(({ id }) => id)).toEqual([mine]);
  expect(() => partner.order(old)).toThrow(/no order/);
});

test('pages follow one another, newest first, none twice', () => {
  const ids = [5, 4, 3, 2, 1].map((hours) => put(hours)).toReversed();
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = partner.orders({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.orders.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(seen).toEqual(ids);
});

test('without a network the kiosks are as the server said last, and it is said when that was', async () => {
  const told: string[] = [];
  core.changes.subscribe(({ collection }) => told.push(collection));
  for (const _time of [1, 2]) expect(await partner.kiosks()).toEqual({ at: core.now(), kiosks: SAID });
  // Once: the second time nothing had another name.
  expect(told).toEqual(['orders']);
  const at = core.now();
  said = undefined;
  core.advance(24 * HOUR);
  expect(await partner.kiosks()).toEqual({ at, kiosks: SAID });
  put(1);
  expect(partner.newOrders()).toMatchObject([{ kiosk: { id: KIOSK, name: 'Киоск 1' } }]);
});

test('before the server has ever spoken of kiosks there are none, and orders are there all the same', async () => {
  said = undefined;
  put(1);
  expect(await partner.kiosks()).toEqual({ kiosks: [] });
  expect(partner.newOrders()).toHaveLength(1);
});
