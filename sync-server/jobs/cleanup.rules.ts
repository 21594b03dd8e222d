/** When the day's cleanup is due, and how old is old (002:279-285, X-15). Pure. */
import { z } from 'zod';
import type { CleanupCounts } from '#shared/hq/jobs.api.ts';
import { wallTimeIn, wallToUnixMs } from '#shared/kernel/wall-time.ts';
import { withoutGuest } from '#shared/sync/anonymous.ts';

export const DAY_MS = 24 * 3_600_000;
/** 03:30 of the organisation's zone: nobody sells, and nobody looks. */
const DUE_MINUTE = 3 * 60 + 30;

/** The guest of an order. */
export const GUEST_MS = 30 * DAY_MS;
/** Codes and errors. */
export const CODE_MS = 60 * DAY_MS;
export const ERROR_MS = 60 * DAY_MS;

const two = (part: number): string => String(part).padStart(2, '0');

/** The day it is there, `2026-11-21`. */
export function dayIn(timeZone: string, now: number): string {
  const { year, month, day } = wallTimeIn(timeZone, now);
  return `${year}-${two(month)}-${two(day)}`;
}

/** The day whose cleanup may run by now, `2026-11-21`; undefined in the small hours. A server that was off then catches up. */
export function dueDay(timeZone: string, now: number): string | undefined {
  const { hour, minute } = wallTimeIn(timeZone, now);
  return hour * 60 + minute < DUE_MINUTE ? undefined : dayIn(timeZone, now);
}

/** When the next day's cleanup is due, Unix ms. */
export function nextDue(timeZone: string, now: number): number {
  const wall = wallTimeIn(timeZone, now);
  const due = { ...wall, hour: 0, minute: DUE_MINUTE, second: 0 };
  const today = wallToUnixMs(due, timeZone);
  return today > now ? today : wallToUnixMs({ ...due, day: due.day + 1 }, timeZone);
}

/** What a day's runs let go together. */
export const addCounts = (counts: CleanupCounts, before: CleanupCounts | null): CleanupCounts => ({
  orders: counts.orders + (before?.orders ?? 0),
  images: counts.images + (before?.images ?? 0),
  codes: counts.codes + (before?.codes ?? 0),
  errors: counts.errors + (before?.errors ?? 0),
  letters: counts.letters + (before?.letters ?? 0),
  passports: counts.passports + (before?.passports ?? 0),
});

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
export function forgetInBody(forget: (name: string, args: string) => string, name: string, text: string): string {
  const body = Body.parse(JSON.parse(text));
  const before = JSON.stringify(body.args ?? null);
  const after = forget(name, before);
  return after === before ? text : JSON.stringify({ ...body, args: JSON.parse(after) as unknown });
}
