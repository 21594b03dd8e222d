/** How a delivery goes on after an attempt. Pure. */
import type { DeliveryFault, DeliveryState } from '#shared/reports/delivery.schema.ts';
import type { SendResult } from './channel.port.ts';

const MINUTE = 60_000;
/** After the first, the second and the third attempt that failed; the fourth is the last. */
export const RETRIES_MS: readonly number[] = [1 * MINUTE, 5 * MINUTE, 30 * MINUTE];

export interface Verdict {
  readonly state: DeliveryState;
  readonly nextAt: number | null;
  readonly fault: DeliveryFault | null;
  readonly reason: string | null;
  readonly providerId: string | null;
}

/** @param attempts begun so far, this one among them. */
export function judgeAttempt(result: SendResult, attempts: number, now: number): Verdict {
  const nothing = { nextAt: null, fault: null, reason: null, providerId: null };
  switch (result.kind) {
    case 'accepted':
      return { ...nothing, state: 'sent', providerId: result.providerId ?? null };
    case 'unknown':
      return { ...nothing, state: 'unknown', fault: 'no_answer', reason: result.reason };
    case 'refused': {
      const { fault, reason, isFinal } = result;
      const pause = isFinal ? undefined : RETRIES_MS[attempts - 1];
      return pause === undefined
        ? { ...nothing, state: 'failed', fault, reason }
        : { ...nothing, state: 'queued', nextAt: now + pause, fault, reason };
    }
  }
}

const MAX_REASON = 300;

/** What a provider said, short. Servers repeat the address in their refusals; it is kept in one place only. */
export const withoutAddresses = (said: string): string =>
  said
    // Word by word: a pattern over all of it would try each letter of a long word as the first of an address.
    .split(/([\s"]+)/)
    .map((word) => (word.includes('@') ? '…' : word))
    .join('')
    .trim()
    .slice(0, MAX_REASON);
