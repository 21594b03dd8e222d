/** When an intent is looked at again, and what a visit that was paid for comes to. */
import type { Visit } from '#shared/visits/visits.schema.ts';
import type { GiveBackReason } from './provider.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * Two seconds at first, ten at last; slower once the intent has ended and nobody stands there, and while money goes back.
 *
 * @param waitedMs since the intent was made, or since it ended.
 */
export function nextLookMs(state: 'waiting' | 'ended' | 'returning', waitedMs: number): number {
  switch (state) {
    case 'waiting':
      return Math.min(10 * SECOND, Math.max(2 * SECOND, waitedMs / 6));
    case 'ended':
      return waitedMs < 15 * MINUTE ? 15 * SECOND : 2 * MINUTE;
    case 'returning':
      return Math.min(5 * MINUTE, Math.max(2 * SECOND, waitedMs / 4));
  }
}

/** What is known of a visit when its money has to come to something. */
export interface VisitFacts {
  /** `undefined`: nothing is known of it any more. */
  readonly visit: Visit | undefined;
  readonly isServed: boolean;
  /** Another intent of the same visit was paid, or waits to be. */
  readonly hasOther: boolean;
}

/** `undefined`: the visit is going on, so it is not decided yet. */
export function decideOutcome(
  { isLate }: { readonly isLate: boolean },
  { visit, isServed, hasOther }: VisitFacts,
): 'served' | GiveBackReason | undefined {
  // The guest took a new code meanwhile: one service is not paid for twice.
  if (isLate && hasOther) return 'twice';
  if (visit?.status === 'active') return undefined;
  if (isServed) return 'served';
  return isLate ? 'late' : 'not_served';
}
