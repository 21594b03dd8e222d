/**
 * Hybrid logical clock (Kulkarni et al., 2014): a wall clock that never goes back and never repeats, packed in
 * one sortable string. Device clocks may be wrong; the server corrects for skew, this only keeps order.
 */

export interface Hlc {
  /** Unix milliseconds, the largest seen. */
  readonly ms: number;
  /** Counter within the millisecond. */
  readonly count: number;
}

export const HLC_ZERO: Hlc = { ms: 0, count: 0 };
const MAX_COUNT = 0xffff;

const advance = (ms: number, count: number): Hlc => (count > MAX_COUNT ? { ms: ms + 1, count: 0 } : { ms, count });

/** The next local event. */
export const tick = (last: Hlc, now: number): Hlc =>
  now > last.ms ? { ms: now, count: 0 } : advance(last.ms, last.count + 1);

/** A message was received: the result is later than both its stamp and the last local one. */
export function receive(last: Hlc, remote: Hlc, now: number): Hlc {
  const ms = Math.max(last.ms, remote.ms, now);
  if (ms === last.ms && ms === remote.ms) return advance(ms, Math.max(last.count, remote.count) + 1);
  if (ms === last.ms) return advance(ms, last.count + 1);
  if (ms === remote.ms) return advance(ms, remote.count + 1);
  return { ms, count: 0 };
}

/** 16 hex digits whose text order is the clock's order: 12 of milliseconds, 4 of the counter. */
export const encodeHlc = (hlc: Hlc): string =>
  hlc.ms.toString(16).padStart(12, '0') + hlc.count.toString(16).padStart(4, '0');

export function decodeHlc(text: string): Hlc {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new Error(`not a clock stamp: ${text}`);
  return { ms: Number.parseInt(text.slice(0, 12), 16), count: Number.parseInt(text.slice(12), 16) };
}
