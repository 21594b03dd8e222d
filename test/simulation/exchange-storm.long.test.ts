import { expect, test } from 'vitest';
import { runStorm } from './exchange-storm.ts';

const COMMANDS = Number(process.env['COMMANDS'] ?? 500);
const PARTS = 5;

test.each(Array.from({ length: PARTS }, (_, nth) => Number(process.env['SEED'] ?? 100) + nth))(
  'seed %i: each of hundreds of commands is sold at most once, at a price that was seen or within the limit',
  async (seed) => {
    const { faults, sold } = await runStorm({ commands: COMMANDS / PARTS, seed });
    expect({ seed, faults }).toEqual({ seed, faults: [] });
    expect(sold).toBeGreaterThan(0);
  },
  1_800_000,
);
