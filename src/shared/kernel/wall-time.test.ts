import { expect, test } from 'vitest';
import { wallTimeIn, wallToUnixMs } from './wall-time.ts';

const at = (hour: number, month = 11, day = 21) => ({ year: 2026, month, day, hour, minute: 30, second: 0 });

test.each([
  ['Moscow has one offset', at(14), 'Europe/Moscow', '2026-11-21T11:30:00Z'],
  ['Vladivostok is a day ahead in the evening', at(4), 'Asia/Vladivostok', '2026-11-20T18:30:00Z'],
  ['winter in Berlin', at(14), 'Europe/Berlin', '2026-11-21T13:30:00Z'],
  ['summer in Berlin', at(14, 7), 'Europe/Berlin', '2026-07-21T12:30:00Z'],
  ['the repeated hour is read the first time', at(2, 10, 25), 'Europe/Berlin', '2026-10-25T00:30:00Z'],
  ['the hour after it is not in doubt', at(3, 10, 25), 'Europe/Berlin', '2026-10-25T02:30:00Z'],
  ['the hour after a skipped one', at(3, 3, 29), 'Europe/Berlin', '2026-03-29T01:30:00Z'],
])('%s', (_name, wall, zone, utc) => {
  expect(new Date(wallToUnixMs(wall, zone)).toISOString()).toBe(new Date(utc).toISOString());
});

test.each(['Europe/Moscow', 'Asia/Vladivostok', 'America/St_Johns', 'Pacific/Kiritimati'])(
  '%s there and back',
  (zone) => {
    for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 37 * 3_600_000) {
      const wall = wallTimeIn(zone, ms);
      expect(wallTimeIn(zone, wallToUnixMs(wall, zone))).toEqual(wall);
    }
  },
);
