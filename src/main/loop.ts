/** Work that repeats: never two ticks at a time, wakes coalesce, a failing tick is logged and waits longer. */
import type { Logger, Loop } from './core.ts';

export interface LoopOptions {
  readonly name: string;
  readonly intervalMs: number;
  /** Adds up to this share of the interval, so that a shop full of devices does not call at the same instant. */
  readonly jitter?: number;
  /** The first wait after a failing tick, doubled by each that follows; by default the interval. */
  readonly retryMs?: number;
  /** The longest wait between failing ticks; by default sixteen intervals. */
  readonly maxBackoffMs?: number;
  readonly run: () => Promise<void> | void;
  readonly log: Logger;
  /** In [0, 1): where the jitter comes from. With it, waits after failures are spread over their whole length. */
  readonly random?: () => number;
}

/**
 * `tick()` while a tick is under way gives that one's promise: callers wait for the same work. `wake()` during a tick
 * runs another right after it. A tick called by a test rejects when its work fails; the loop itself never does.
 */
export function createLoop(options: LoopOptions): Loop {
  const { intervalMs, log } = options;
  const maxBackoffMs = options.maxBackoffMs ?? intervalMs * 16;
  let started = false;
  let timer: NodeJS.Timeout | undefined;
  let turnAtOnce: NodeJS.Immediate | undefined;
  let running: Promise<void> | undefined;
  let wakeAgain = false;
  let failures = 0;
  let wokenEarly = false;

  const runOnce = async () => {
    try {
      await options.run();
      failures = 0;
    } catch (error) {
      failures += 1;
      throw error;
    }
  };

  const tick = (): Promise<void> => {
    running ??= runOnce().finally(() => {
      running = undefined;
    });
    return running;
  };

  const waitMs = () => {
    if (failures > 0) {
      const longest = Math.min(maxBackoffMs, (options.retryMs ?? intervalMs) * 2 ** Math.min(failures - 1, 10));
      // Full jitter: after an outage a shop full of devices must not come back in step.
      return longest * (options.random?.() ?? 1);
    }
    return intervalMs * (1 + (options.jitter ?? 0) * (options.random?.() ?? 0));
  };

  const unschedule = () => {
    clearTimeout(timer);
    clearImmediate(turnAtOnce);
  };

  const schedule = (delayMs: number) => {
    unschedule();
    if (!started) return;
    // The shortest timer is a millisecond, and a change crosses two loops.
    if (delayMs === 0) turnAtOnce = setImmediate(() => void turn());
    else timer = setTimeout(() => void turn(), delayMs);
  };

  const turn = async () => {
    wakeAgain = false;
    const before = wokenEarly ? failures : undefined;
    wokenEarly = false;
    try {
      await tick();
    } catch (error) {
      // Whoever wakes it often during an outage must not wait the longer when that is over.
      if (before !== undefined) failures = before;
      log.warn('loop tick failed', { loop: options.name, failures, error });
    }
    wokenEarly = wakeAgain && failures > 0;
    schedule(wakeAgain ? 0 : waitMs());
  };

  return {
    start: () => {
      if (started) return;
      started = true;
      schedule(0);
    },
    stop: async () => {
      started = false;
      unschedule();
      // Whoever started the tick hears of its failure; stopping only waits for its end.
      await running?.catch(() => undefined);
    },
    tick,
    wake: () => {
      wakeAgain = true;
      if (running !== undefined) return;
      wokenEarly = failures > 0;
      schedule(0);
    },
  };
}
