import { expect, test } from 'vitest';
import { dayOf, isOnline, lastDays, readCursor, writeCursor } from './hq.rules.ts';

const HOUR = 3_600_000;

test('days are those of the zone, not of UTC', () => {
  const days = lastDays('Europe/Moscow', Date.UTC(2025, 9, 15, 22), 3);
  expect(days.map(({ name }) => name)).toEqual(['2025-10-14', '2025-10-15', '2025-10-16']);
  expect(days.at(-1)?.from).toBe(Date.UTC(2025, 9, 15, 21));
});

test.each([
  ['Europe/Berlin', Date.UTC(2025, 2, 31, 12), '2025-03-30', 23],
  ['Europe/Berlin', Date.UTC(2025, 9, 27, 12), '2025-10-26', 25],
  // Clocks of Beirut jump from midnight to one: the day begins at one.
  ['Asia/Beirut', Date.UTC(2025, 2, 31, 12), '2025-03-30', 23],
  ['Pacific/Kiritimati', Date.UTC(2025, 2, 31, 12), '2025-03-30', 24],
  ['Asia/Kathmandu', Date.UTC(2025, 2, 31, 12), '2025-03-30', 24],
])('%s: days adjoin, also where clocks change', (zone, now, name, hours) => {
  const days = lastDays(zone, now, 14);
  for (const [index, day] of days.entries()) if (index > 0) expect(day.from).toBe(days[index - 1]?.to);
  const day = days.find((one) => one.name === name);
  expect((day?.to ?? 0) - (day?.from ?? 0)).toBe(hours * HOUR);
});

test('a day by its name is the same as among the last days; there is no thirtieth of February', () => {
  const last = lastDays('Europe/Berlin', Date.UTC(2025, 2, 31, 12), 3);
  for (const day of last) expect(dayOf('Europe/Berlin', day.name)).toEqual(day);
  expect(() => dayOf('Europe/Berlin', '2025-02-30')).toThrow(expect.objectContaining({ code: 'app.bad_input' }));
});

test('a cursor comes back as it went, and another text is refused', () => {
  const cursor = { at: 1_760_529_600_000, id: '0199e7bd-ce00-7527-a3b1-8d9fe8593ddc' };
  expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  for (const text of ['', '1', '_', `1_${'x'.repeat(80)}`, "1_'; --"]) {
    expect(() => readCursor(text)).toThrow(expect.objectContaining({ code: 'app.bad_input' }));
  }
});

test('a device is online for ninety seconds', () => {
  expect([isOnline(1000, 91_000), isOnline(1000, 91_001), isOnline(null, 0)]).toEqual([true, false, false]);
});
