import { expect, test } from 'vitest';
import { daysOf, fits, isNew, type PaperOrder, toPartnerOrder } from './partner.rules.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const MOSCOW = { timeZone: 'Europe/Moscow', kioskName: 'Киоск 1' };
const order = (change: Partial<PaperOrder> = {}): PaperOrder => ({
  id: '00000000-0000-7000-8000-000000000001',
  shopId: '00000000-0000-7000-8000-0000000000a1',
  deviceId: '00000000-0000-7000-8000-0000000000d1',
  number: 'K-0412',
  origin: 'kiosk',
  status: 'paid',
  printStatus: 'new',
  lines: [],
  totalMinor: 25_000,
  currency: 'RUB',
  createdAt: NOW,
  ...change,
});

test('AP-01 new orders window: at a desk as on the server', () => {
  expect(isNew(order({ createdAt: NOW - 179 * MINUTE }), NOW)).toBe(true);
  expect(isNew(order({ createdAt: NOW - 181 * MINUTE }), NOW)).toBe(false);
  const printed = { printStatus: 'printed' as const, createdAt: NOW - 300 * MINUTE };
  expect(isNew(order({ ...printed, printedAt: NOW - 14 * MINUTE }), NOW)).toBe(true);
  expect(isNew(order({ ...printed, printedAt: NOW - 16 * MINUTE }), NOW)).toBe(false);
});

test('AP-03 filters: at a desk as on the server', () => {
  const john = order({ printStatus: 'printed', customer: { name: 'John Doe', phone: '+79001234567' } });
  expect(fits(john, { status: 'printed', kioskId: john.deviceId, q: 'JOHN' }, MOSCOW)).toBe(true);
  expect(fits(john, { status: 'new' }, MOSCOW)).toBe(false);
  expect(fits(john, { kioskId: 'k-9' }, MOSCOW)).toBe(false);
  expect(['k-04', '1234', 'киоск'].map((q) => fits(john, { q }, MOSCOW))).toEqual([true, true, true]);
  expect(fits(john, { q: '0412' }, MOSCOW)).toBe(false);
});

test('AP-06 counters: a day is the organisation’s', () => {
  const at = (hour: number, minute: number) => order({ createdAt: Date.UTC(2026, 10, 20, hour, minute) });
  const days = daysOf([at(20, 59), { ...at(21, 1), printStatus: 'printed' }, order()], MOSCOW.timeZone, NOW);
  expect(days).toHaveLength(14);
  expect(days.slice(-2)).toEqual([
    { day: '2026-11-20', all: 1, printed: 0 },
    { day: '2026-11-21', all: 2, printed: 1 },
  ]);
  expect(fits(at(21, 1), { from: '2026-11-21' }, MOSCOW)).toBe(true);
  expect(fits(at(20, 59), { to: '2026-11-20', from: '2026-11-20' }, MOSCOW)).toBe(true);
});

test('what is not known is null, and a kiosk that nobody has named is a dash', () => {
  expect(toPartnerOrder(order(), undefined, String)).toMatchObject({
    customerName: null,
    imageUrl: null,
    printedAt: null,
    kiosk: { name: '—' },
    createdAt: '2026-11-21T12:00:00.000Z',
  });
});
