/** The fiscal simulation, short: the long one is `npm run simulate`. */
import { expect, test } from 'vitest';
import { buildShim } from '#emulators/kkt/testing.ts';
import { simulate } from './fiscal-simulation.ts';

const shim = buildShim();
if (shim.path === undefined) console.warn(`the fiscal simulation is skipped: ${shim.reason}`);

const TURNS = 150;

test.skipIf(shim.path === undefined)(
  'I14 whatever fails and whoever dies: no receipt twice, none lost, unknown only where the evidence is gone',
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
