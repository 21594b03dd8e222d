import { type WallTime, wallTimeIn } from '#shared/kernel/wall-time.ts';

export type WallClock = (unixMs: number) => WallTime;

/** Reads Unix ms as local fields of an IANA zone; the machine's own when none is named. */
export const wallClock =
  (timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone): WallClock =>
  (unixMs) =>
    wallTimeIn(timeZone, unixMs);

const two = (value: number): string => String(value).padStart(2, '0');

/** `21.11.26 14:06`, as receipts print it. */
export const wallText = (at: WallTime): string =>
  `${two(at.day)}.${two(at.month)}.${two(at.year % 100)} ${two(at.hour)}:${two(at.minute)}`;

/** `20261121T1406`, as the fiscal QR has it. */
export const wallCompact = (at: WallTime): string =>
  `${at.year}${two(at.month)}${two(at.day)}T${two(at.hour)}${two(at.minute)}`;

export function wallOfSeconds(seconds: number): WallTime {
  const at = new Date(seconds * 1000);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  };
}
