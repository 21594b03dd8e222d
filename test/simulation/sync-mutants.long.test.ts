/** Proof that the simulation of sync finds what it looks for: each known fault of sync.md, switched on. */
import { beforeAll, describe, expect, test } from 'vitest';
import { simulate } from './sync-command.ts';
import { SYNC_MUTANT_NAMES } from './sync-mutants.ts';

describe('finds the product that does this', () => {
  let said = '';
  beforeAll(async () => {
    ({ said } = await simulate('--mutant', 'all'));
  }, 600_000);

  test.each(SYNC_MUTANT_NAMES)('%s', (name) => {
    expect(said).toMatch(new RegExp(`^${name}: found in run \\d+: .*(I\\d+:|AppError)`, 'm'));
  });
});
