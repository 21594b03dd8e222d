/**
 * What the event loop of this process is held up by: the delay of a timer of 1 ms, which other work of the machine adds to,
 * and the processor's time that each turn of the loop took, which it does not.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoopDelay } from './driver.ts';

const RESOLUTION_MS = 1;

export function createLoopWatch(): { begin(): void; seen(): LoopDelay } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let turns: number[] = [];
  let before = 0;
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const look = () => {
    const now = cpuMs();
    turns.push(now - before);
    before = now;
    setTimeout(look, RESOLUTION_MS).unref();
  };
  return {
    begin: () => {
      delay.reset();
      delay.enable();
      turns = [];
      if (before === 0) setTimeout(look, RESOLUTION_MS).unref();
      before = cpuMs();
    },
    seen: () => {
      const sorted = turns.toSorted((a, b) => a - b);
      const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => ns / 1e6);
      const cpuP99 = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
      return { p50: p50 ?? 0, p99: p99 ?? 0, max: max ?? 0, cpuP99, cpuMax: sorted.at(-1) ?? 0 };
    },
  };
}
