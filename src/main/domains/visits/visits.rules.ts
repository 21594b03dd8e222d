import type { ErrorCode } from '#shared/kernel/errors.ts';
import { mayVisitBecome } from '#shared/visits/visits.rules.ts';
import type { VisitStatus } from '#shared/visits/visits.schema.ts';

/** What a client who has just paid, or is about to, still needs on the screen. */
export const AFTER_PAYMENT_MS = 60_000;

export type EndDecision = { readonly kind: 'end' | 'noop' } | { readonly kind: 'refuse'; readonly code: ErrorCode };

/** SM-3: a visit ends once; asking again for the same end changes nothing. */
export function decideEnd(from: VisitStatus, to: Exclude<VisitStatus, 'active'>): EndDecision {
  if (mayVisitBecome(from, to)) return { kind: 'end' };
  if (from === to) return { kind: 'noop' };
  return { kind: 'refuse', code: from === 'expired' ? 'visits.expired' : 'visits.illegal_transition' };
}

export type TimeDecision = { readonly kind: 'keep' | 'expire' } | { readonly kind: 'prolong'; readonly until: number };

/**
 * Time never runs out under a paying client: while a payment is going on the visit lasts until a minute after it.
 *
 * @param paymentUntil when the pending payment of the visit runs out; `undefined` = none is going on.
 */
export function decideTime(expiresAt: number, paymentUntil: number | undefined, now: number): TimeDecision {
  const until = paymentUntil === undefined ? 0 : paymentUntil + AFTER_PAYMENT_MS;
  if (until > now && until > expiresAt) return { kind: 'prolong', until };
  return expiresAt <= now ? { kind: 'expire' } : { kind: 'keep' };
}
