import { expect, test } from 'vitest';
import { FIRST_BATCH, nextBatchSize } from './pace.ts';

test('a server with time to spare is soon given all that a push may carry', () => {
  const sizes = [FIRST_BATCH];
  while (sizes.length < 5) sizes.push(nextBatchSize(sizes.at(-1) ?? 0, 40));
  expect(sizes).toEqual([50, 100, 200, 400, 500]);
});

test('I20 a busy one is given less, but always something', () => {
  const sizes = [500];
  while (sizes.length < 7) sizes.push(nextBatchSize(sizes.at(-1) ?? 0, 1500));
  expect(sizes).toEqual([500, 250, 125, 62, 31, 25, 25]);
  expect(nextBatchSize(200, 500)).toBe(200);
});

test('never more than gets through on the way, whatever the clock says', () => {
  expect(nextBatchSize(4, 10, 5)).toBe(5);
  expect(nextBatchSize(5, 10_000, 5)).toBe(5);
  expect(nextBatchSize(100, -86_400_000)).toBe(200);
});
