import { expect, test } from 'vitest';
import { createTestCore } from '#test/doubles/core-double.ts';
import { plansOf } from '#test/doubles/plans.ts';
import { createBlobsRepo } from './blobs.repo.ts';

test('what waits is found by its index, however many files were sent long ago', () => {
  const { db } = createTestCore();
  const repo = createBlobsRepo(db);
  const plans = plansOf(db, () => {
    repo.listWaiting(0, 1, 1);
    repo.countWaiting();
    repo.listHeld();
    repo.release('a'.repeat(64));
    repo.withhold();
  });
  expect(plans).toHaveLength(5);
  for (const plan of plans) expect(plan).toMatch(/blobs_waiting|sqlite_autoindex_blobs_1/);
});
