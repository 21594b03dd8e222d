import { expect, test } from 'vitest';
import { inTrouble, lookOf } from './kiosks.queries.ts';

test('AP-27 a silent kiosk is said to have no connection, whatever it was told to be', () => {
  expect(lookOf({ online: true, lastActiveAt: '2026-11-21T10:00:00Z' })).toBe('online');
  expect(lookOf({ online: false, lastActiveAt: '2026-11-21T10:00:00Z' })).toBe('away');
  expect(lookOf({ online: false, lastActiveAt: null })).toBe('never');
});

test('an error that was not cleared is a trouble also of a kiosk that is switched off', () => {
  expect(inTrouble({ status: 'error', lastErrorCode: null })).toBe(true);
  expect(inTrouble({ status: 'inactive', lastErrorCode: 'B2' })).toBe(true);
  expect(inTrouble({ status: 'inactive', lastErrorCode: null })).toBe(false);
});
