import { expect, test } from 'vitest';
import { lookOf } from './devices.queries.ts';

test.each([
  [{ status: 'pending', online: false }, 'pending'],
  [{ status: 'revoked', online: true, lastSeenAt: 5 }, 'revoked'],
  [{ status: 'active', online: true, lastSeenAt: 5 }, 'online'],
  [{ status: 'active', online: false, lastSeenAt: 5 }, 'away'],
  [{ status: 'active', online: false }, 'never'],
] as const)('%j is %s', (device, look) => {
  expect(lookOf(device)).toBe(look);
});
