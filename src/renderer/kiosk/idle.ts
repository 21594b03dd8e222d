/** Nobody at the screen: warn, then forget. */
const RESET_AFTER_MS = 30_000;
/** How long before that a guest is asked. */
const WARNED_MS = 10_000;

export type Idle =
  | { readonly phase: 'present' }
  | { readonly phase: 'warning'; readonly secondsLeft: number }
  | { readonly phase: 'gone' };

/** `since` is the last touch, both Unix ms. A clock that went back counts as a touch. */
export function idleAt(since: number, now: number, resetAfterMs = RESET_AFTER_MS): Idle {
  const quiet = now - since;
  if (quiet >= resetAfterMs) return { phase: 'gone' };
  if (quiet < resetAfterMs - WARNED_MS) return { phase: 'present' };
  return { phase: 'warning', secondsLeft: Math.ceil((resetAfterMs - quiet) / 1000) };
}
