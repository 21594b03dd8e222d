/** When the day's cleanup is due, and how old is old (002:279-285, X-15). Pure. */
import { z } from 'zod';
import { wallTimeIn } from '#shared/kernel/wall-time.ts';
import { withoutGuest } from '#shared/sync/anonymous.ts';

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

const ByOrigin = z.looseObject({ order: z.looseObject({ origin: z.string() }) });
const Body = z.looseObject({ args: z.unknown() });

/**
 * Arguments of a change that was not taken, without the guest of a kiosk. A client of a desk stays. Of arguments that
 * nobody can read nothing stays: they are why it was not taken.
 *
 * @param args JSON.
 * @returns JSON; as it was when there is no guest in it.
 */
export function forgetGuest(name: string, args: string): string {
  const read = ByOrigin.safeParse(JSON.parse(args));
  return read.success && read.data.order.origin !== 'kiosk' ? args : (withoutGuest(name, args) ?? '{}');
}

/** The same of the whole change, as an anomaly holds it. */
export function forgetGuestInBody(name: string, text: string): string {
  const body = Body.parse(JSON.parse(text));
  const before = JSON.stringify(body.args ?? null);
  const after = forgetGuest(name, before);
  return after === before ? text : JSON.stringify({ ...body, args: JSON.parse(after) as unknown });
}
