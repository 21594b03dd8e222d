/** Nobody at the screen: warn, then forget. */
export const WARN_AFTER_MS = 20_000;
export const RESET_AFTER_MS = 30_000;

export type Idle =
  | { readonly phase: 'present' }
  | { readonly phase: 'warning'; readonly secondsLeft: number }
  | { readonly phase: 'gone' };

/** `since` is the last touch, both Unix ms. A clock that went back counts as a touch. */
export function idleAt(since: number, now: number): Idle {
  const quiet = now - since;
  if (quiet >= RESET_AFTER_MS) return { phase: 'gone' };
  if (quiet < WARN_AFTER_MS) return { phase: 'present' };
  return { phase: 'warning', secondsLeft: Math.ceil((RESET_AFTER_MS - quiet) / 1000) };
}
