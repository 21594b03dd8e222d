/** The sync simulation, short: `.ci/run` has the long one. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulate } from './sync-command.ts';
import { planOf } from './sync-plan.ts';
import { playScript } from './sync-run.ts';
import { withDatabase } from './sync-simulation.ts';

const CORPUS = join(import.meta.dirname, 'corpus');
const RUNS = 60;

test('I1 I2 I3 I4 I5 I6 I7 I8 I9 I10 I11 I12 I15 I16 I17 I18 I20 I22: whatever fails and whoever dies', {
  timeout: 300_000,
}, async () => {
  const { code, said } = await simulate('--runs', String(RUNS), '--seed', '20261121');
  expect(said).toContain(`${RUNS} runs of sync from seed 20261121: everything held`);
  expect(code).toBe(0);
});

test('the same seed is the same run', { timeout: 120_000 }, async () => {
  const [one, two] = await Promise.all([1, 2].map(() => simulate('--runs', '12', '--seed', '77', '--lanes', '1')));
  const trace = /trace ([0-9a-f]+)/.exec(one?.said ?? '')?.[1];
  expect(trace).toBeDefined();
  expect(two?.said).toContain(`trace ${trace}`);
});

test('a run depends on its seed alone, whatever was played before it', { timeout: 120_000 }, async () => {
  const seeds = Array.from({ length: 10 }, (_, n) => 90 + n);
  await withDatabase(async (database) => {
    const played = async (seed: number) => `${seed} ${(await playScript(database, planOf(seed))).trace}`;
    const forwards: string[] = [];
    for (const seed of seeds) forwards.push(await played(seed));
    const backwards: string[] = [];
    for (const seed of seeds.toReversed()) backwards.push(await played(seed));
    expect(backwards.toReversed()).toEqual(forwards);
  });
});

test.each(readdirSync(CORPUS))('what once failed holds: %s', { timeout: 120_000 }, async (file) => {
  const { code, said } = await simulate('--script', join(CORPUS, file));
  expect(said).toContain('everything held');
  expect(code).toBe(0);
});
