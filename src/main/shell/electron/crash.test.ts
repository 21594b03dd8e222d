import { describe, expect, it } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import { contentsDouble, electronDouble } from '#test/security/electron-double.ts';
import { CRASH_LIMIT, decideAfterCrash, type GoneReason } from '../crash.rules.ts';
import { guardCrashes, logChildProcesses } from './crash.ts';

const MINUTE = 60_000;

describe('decideAfterCrash', () => {
  it.each<GoneReason>(['launch-failed', 'integrity-failure'])('never reloads after %s', (reason) => {
    expect(decideAfterCrash(reason, [], 0)).toEqual({ act: 'exit' });
  });

  it('leaves a page alone that ended by itself', () => {
    expect(decideAfterCrash('clean-exit', [1, 2, 3, 4, 5, 6], 7)).toEqual({ act: 'ignore' });
  });

  it.each<GoneReason>(['crashed', 'oom', 'killed', 'abnormal-exit', 'memory-eviction'])(
    'reloads after %s',
    (reason) => {
      expect(decideAfterCrash(reason, [], 0)).toEqual({ act: 'reload', afterMs: 500 });
    },
  );

  it('waits longer each time, then gives up, then forgets', () => {
    const delays: number[] = [];
    const crashes: number[] = [];
    for (let at = 0; at < CRASH_LIMIT.count; at += 1) {
      const decision = decideAfterCrash('crashed', crashes, at);
      if (decision.act === 'reload') delays.push(decision.afterMs);
      crashes.push(at);
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000]);
    expect(decideAfterCrash('crashed', crashes, MINUTE)).toEqual({ act: 'exit' });
    expect(decideAfterCrash('crashed', crashes, 11 * MINUTE)).toEqual({ act: 'reload', afterMs: 500 });
  });
});

describe('guardCrashes', () => {
  const setUp = () => {
    const page = contentsDouble(1);
    const timers: { ms: number; work: () => void; cancelled: boolean }[] = [];
    let gaveUp = 0;
    let now = 0;
    guardCrashes(page.contents, {
      now: () => now,
      after: (ms, work) => {
        const timer = { ms, work, cancelled: false };
        timers.push(timer);
        return () => {
          timer.cancelled = true;
        };
      },
      log: createMemoryLog(),
      giveUp: () => {
        gaveUp += 1;
      },
    });
    return {
      page,
      crash: (reason: GoneReason = 'crashed') => page.events.emit('render-process-gone', {}, { reason, exitCode: 1 }),
      runTimers: () => {
        for (const { cancelled, work } of timers.splice(0)) if (!cancelled) work();
      },
      gaveUp: () => gaveUp,
      pass: (ms: number) => {
        now += ms;
      },
    };
  };

  it('brings a crashed page back, and counts', () => {
    const { page, crash, runTimers, gaveUp } = setUp();
    for (let n = 0; n < CRASH_LIMIT.count; n += 1) {
      crash();
      runTimers();
    }
    expect(page.done).toEqual(Array.from({ length: CRASH_LIMIT.count }, () => 'reload'));
    expect(gaveUp()).toBe(0);
    crash();
    runTimers();
    expect(gaveUp()).toBe(1);
    expect(page.done).toHaveLength(CRASH_LIMIT.count);
  });

  it('does not give up on crashes that are far apart', () => {
    const { crash, runTimers, gaveUp, pass } = setUp();
    for (let n = 0; n < 50; n += 1) {
      crash('oom');
      runTimers();
      pass(CRASH_LIMIT.withinMs / 2);
    }
    expect(gaveUp()).toBe(0);
  });

  it('gives up at once on a damaged program', () => {
    const { page, crash, gaveUp } = setUp();
    crash('integrity-failure');
    expect(gaveUp()).toBe(1);
    expect(page.done).toEqual([]);
  });

  it('ends a page that hangs, and lets one be that comes back', () => {
    const { page, runTimers } = setUp();
    page.events.emit('unresponsive');
    page.events.emit('responsive');
    runTimers();
    expect(page.done).toEqual([]);

    page.events.emit('unresponsive');
    runTimers();
    expect(page.done).toEqual(['crash']);
    runTimers();
    expect(page.done).toEqual(['crash', 'reload']);
  });
});

it('names the child processes that were lost', () => {
  const { electron, app } = electronDouble();
  const log = createMemoryLog();
  logChildProcesses(electron.app, log);
  app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 139 });
  app.emit('child-process-gone', {}, { type: 'Utility', reason: 'clean-exit', exitCode: 0 });
  expect(log.tail()).toEqual([expect.objectContaining({ message: 'child process is gone', type: 'GPU' })]);
});
