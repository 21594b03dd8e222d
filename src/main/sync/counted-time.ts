/**
 * Time as a device counts it for what it may forget: the server's clock, from one hearing to the next, and never more
 * than a day at a step. A clock that jumps a year, here or there, then costs a day of a window and not the window; a
 * device that was switched off keeps its things the longer.
 */
import type { SyncState } from './state.repo.ts';

/** The most that one step counts: a night, a day of rest. */
export const MAX_STEP_MS = 24 * 3_600_000;
/** Not zero, which stands for "no time" where it is stored. */
export const COUNTED_FROM = 1;

/** Counts on to what the server's clock says, Unix ms. A clock that went back counts nothing. */
export function countOn(
  { countedMs, heardAt }: Pick<SyncState, 'countedMs' | 'heardAt'>,
  serverNow: number,
): Pick<SyncState, 'countedMs' | 'heardAt'> {
  const passed = heardAt === null ? 0 : serverNow - heardAt;
  return { countedMs: countedMs + Math.min(Math.max(passed, 0), MAX_STEP_MS), heardAt: serverNow };
}
