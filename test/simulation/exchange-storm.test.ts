import { expect, test } from 'vitest';
import { runStorm } from './exchange-storm.ts';

test('each command of a phone is sold at most once and at a price that was seen or within the limit, in a storm', async () => {
  const seed = Number(process.env['SEED'] ?? 7);
  const { faults, sold, ended, weather } = await runStorm({ commands: 40, seed });
  expect({ seed, faults }).toEqual({ seed, faults: [] });
  expect(sold).toBeGreaterThan(10);
  expect(ended['EXPIRED']).toBeGreaterThan(0);
  expect(ended['FAILED']).toBeGreaterThan(0);
  for (const count of Object.values(weather)) expect(count).toBeGreaterThan(0);
}, 120_000);
