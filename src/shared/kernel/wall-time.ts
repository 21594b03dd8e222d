/** Wall time: what a clock on the wall of an IANA zone shows, as fields. Registers and calendars speak it. */

/** Local fields with no zone of their own. */
export interface WallTime {
  readonly year: number;
  /** 1-12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs more than using it a hundred times. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** Unix ms as the wall time of a zone. Throws `RangeError` for a zone that does not exist. */
export function wallTimeIn(timeZone: string, unixMs: number): WallTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(unixMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const field = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return {
    year: field('year'),
    month: field('month'),
    day: field('day'),
    hour: field('hour'),
    minute: field('minute'),
    second: field('second'),
  };
}

/** The fields read as if they were UTC, in ms: for differences between wall times of one clock. */
export const wallAsUtc = (at: WallTime): number =>
  Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second);

/**
 * Unix ms of a wall time in a zone. In the hour that a zone repeats the earlier reading is taken; in the hour that it
 * skips, the moment is as late after the skip as the fields say.
 */
export function wallToUnixMs(at: WallTime, timeZone: string): number {
  const offsetAt = (unixMs: number): number => wallAsUtc(wallTimeIn(timeZone, unixMs)) - unixMs;
  const wall = wallAsUtc(at);
  const before = wall - offsetAt(wall - DAY_MS);
  return before + offsetAt(before) === wall ? before : wall - offsetAt(wall + DAY_MS);
}

/** The day that a calendar on the wall of a zone shows: `YYYY-MM-DD`. */
export function dayIn(timeZone: string, unixMs: number): string {
  const { year, month, day } = wallTimeIn(timeZone, unixMs);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
