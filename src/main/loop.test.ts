import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryLog } from './log/log.ts';
import { createLoop } from './loop.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that ends when the test says so. */
const controlled = () => {
  const ends: ((error?: Error) => void)[] = [];
  let most = 0;
  let running = 0;
  let runs = 0;
  const run = () =>
    new Promise<void>((resolve, reject) => {
      runs += 1;
      running += 1;
      most = Math.max(most, running);
      ends.push((error) => {
        running -= 1;
        if (error) reject(error);
        else resolve();
      });
    });
  const end = async (error?: Error) => {
    ends.shift()?.(error);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { run, end, runs: () => runs, most: () => most };
};

test('ticks at once, then at the interval after each end, never two at a time', async () => {
  const work = controlled();
  const loop = createLoop({ name: 'x', intervalMs: 100, run: work.run, log: createMemoryLog() });
  loop.start();
  loop.start();
  await vi.advanceTimersByTimeAsync(1000);
  expect(work.runs()).toBe(1);
  await work.end();
  await vi.advanceTimersByTimeAsync(99);
  expect(work.runs()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(work.runs()).toBe(2);
  expect(work.most()).toBe(1);
});

test('wakes during a tick coalesce into one tick right after it', async () => {
  const work = controlled();
  const loop = createLoop({ name: 'x', intervalMs: 100, run: work.run, log: createMemoryLog() });
  loop.start();
  await vi.advanceTimersByTimeAsync(0);
  loop.wake();
  loop.wake();
  loop.wake();
  expect(work.runs()).toBe(1);
  await work.end();
  expect(work.runs()).toBe(2);
  await work.end();
  expect(work.runs()).toBe(2);
});

test('callers of tick wait for the one under way, and its failure reaches them', async () => {
  const work = controlled();
  const loop = createLoop({ name: 'x', intervalMs: 100, run: work.run, log: createMemoryLog() });
  const both = Promise.allSettled([loop.tick(), loop.tick()]);
  await work.end(new Error('no'));
  expect((await both).map((result) => result.status)).toEqual(['rejected', 'rejected']);
  expect(work.runs()).toBe(1);
});

test('failures are logged and wait twice as long each time, up to the limit; a success ends that', async () => {
  let fail = true;
  let runs = 0;
  const log = createMemoryLog();
  const loop = createLoop({
    name: 'flaky',
    intervalMs: 100,
    maxBackoffMs: 400,
    run: () => {
      runs += 1;
      if (fail) throw new Error('no network');
    },
    log,
  });
  loop.start();
  const times: number[] = [];
  for (let ms = 0; ms <= 1500; ms += 1) {
    const before = runs;
    await vi.advanceTimersByTimeAsync(ms === 0 ? 0 : 1);
    if (runs > before) times.push(ms);
  }
  expect(times).toEqual([0, 100, 300, 700, 1100, 1500]);
  expect(log.tail().at(-1)).toMatchObject({ message: 'loop tick failed', loop: 'flaky', failures: 6 });
  fail = false;
  await vi.advanceTimersByTimeAsync(400);
  expect(runs).toBe(7);
  await vi.advanceTimersByTimeAsync(100);
  expect(runs).toBe(8);
  expect(log.tail()).toHaveLength(6);
});

test('I20 wakes that come to nothing do not make the next wait longer: a busy till is back as soon as an idle one', async () => {
  let runs = 0;
  const run = () => {
    runs += 1;
    throw new Error('no network');
  };
  const loop = createLoop({ name: 'x', intervalMs: 100, maxBackoffMs: 100_000, run, log: createMemoryLog() });
  loop.start();
  await vi.advanceTimersByTimeAsync(0);
  for (let sale = 0; sale < 20; sale += 1) {
    loop.wake();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(runs).toBe(21);
  await vi.advanceTimersByTimeAsync(90);
  expect(runs).toBe(22);
  await vi.advanceTimersByTimeAsync(199);
  expect(runs).toBe(22);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toBe(23);
});

test('I20 nor do wakes that come while a tick is failing', async () => {
  const work = controlled();
  const loop = createLoop({ name: 'x', intervalMs: 100, maxBackoffMs: 1e6, run: work.run, log: createMemoryLog() });
  loop.start();
  await vi.advanceTimersByTimeAsync(0);
  for (let sale = 0; sale < 20; sale += 1) {
    loop.wake();
    await work.end(new Error('no network'));
  }
  await work.end(new Error('no network'));
  expect(work.runs()).toBe(21);
  await vi.advanceTimersByTimeAsync(100);
  expect(work.runs()).toBe(22);
});

test('stop waits for the tick under way and nothing runs after it, wakes included', async () => {
  const work = controlled();
  const loop = createLoop({ name: 'x', intervalMs: 100, run: work.run, log: createMemoryLog() });
  loop.start();
  await vi.advanceTimersByTimeAsync(0);
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  loop.wake();
  await vi.advanceTimersByTimeAsync(10);
  expect(stopped).toBe(false);
  await work.end();
  await stopping;
  loop.wake();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(work.runs()).toBe(1);
});

test('jitter lengthens the interval by its share', async () => {
  let runs = 0;
  const loop = createLoop({
    name: 'x',
    intervalMs: 100,
    jitter: 0.5,
    random: () => 0.5,
    run: () => {
      runs += 1;
    },
    log: createMemoryLog(),
  });
  loop.start();
  await vi.advanceTimersByTimeAsync(124);
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toBe(2);
});

test('the wait after a failure begins at its own length and is spread, so that a shop does not come back in step', async () => {
  let runs = 0;
  const loop = createLoop({
    name: 'x',
    intervalMs: 30_000,
    retryMs: 1000,
    random: () => 0.5,
    run: () => {
      runs += 1;
      throw new Error('no network');
    },
    log: createMemoryLog(),
  });
  loop.start();
  await vi.advanceTimersByTimeAsync(499);
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toBe(2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toBe(3);
});
