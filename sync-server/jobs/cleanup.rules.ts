/** When the day's cleanup is due, and how old is old (002:279-285, X-15). Pure. */
import { wallTimeIn } from '#shared/kernel/wall-time.ts';

const DAY_MS = 24 * 3_600_000;
/** 03:30 of the organisation's zone: nobody sells, and nobody looks. */
const DUE_MINUTE = 3 * 60 + 30;

/** The guest of an order. */
export const GUEST_MS = 30 * DAY_MS;
/** Codes and errors. */
export const CODE_MS = 60 * DAY_MS;
export const ERROR_MS = 60 * DAY_MS;

const two = (part: number): string => String(part).padStart(2, '0');

/** The day whose cleanup may run by now, `2026-11-21`; undefined in the small hours. A server that was off then catches up. */
export function dueDay(timeZone: string, now: number): string | undefined {
  const { year, month, day, hour, minute } = wallTimeIn(timeZone, now);
  return hour * 60 + minute < DUE_MINUTE ? undefined : `${year}-${two(month)}-${two(day)}`;
}
