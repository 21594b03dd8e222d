/** Days as people of an organisation count them, and the cursor of a list. Pure. */
import { AppError } from '#shared/kernel/errors.ts';
import { type WallTime, wallTimeIn } from '#shared/kernel/wall-time.ts';

const DAY_MS = 86_400_000;

type WallDay = Pick<WallTime, 'year' | 'month' | 'day'>;

function partsIn(timeZone: string, at: number): WallDay & { readonly msOfDay: number } {
  const { year, month, day, hour, minute, second } = wallTimeIn(timeZone, at);
  return { year, month, day, msOfDay: ((hour * 60 + minute) * 60 + second) * 1000 + (at % 1000) };
}

/** The first millisecond of a calendar day in a zone. Where clocks jump over midnight, the day starts after the jump. */
function startOf(timeZone: string, { year, month, day }: WallDay): number {
  const asUtc = Date.UTC(year, month - 1, day);
  // Zones are at most a day from UTC; two steps settle the offset also where it changes that very night.
  let at = asUtc;
  for (let step = 0; step < 3; step += 1) {
    const wall = partsIn(timeZone, at);
    const off = Date.UTC(wall.year, wall.month - 1, wall.day) + wall.msOfDay - asUtc;
    if (off === 0) break;
    at -= off;
  }
  const wall = partsIn(timeZone, at);
  return wall.day === day ? at - wall.msOfDay : at + (DAY_MS - wall.msOfDay);
}

export interface Day {
  /** `2026-11-21` */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The last `count` days of a zone, oldest first; the last one is today. */
export function lastDays(timeZone: string, now: number, count: number): readonly Day[] {
  const today = partsIn(timeZone, now);
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(Date.UTC(today.year, today.month - 1, today.day + index - (count - 1)));
    const wall = (plus: number): WallDay => {
      const moved = new Date(date.getTime() + plus * DAY_MS);
      return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
    };
    return {
      name: date.toISOString().slice(0, 10),
      from: startOf(timeZone, wall(0)),
      to: startOf(timeZone, wall(1)),
    };
  });
}

/** A day of a zone by its name, `2026-11-21`: from its first millisecond to before the next day's. */
export function dayNamed(timeZone: string, name: string): Pick<Day, 'from' | 'to'> {
  const [year = 0, month = 1, day = 1] = name.split('-').map(Number);
  const next = new Date(Date.UTC(year, month - 1, day + 1));
  const after = { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() };
  return { from: startOf(timeZone, { year, month, day }), to: startOf(timeZone, after) };
}

/**
 * A day by its name, `2026-11-21`.
 *
 * @throws AppError `app.bad_input` there is no such day.
 */
export function dayOf(timeZone: string, name: string): Day {
  const [year = 0, month = 0, day = 0] = name.split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== name) {
    throw new AppError('app.bad_input', 'there is no such day', {
      details: { issues: [{ path: 'day', message: 'must be a day of the calendar' }] },
    });
  }
  const next = new Date(date.getTime() + DAY_MS);
  return {
    name,
    from: startOf(timeZone, { year, month, day }),
    to: startOf(timeZone, { year: next.getUTCFullYear(), month: next.getUTCMonth() + 1, day: next.getUTCDate() }),
  };
}

/** Where a list that is newest first was left: the time and the id of the last row shown. */
export interface Cursor {
  readonly at: number;
  readonly id: string;
}

export const writeCursor = ({ at, id }: Cursor): string => `${at}_${id}`;

/** @throws AppError `app.bad_input` */
export function readCursor(text: string): Cursor {
  const [, at, id] = /^(\d{1,16})_([A-Za-z0-9.-]{1,72})$/.exec(text) ?? [];
  if (at === undefined || id === undefined) {
    throw new AppError('app.bad_input', 'some fields are wrong', {
      details: { issues: [{ path: 'cursor', message: 'must be `next` of the page before' }] },
    });
  }
  return { at: Number(at), id };
}

/** Of rows asked for with one more than `limit`: the page, and `next` when there are more. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
): { readonly page: readonly Row[]; readonly next: { readonly next?: string } } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: rows.length > limit && last !== undefined ? { next: writeCursor(cursorOf(last)) } : {} };
}

export const ONLINE_MS = 90_000;
export const isOnline = (lastSeenAt: number | null, now: number): boolean =>
  lastSeenAt !== null && now - lastSeenAt <= ONLINE_MS;
