import { expect, test } from 'vitest';
import { runRush } from './exchange-rush.ts';

test('the server sells each command at most once and at a price that was seen, whatever two desktops do', async () => {
  const seed = Number(process.env['SEED'] ?? 11);
  const { faults, sold, ended, weather } = await runRush({ commands: 40, seed });
  expect({ seed, faults }).toEqual({ seed, faults: [] });
  expect(sold).toBeGreaterThan(5);
  expect([ended['EXPIRED'], ended['FAILED']].every((count) => count !== undefined && count > 0)).toBe(true);
  for (const count of Object.values(weather)) expect(count).toBeGreaterThan(0);
}, 180_000);

test('a desktop that makes a new key for each try is found out', async () => {
  const { faults } = await runRush({ commands: 12, seed: 1, isCareless: true });
  expect(faults.some((fault) => fault.includes('sold for no command'))).toBe(true);
}, 60_000);

test('a server that does not look where the market went is found out', async () => {
  const { faults } = await runRush({ commands: 20, seed: 1, isBlind: true });
  expect(faults.some((fault) => fault.includes('far from any market'))).toBe(true);
}, 60_000);
