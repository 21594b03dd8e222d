import { expect, it } from 'vitest';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { type ClosedReason, closedReason } from './closed-reason.ts';

const sync = (patch: Partial<SyncStatus>): SyncStatus => ({
  state: 'online',
  since: 0,
  unsent: 0,
  refused: 0,
  lastPullAt: 1,
  ...patch,
});

it.each<[string, SyncStatus, number, ClosedReason | undefined]>([
  ['is open', sync({}), 3, undefined],
  ['is open while offline', sync({ state: 'offline' }), 3, undefined],
  ['waits for its first catalogue', { state: 'offline', since: 0, unsent: 0, refused: 0 }, 0, 'not_synced'],
  ['has nothing to offer', sync({}), 0, 'no_services'],
  ['is closed when its access was revoked, services or not', sync({ state: 'revoked' }), 3, 'revoked'],
])('%s', (_name, status, services, reason) => {
  expect(closedReason(status, services)).toBe(reason);
});

it('AP-10 is closed while its partner has it so, whatever it could offer', () => {
  expect(closedReason(sync({}), 3, 'inactive')).toBe('inactive');
  expect(closedReason(sync({ state: 'offline' }), 3, 'error')).toBe('error');
  expect(closedReason(sync({}), 3, 'active')).toBeUndefined();
});
