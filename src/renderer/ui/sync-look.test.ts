import { expect, test } from 'vitest';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';
import { isStale, lookOf } from './sync-look.ts';

const status = (part: Partial<SyncStatus>): SyncStatus => ({
  state: 'online',
  since: 0,
  unsent: 0,
  refused: 0,
  ...part,
});

test.each([
  [{}, 'online'],
  [{ unsent: 3 }, 'sending'],
  [{ state: 'offline', hydrating: true, unsent: 3 }, 'hydrating'],
  [{ state: 'offline', hydrating: true, fault: 'device.server_unreachable' }, 'offline'],
  [{ unsent: 3, refused: 1 }, 'refused'],
  [{ state: 'offline', unsent: 3, refused: 1 }, 'offline'],
  [{ state: 'offline', fault: 'device.server_unreachable' }, 'offline'],
  [{ state: 'offline', fault: 'app.unavailable' }, 'refusing'],
  [{ state: 'revoked', fault: 'auth.unauthorized' }, 'revoked'],
  [{ state: 'upgrade_required' }, 'upgrade_required'],
  [{ state: 'not_enrolled' }, 'not_enrolled'],
] as const)('%j looks %s', (part, look) => {
  expect(lookOf(status(part))).toBe(look);
});

test('an exchange is old after a minute and a half, and not while there was none', () => {
  expect(isStale(status({ lastExchangeAt: 0 }), 90_000)).toBe(false);
  expect(isStale(status({ lastExchangeAt: 0 }), 90_001)).toBe(true);
  expect(isStale(status({}), 1e12)).toBe(false);
});
