import { expect, test } from 'vitest';
import { runRush } from './exchange-rush.ts';

// Ten thousand, the bar, take many minutes: `COMMANDS=10000 npm run test:long -- exchange`.
const COMMANDS = Number(process.env['COMMANDS'] ?? 500);
const PARTS = 5;

test.each(Array.from({ length: PARTS }, (_, nth) => Number(process.env['SEED'] ?? 200) + nth))(
  'seed %i: of hundreds of commands the server sells each at most once, at a price that was seen',
  async (seed) => {
    const { faults, sold } = await runRush({ commands: COMMANDS / PARTS, seed });
    expect({ seed, faults }).toEqual({ seed, faults: [] });
    expect(sold).toBeGreaterThan(0);
  },
  1_800_000,
);
