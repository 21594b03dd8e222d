/** What to do when a page's process is gone. */
import { unreachable } from '#shared/kernel/errors.ts';

/** Electron's words. One more of them in a new version does not compile where they are handed over. */
export type GoneReason =
  | 'clean-exit'
  | 'abnormal-exit'
  | 'killed'
  | 'crashed'
  | 'oom'
  | 'launch-failed'
  | 'integrity-failure'
  | 'memory-eviction';
export type CrashDecision =
  | { readonly act: 'ignore' }
  | { readonly act: 'reload'; readonly afterMs: number }
  /** The process ends with a code; whoever supervises it (systemd, Shell Launcher) starts it anew. */
  | { readonly act: 'exit' };

/** More crashes than this in this long: reloading does not help any more. */
export const CRASH_LIMIT = { count: 5, withinMs: 10 * 60_000 } as const;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

/** @param earlier when the page crashed before, Unix ms */
export function decideAfterCrash(reason: GoneReason, earlier: readonly number[], now: number): CrashDecision {
  switch (reason) {
    case 'clean-exit':
      return { act: 'ignore' };
    // The executable or the archive is not what it should be: a reload would run the same bytes.
    case 'launch-failed':
    case 'integrity-failure':
      return { act: 'exit' };
    case 'abnormal-exit':
    case 'killed':
    case 'crashed':
    case 'oom':
    case 'memory-eviction': {
      const recent = earlier.filter((at) => now - at < CRASH_LIMIT.withinMs).length;
      if (recent >= CRASH_LIMIT.count) return { act: 'exit' };
      return { act: 'reload', afterMs: Math.min(FIRST_DELAY_MS * 2 ** recent, LONGEST_DELAY_MS) };
    }
    default:
      return unreachable(reason);
  }
}
