/** What tests against the emulated register share: the built shim, a register in a folder of its own, its faults. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from './faults.ts';
import { type RegisterOptions, type RunningRegister, startRegister } from './register.ts';

const ROOT = join(import.meta.dirname, '../..');

export type Shim = { readonly path: string } | { readonly path: undefined; readonly reason: string };

/** Builds libfptr10 for this machine. Without a compiler whoever asked does without, and says `reason`. */
export function buildShim(): Shim {
  const run = spawnSync(process.execPath, [join(ROOT, 'scripts/build-emulator.mjs')], { encoding: 'utf8' });
  if (run.status === 0) {
    const name = process.platform === 'darwin' ? 'libfptr10.dylib' : 'libfptr10.so';
    return { path: join(ROOT, 'build/emulator', name) };
  }
  if (run.status === 3) return { path: undefined, reason: run.stderr.trim() };
  throw new Error(`build-emulator failed: ${run.stderr}`);
}

export interface Bench {
  readonly stateFile: string;
  /** The register as it runs now; another one after `restart`. */
  register(): RunningRegister;
  restart(options?: Partial<RegisterOptions>): Promise<void>;
  arm(fault: Partial<Fault> & Pick<Fault, 'point'>): Promise<void>;
  post(path: string, body: unknown): Promise<Response>;
  state(): Promise<Record<string, unknown>>;
  documents(): Promise<readonly Record<string, unknown>[]>;
  tape(): Promise<string>;
  /** Stops the register and removes its folder. */
  dispose(): Promise<void>;
}

/** A register on free ports, its state in a folder of its own. */
export async function openBench(options: Partial<RegisterOptions> = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-kkt-'));
  const stateFile = join(folder, 'kkt.json');
  const start = (more: Partial<RegisterOptions> = {}): Promise<RunningRegister> =>
    startRegister({ port: 0, pagePort: 0, stateFile, now: Date.now, timeZone: 'Europe/Moscow', ...options, ...more });
  let running = await start();
  const get = (path: string): Promise<Response> => fetch(running.url + path);
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(running.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    stateFile,
    register: () => running,
    async restart(more) {
      await running.stop();
      running = await start(more);
    },
    async arm(fault) {
      const response = await post('/faults', fault);
      if (!response.ok) throw new Error(`fault refused: ${await response.text()}`);
    },
    post,
    state: async () => (await (await get('/state')).json()) as Record<string, unknown>,
    documents: async () => (await (await get('/documents')).json()) as Record<string, unknown>[],
    tape: async () => (await get('/tape.txt')).text(),
    async dispose() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
