/** Reads the device's database through in quiet times: once a day, and soon after a start that had no reason to do it first. */
import type { Logger, Loop } from '#main/core.ts';
import { createLoop } from '#main/loop.ts';

const LOOK_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

export interface IntegrityOptions {
  /** `ok`, or what is wrong; it is asked again after it rejected. */
  readonly check: () => Promise<string>;
  /** Has this start done it? */
  readonly isChecked: boolean;
  readonly isBusy: () => boolean;
  /** A damaged database is set aside by the start that follows. */
  readonly restart: (() => void) | undefined;
  readonly log: Logger;
  /** Since some moment, ms; no person moves it. */
  readonly uptimeMs?: () => number;
}

export function createIntegrityLoop(options: IntegrityOptions) {
  const { check, isBusy, log, restart } = options;
  const uptimeMs = options.uptimeMs ?? (() => performance.now());
  let dueAt = uptimeMs() + (options.isChecked ? DAY_MS : LOOK_MS);
  let found = 'ok';
  let isOver = false;
  const loop: Loop = createLoop({
    name: 'database-integrity',
    intervalMs: LOOK_MS,
    log,
    run: async () => {
      if (found === 'ok' && uptimeMs() >= dueAt) {
        found = await check();
        dueAt = uptimeMs() + DAY_MS;
        if (found !== 'ok') log.error('the database is damaged; the next start sets it aside', { damage: found });
      }
      if (found === 'ok' || isOver || isBusy()) return;
      // Once: a run that takes its time to end must not begin two others.
      isOver = true;
      restart?.();
    },
  });
  return {
    loop,
    /** `ok`, or what was found at the last look. */
    found: () => found,
  };
}
