/** Child processes of the product, as a person would start them: each prints one ready line and stops on SIGTERM. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServiceOptions {
  readonly name: string;
  /** Arguments of `scripts/run.mjs`: the entry and its own. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Gets every line of stderr. */
  readonly onLog?: (line: string) => void;
  /** How long it may take to become ready, ms. */
  readonly timeoutMs?: number;
}

export interface Service {
  readonly name: string;
  readonly pid: number;
  /** What its ready line said. */
  readonly ready: Readonly<Record<string, unknown>> & { readonly url: string };
  /** Asks it to stop, and waits. */
  stop(): Promise<void>;
  /** Pulls the plug. */
  kill(): Promise<void>;
  /** Resolves with the exit code when it ends by itself. */
  readonly ended: Promise<number | null>;
}

export const ROOT = new URL('..', import.meta.url).pathname;

/** Starts a service and waits for its ready line. Rejects with its last lines when it ends or dawdles. */
export async function startService({ name, args, env, onLog, timeoutMs = 60_000 }: ServiceOptions): Promise<Service> {
  const child = spawn(process.execPath, ['scripts/run.mjs', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lastLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > 20) lastLines.shift();
    onLog?.(line);
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  // Ends with the wait: a service that became ready lives longer than it was waited for.
  const patience = new AbortController();
  const ready = await Promise.race([
    readReady(child),
    ended.then((code) => {
      throw new Error(`${name} ended with code ${code} before it was ready\n${lastLines.join('\n')}`);
    }),
    delay(timeoutMs, undefined, { ref: false, signal: patience.signal }).then(() => {
      child.kill('SIGKILL');
      throw new Error(`${name} was not ready after ${timeoutMs} ms\n${lastLines.join('\n')}`);
    }),
  ]).finally(() => patience.abort());
  return {
    name,
    pid: child.pid ?? 0,
    ready,
    ended,
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
    },
    async kill() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

function readReady(child: ChildProcess): Promise<Service['ready']> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed: unknown = line.startsWith('{') ? JSON.parse(line) : undefined;
      if (isReady(parsed)) resolve(parsed);
    });
  });
}

const isReady = (value: unknown): value is Service['ready'] =>
  typeof value === 'object' && value !== null && 'ready' in value && 'url' in value && typeof value.url === 'string';

/** Waits until `probe` answers something, asking again every `everyMs`. Rejects after `timeoutMs`, naming what it waited for. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 30_000,
  everyMs = 50,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
