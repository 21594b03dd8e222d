import { expect, test } from 'vitest';
import { dueDay } from './cleanup.rules.ts';

test.each([
  ['Europe/Moscow', '2025-10-15T00:29:59Z', undefined],
  ['Europe/Moscow', '2025-10-15T00:30:00Z', '2025-10-15'],
  ['Europe/Moscow', '2025-10-15T20:59:59Z', '2025-10-15'],
  ['Europe/Moscow', '2025-10-15T21:00:00Z', undefined],
  ['Asia/Jerusalem', '2025-10-15T00:30:00Z', '2025-10-15'],
  ['America/New_York', '2026-01-01T08:30:00Z', '2026-01-01'],
  ['America/New_York', '2026-01-01T08:29:00Z', undefined],
] as const)('in %s at %s the cleanup of %s is due', (zone, at, day) => {
  expect(dueDay(zone, Date.parse(at))).toBe(day);
});
