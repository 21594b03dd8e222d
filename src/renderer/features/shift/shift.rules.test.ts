import { expect, test } from 'vitest';
import { lookOf, WARN_MS } from './shift.rules.ts';

test.each([
  [
    { state: 'open', number: 118, leftMs: 22_320_000 },
    { kind: 'open', hours: 6, minutes: 12, isEnding: false },
  ],
  [
    { state: 'open', number: 118, leftMs: WARN_MS },
    { kind: 'open', hours: 2, minutes: 0, isEnding: true },
  ],
  [
    { state: 'open', number: 118, leftMs: -5 },
    { kind: 'open', hours: 0, minutes: 0, isEnding: true },
  ],
  // A register that does not say how long is no reason to warn.
  [
    { state: 'open', number: 118 },
    { kind: 'open', hours: 0, minutes: 0, isEnding: false },
  ],
  [{ state: 'closed', number: 118 }, { kind: 'closed' }],
  [{ state: 'expired', number: 118, leftMs: 0 }, { kind: 'expired' }],
  [{ state: 'unknown', number: 0 }, { kind: 'unknown' }],
] as const)('%j', (shift, expected) => {
  expect(lookOf(shift)).toEqual(expected);
});
