/** A till does not stay white: a page that crashed or hangs is brought back, and one that cannot be ends the process. */
import type { App, WebContents } from 'electron';
import type { Logger } from '#main/core.ts';
import { CRASH_LIMIT, decideAfterCrash } from '../crash.rules.ts';
import type { After } from './timer.ts';

export interface CrashGuard {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly after: After;
  readonly log: Logger;
  /** Ends the process in an orderly way, with the code that tells the supervisor why. */
  readonly giveUp: () => void;
}

export type WatchedContents = Pick<WebContents, 'on' | 'reload' | 'isDestroyed' | 'forcefullyCrashRenderer'>;

/** How long a page may be busy before it counts as hung. */
const HUNG_MS = 15_000;

export function guardCrashes(contents: WatchedContents, guard: CrashGuard): void {
  const { log, now, after } = guard;
  let crashes: readonly number[] = [];
  let cancelHung: (() => void) | undefined;

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    cancelHung?.();
    const at = now();
    const decision = decideAfterCrash(reason, crashes, at);
    log.error('page process is gone', { reason, exitCode, decision: decision.act, earlier: crashes.length });
    if (decision.act === 'ignore') return;
    if (decision.act === 'exit') return guard.giveUp();
    crashes = [...crashes.filter((earlier) => at - earlier < CRASH_LIMIT.withinMs), at];
    after(decision.afterMs, () => {
      if (!contents.isDestroyed()) contents.reload();
    });
  });

  contents.on('unresponsive', () => {
    log.warn('page does not respond');
    cancelHung?.();
    // Ending its process raises `render-process-gone`, and that path reloads and counts.
    cancelHung = after(HUNG_MS, () => {
      if (!contents.isDestroyed()) contents.forcefullyCrashRenderer();
    });
  });
  contents.on('responsive', () => cancelHung?.());
}

/** The other processes (GPU, network service) are restarted by Chromium itself; we only want to know. */
export function logChildProcesses(app: Pick<App, 'on'>, log: Logger): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode, serviceName, name }) => {
    if (reason !== 'clean-exit') log.warn('child process is gone', { type, reason, exitCode, serviceName, name });
  });
}
