/** Pure decisions about people: how often a PIN may be guessed, and how a document names them. */
import type { Operator } from '#shared/fiscal/fiscal.schema.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';

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

/** A member as a fiscal document names them: tags 1021 and 1203. */
export const operatorOf = ({ name, vatin }: StaffMember): Operator => ({
  name,
  ...(vatin === undefined ? {} : { vatin }),
});

const DAY_MS = 24 * 3_600_000;

/**
 * A laptop that has not heard its server for so many days may be read and not written: nobody could have told it that
 * whoever works on it does not any more. A clock that was put back behind the server's own word says nothing, and counts
 * as too long.
 *
 * @param heardAt when the server was heard last, Unix ms by its clock; before that, when the device was enrolled.
 */
export const areRightsOver = (heardAt: number, now: number, days: number): boolean =>
  now - heardAt > days * DAY_MS || heardAt - now > DAY_MS;
