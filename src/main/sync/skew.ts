/** How far the device's clock is from the server's, measured on every exchange against the middle of its round trip. */
import type { Logger } from '#main/core.ts';
import type { SyncHttp } from './http.ts';

/** Below this nobody needs to be told: order and leases follow the server's clock anyway. */
export const SKEW_WARNING_MS = 5 * 60_000;

export interface Skew {
  /** The same calls, measured. */
  measure(http: SyncHttp): SyncHttp;
  /** Milliseconds this clock is ahead, when it is too far; a person has to set it. */
  warning(): number | undefined;
}

export function createSkew({
  now,
  log,
  changed,
  heard,
}: {
  readonly now: () => number;
  readonly log: Logger;
  readonly changed: () => void;
  /** Each measurement, however small: milliseconds ahead, and what the server said. */
  readonly heard: (aheadMs: number, serverNow: number) => void;
}): Skew {
  let warned: number | undefined;

  const hear = (sentAt: number, serverNow: number): void => {
    const ahead = Math.round((sentAt + now()) / 2 - serverNow);
    heard(ahead, serverNow);
    const next = Math.abs(ahead) > SKEW_WARNING_MS ? ahead : undefined;
    const isNews = (next === undefined) !== (warned === undefined);
    warned = next;
    if (!isNews) return;
    if (next === undefined) log.info('the clock of this device agrees with the server again');
    else log.warn("the clock of this device is not the server's", { event: 'CLOCK_SKEW', aheadMs: next });
    changed();
  };
  const measured = async <T extends { readonly serverNow: number }>(call: () => Promise<T>): Promise<T> => {
    const sentAt = now();
    const reply = await call();
    hear(sentAt, reply.serverNow);
    return reply;
  };

  return {
    measure: (http) => ({
      push: (envelope, mutations) => measured(() => http.push(envelope, mutations)),
      pull: (request) => measured(() => http.pull(request)),
      rekey: () => http.rekey(),
    }),
    warning: () => warned,
  };
}
