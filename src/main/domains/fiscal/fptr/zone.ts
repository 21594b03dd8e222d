/** The register's clock has no zone: its fields are read as the wall clock of the shop. */
import type { WallTime } from '../fiscal.register.ts';

const asUtc = (at: WallTime): number => Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second);

/**
 * Unix ms of wall time in an IANA zone. In the hour that a zone repeats the earlier reading is taken; in the hour
 * that it skips, the moment is as late after the skip as the fields say.
 */
export function wallToUnixMs(at: WallTime, timeZone: string): number {
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
  const offsetAt = (unixMs: number): number => {
    const parts = new Map(format.formatToParts(unixMs).map((part) => [part.type, Number(part.value)]));
    const field = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const shown = { year: field('year'), month: field('month'), day: field('day'), hour: field('hour') };
    return asUtc({ ...shown, minute: field('minute'), second: field('second') }) - unixMs;
  };
  const wall = asUtc(at);
  const day = 24 * 60 * 60 * 1000;
  const before = wall - offsetAt(wall - day);
  return before + offsetAt(before) === wall ? before : wall - offsetAt(wall + day);
}
