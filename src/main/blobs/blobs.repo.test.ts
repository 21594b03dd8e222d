import { expect, test } from 'vitest';
import { createTestCore } from '#test/doubles/core-double.ts';
import { createBlobsRepo } from './blobs.repo.ts';

test('what waits is found by its index, however many files were sent long ago', () => {
  const { db } = createTestCore();
  const statements: string[] = [];
  const prepare = db.$client.prepare.bind(db.$client);
  Object.assign(db.$client, {
    prepare: (text: string) => {
      statements.push(text);
      return prepare(text);
    },
  });
  const repo = createBlobsRepo(db);
  repo.listWaiting(0, 1, 1);
  repo.countWaiting();
  repo.listHeld();
  repo.release('a'.repeat(64));
  repo.withhold();
  const plans = statements.map((text) => {
    const rows = prepare(`EXPLAIN QUERY PLAN ${text}`).all(...Array.from(text.matchAll(/\?/g), () => 0));
    return (rows as { detail: string }[]).map(({ detail }) => detail).join('; ');
  });
  expect(plans).toHaveLength(5);
  for (const plan of plans) expect(plan).toMatch(/blobs_waiting|sqlite_autoindex_blobs_1/);
});
