/** The fiscal simulation, short: the long one is `npm run simulate`. And proof that it would find what it looks for. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { buildShim } from '#emulators/kkt/testing.ts';
import { ROOT } from '../../scripts/processes.ts';
import { MUTANTS } from './fiscal-mutants.ts';
import { simulate } from './fiscal-simulation.ts';

const shim = buildShim();
if (shim.path === undefined) console.warn(`the fiscal simulation is skipped: ${shim.reason}`);

const TURNS = 150;

test.skipIf(shim.path === undefined)(
  'whatever fails and whoever dies: no receipt twice, none lost, unknown only where the evidence is gone',
  async () => {
    const result = await simulate({ runs: TURNS, seed: 20_261_121, lanes: 4, libraryPath: shim.path ?? '' });
    expect(result.turns).toBe(TURNS);
    // A simulation in which nothing happens would hold as well.
    expect(result.struck).toBeGreaterThan(TURNS / 2);
    expect(result.deaths).toBeGreaterThan(TURNS / 5);
    expect(result.table.size).toBeGreaterThan(15);
  },
  300_000,
);

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
