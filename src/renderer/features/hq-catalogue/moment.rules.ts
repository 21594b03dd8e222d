/** A moment as a person enters it: a day and a time on the wall of the organisation. Pure. */
import { wallTimeIn, wallToUnixMs } from '#shared/kernel/wall-time.ts';

export interface Moment {
  /** `2026-11-23`, as a field of dates gives it; empty while nothing is chosen. */
  readonly date: string;
  /** `00:00` */
  readonly time: string;
}

const DAY_MS = 86_400_000;

/** Midnight of the next day: prices change while a shop is closed. */
export function nextMidnight(now: number, timeZone: string): Moment {
  const { year, month, day } = wallTimeIn(timeZone, now);
  return { date: new Date(Date.UTC(year, month - 1, day) + DAY_MS).toISOString().slice(0, 10), time: '00:00' };
}

/** Unix ms; undefined for what is no moment yet. */
export function readMoment({ date, time }: Moment, timeZone: string): number | undefined {
  const read = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})$/.exec(`${date} ${time}`);
  if (read === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = read.slice(1).map(Number);
  return wallToUnixMs({ year, month, day, hour, minute, second: 0 }, timeZone);
}
