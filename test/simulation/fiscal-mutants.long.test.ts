/** Proof that the fiscal simulation finds what it looks for: each known fault, switched on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { buildShim } from '#emulators/kkt/testing.ts';
import { ROOT } from '../../scripts/processes.ts';
import { MUTANTS } from './fiscal-mutants.ts';

const shim = buildShim();
if (shim.path === undefined) console.warn(`the known faults of fiscal tasks are skipped: ${shim.reason}`);

test.skipIf(shim.path === undefined).each(Object.keys(MUTANTS))(
  'finds the product that does this: %s',
  async (mutant) => {
    const args = ['scripts/run.mjs', 'scripts/simulate.ts', '--runs', '100', '--seed', '3', '--mutant', mutant];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(said).toMatch(/turn \d+ of seed 3: .+/);
    expect(said).toContain('again: npm run simulate');
    expect(code).toBe(1);
  },
  300_000,
);
