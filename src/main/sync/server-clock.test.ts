import { expect, test } from 'vitest';
import { createTestDb } from '#main/db/test-db.ts';
import { createServerClock } from './server-clock.ts';

const HOUR = 3_600_000;
const NOON = 1_764_580_000_000;

test('a clock that is ahead is corrected, after a restart without a line too', () => {
  const db = createTestDb();
  let own = NOON + 2 * HOUR;
  createServerClock(db, () => own).hear(2 * HOUR, NOON);
  const again = createServerClock(db, () => own);
  expect(again.now()).toBe(NOON);
  own += HOUR;
  expect(again.now()).toBe(NOON + HOUR);
});

test('a clock that fell back to its first day does not take back what has begun', () => {
  const db = createTestDb();
  createServerClock(db, () => NOON).hear(0, NOON);
  expect(createServerClock(db, () => 0).now()).toBe(NOON);
});

test('a device that never heard a server goes by its own clock', () => {
  expect(createServerClock(createTestDb(), () => NOON).now()).toBe(NOON);
});
