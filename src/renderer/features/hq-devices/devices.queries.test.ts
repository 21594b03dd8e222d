import { expect, test } from 'vitest';
import { kioskFault, lookOf } from './devices.queries.ts';

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
  [{ status: 'active' }, undefined],
  [{ status: 'active', kiosk: { status: 'active' } }, undefined],
  // Guests are served beside it.
  [
    { status: 'active', kiosk: { status: 'active', lastErrorCode: 'PRINTER_PAPER' } },
    { is: 'error', code: 'PRINTER_PAPER' },
  ],
  [{ status: 'active', kiosk: { status: 'inactive' } }, { is: 'off' }],
  [{ status: 'active', kiosk: { status: 'error' } }, { is: 'stopped' }],
  [{ status: 'revoked', kiosk: { status: 'error', lastErrorCode: 'B2' } }, undefined],
] as const)('what is wrong with a kiosk: %j is %j', (device, fault) => {
  expect(kioskFault(device)).toEqual(fault);
});
