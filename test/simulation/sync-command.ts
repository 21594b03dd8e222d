/** `npm run simulate -- --only sync` as a test runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from '../../scripts/processes.ts';

/** In plain Node: its loader is what changes a mutant's lines, and two processes are two cores. */
export async function simulate(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/simulate.ts', '--only', 'sync', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}
