/** How often a PIN may be guessed. */

export const MAX_FAILURES = 5;
export const LOCK_MS = 5 * 60_000;

export interface Attempts {
  readonly failures: number;
  /** Unix ms; null while not locked. */
  readonly lockedUntil: number | null;
}

export type AttemptDecision =
  | { readonly kind: 'locked'; readonly retryAt: number }
  | { readonly kind: 'try'; readonly charged: Attempts };

/**
 * Every try is charged as a failure before the PIN is looked at, and a success gives it back: so neither pulling the
 * plug nor asking many times at once buys a free guess. The fifth charge locks; a lock that has run out starts anew.
 */
export function decideAttempt(before: Attempts | undefined, now: number): AttemptDecision {
  const lockedUntil = before?.lockedUntil ?? null;
  if (lockedUntil !== null && now < lockedUntil) return { kind: 'locked', retryAt: lockedUntil };
  const failures = (lockedUntil === null ? (before?.failures ?? 0) : 0) + 1;
  return { kind: 'try', charged: { failures, lockedUntil: failures >= MAX_FAILURES ? now + LOCK_MS : null } };
}
