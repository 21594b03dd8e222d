/**
 * How much one push carries. A shop full of tills that come back at once must not make each other wait for long: whoever
 * is answered late sends less, whoever is answered soon sends more.
 */
import { MAX_PUSH_MUTATIONS } from '#shared/sync/protocol.ts';

/** The first push of a drain: nobody knows yet how many others are about. */
export const FIRST_BATCH = 100;
const SMALLEST_BATCH = 25;
/** An answer within this is soon, beyond the other late. */
const SOON_MS = 250;
const LATE_MS = 750;

/**
 * The size of the next batch.
 *
 * @param tookMs from sending to the answer, by a clock that may have been put forward or back meanwhile
 * @param most what something on the way lets through
 */
export function nextBatchSize(size: number, tookMs: number, most = MAX_PUSH_MUTATIONS): number {
  const wanted =
    tookMs > LATE_MS ? Math.max(SMALLEST_BATCH, Math.floor(size / 2)) : tookMs <= SOON_MS ? size * 2 : size;
  return Math.min(wanted, most);
}
