/**
 * How much one push carries. A shop full of tills that come back at once must not make each other wait for long: whoever
 * is answered late sends less, whoever is answered soon sends more, and sends ahead.
 */
import { MAX_PUSH_MUTATIONS } from '#shared/sync/protocol.ts';

/** The first push of a drain: nobody knows yet how many others are about. */
export const FIRST_BATCH = 50;
const SMALLEST_BATCH = 25;
/** An answer within this is soon, beyond the other late. */
const SOON_MS = 250;
const LATE_MS = 750;

/**
 * The size of the next batch.
 *
 * @param tookMs from sending, or from the answer before, to the answer, by a clock that may have been put forward or back
 * @param most what something on the way lets through
 */
export function nextBatchSize(size: number, tookMs: number, most = MAX_PUSH_MUTATIONS): number {
  const wanted =
    tookMs > LATE_MS ? Math.max(SMALLEST_BATCH, Math.floor(size / 2)) : tookMs <= SOON_MS ? size * 2 : size;
  return Math.min(wanted, most);
}

/** The pace of one drain. */
export interface Pace {
  /** Mutations in the next batch. */
  readonly size: number;
  /** The server has time to spare: while it does one batch, the next may be on its way to it. */
  readonly maySendAhead: boolean;
  /** A batch left, and none before it is on its way. */
  started(): void;
  answered(): void;
  failed(): void;
  /** Something on the way takes less than the server: smaller pieces get through. */
  refused(batch: number): void;
  /** What was sent ahead came before what precedes it. On such a way it is one at a time. */
  overtaken(): void;
}

export function createPace(now: () => number, firstBatch = FIRST_BATCH): Pace {
  let [size, most] = [firstBatch, MAX_PUSH_MUTATIONS];
  let since = now();
  let isOrderly = true;
  let maySendAhead = false;
  return {
    get size() {
      return size;
    },
    get maySendAhead() {
      return maySendAhead;
    },
    started: () => {
      since = now();
    },
    answered: () => {
      const tookMs = now() - since;
      since = now();
      size = nextBatchSize(size, tookMs, most);
      maySendAhead = isOrderly && tookMs <= SOON_MS;
    },
    failed: () => {
      maySendAhead = false;
    },
    refused: (batch) => {
      most = Math.ceil(batch / 2);
      size = Math.min(size, most);
    },
    overtaken: () => {
      isOrderly = false;
    },
  };
}
