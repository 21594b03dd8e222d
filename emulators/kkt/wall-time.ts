/** The register's clock: local fields with no zone, as the driver shows them. */
export interface WallTime {
  readonly year: number;
  /** 1-12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export type WallClock = (unixMs: number) => WallTime;

/** Reads Unix ms as local fields of an IANA zone; the machine's own when none is named. */
export function wallClock(timeZone?: string): WallClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(timeZone === undefined ? {} : { timeZone }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (unixMs) => {
    const parts = new Map(format.formatToParts(unixMs).map((part) => [part.type, Number(part.value)]));
    const field = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    return {
      year: field('year'),
      month: field('month'),
      day: field('day'),
      hour: field('hour'),
      minute: field('minute'),
      second: field('second'),
    };
  };
}

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
