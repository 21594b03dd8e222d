import { expect, test } from 'vitest';
import { moveDay } from './reconciliation.queries.ts';

test('days go over the ends of months and years', () => {
  expect(moveDay('2025-12-31', 1)).toBe('2026-01-01');
  expect(moveDay('2024-03-01', -1)).toBe('2024-02-29');
});
