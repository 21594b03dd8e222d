/** Starts participants and speaks to them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Weight } from './participant.ts';

export interface Participant {
  /** Rejects with the participant's own error, or when it ends before it answers. */
  ask<Answer = null>(command: string, args?: unknown): Promise<Answer>;
  weigh(): Promise<Weight>;
  /** Calls back for every event with this name. */
  on(event: string, heard: (told: Readonly<Record<string, unknown>>) => void): void;
  /** Lets it end in order; kills it when it does not within ten seconds. */
  close(): Promise<void>;
}

/** What a participant that watches its event loop has seen, ms. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Processor's time of a turn of the loop. */
  readonly cpuP99: number;
  readonly cpuMax: number;
}

interface Line {
  readonly id?: number;
  readonly answer?: unknown;
  readonly error?: string;
  readonly event?: string;
  readonly ready?: boolean;
}

const ROOT = join(import.meta.dirname, '../..');
const PATIENCE_MS = 10_000;

/** @param entry a module that calls `participate`, relative to the repository: ours in `main`, a peer's by itself. */
export async function startParticipant(entry: string, env: Readonly<Record<string, string>>): Promise<Participant> {
  const args = entry.endsWith('.ts') ? [join(ROOT, 'scripts/run.mjs'), entry] : [join(ROOT, entry)];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const asked = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  const heard = new Map<string, ((told: Readonly<Record<string, unknown>>) => void)[]>();
  const ready = Promise.withResolvers<void>();
  const exited = once(child, 'exit');
  let count = 0;

  createInterface({ input: child.stdout }).on('line', (text) => {
    // Peers print their own news between the lines.
    if (!text.startsWith('{"')) return;
    const line = JSON.parse(text) as Line;
    if (line.ready === true) return ready.resolve();
    if (line.event !== undefined) for (const hear of heard.get(line.event) ?? []) hear({ ...line });
    const waiting = line.id === undefined ? undefined : asked.get(line.id);
    if (line.id === undefined || waiting === undefined) return;
    asked.delete(line.id);
    if (line.error === undefined) waiting.resolve(line.answer);
    else waiting.reject(new Error(`${entry}: ${line.error}`));
  });
  child.stdin.on('error', () => undefined);
  child.once('exit', (code) => {
    const error = new Error(`${entry} ended with ${code}`);
    ready.reject(error);
    for (const { reject } of asked.values()) reject(error);
  });
  await ready.promise;

  const ask = <Answer>(command: string, args: unknown = {}): Promise<Answer> => {
    count += 1;
    const answer = Promise.withResolvers<unknown>();
    asked.set(count, answer);
    child.stdin.write(`${JSON.stringify({ id: count, command, args })}\n`);
    return answer.promise as Promise<Answer>;
  };
  return {
    ask,
    weigh: () => ask<Weight>('weigh'),
    on: (event, hear) => heard.set(event, [...(heard.get(event) ?? []), hear]),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await ask('close').catch(() => undefined);
      await exited;
      clearTimeout(impatience);
    },
  };
}
