/**
 * Measures the event loop of the process it is loaded into (`node --import`): SIGUSR2 writes what was seen since the last
 * one to the file that LOOP_DELAY_FILE names, in milliseconds, and begins anew.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Of the timer that is watched: what is measured is never less. */
const RESOLUTION_MS = 1;

const file = process.env['LOOP_DELAY_FILE'];
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on('SIGUSR2', () => {
    const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => ns / 1e6);
    delay.reset();
    writeFileSync(`${file}.new`, JSON.stringify({ p50, p99, max }));
    renameSync(`${file}.new`, file);
  });
}
