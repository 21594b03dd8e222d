import { expect, test } from 'vitest';
import { lookOf, skewOf } from './devices.queries.ts';

test.each([
  [{ status: 'pending', online: false }, 'pending'],
  [{ status: 'revoked', online: true, lastSeenAt: 5 }, 'revoked'],
  [{ status: 'active', online: true, lastSeenAt: 5 }, 'online'],
  [{ status: 'active', online: false, lastSeenAt: 5 }, 'away'],
  [{ status: 'active', online: false }, 'never'],
] as const)('%j is %s', (device, look) => {
  expect(lookOf(device)).toBe(look);
});

test.each([
  [undefined, undefined],
  [59_999, undefined],
  [-59_999, undefined],
  [180_000, { is: 'slow', ms: 180_000 }],
  [-3_600_000, { is: 'fast', ms: 3_600_000 }],
])('a clock off by %s', (ms, skew) => {
  expect(skewOf(ms)).toEqual(skew);
});
