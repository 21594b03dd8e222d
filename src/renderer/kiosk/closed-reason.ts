import type { SyncStatus } from '#shared/rpc/device.contract.ts';

export type ClosedReason = 'revoked' | 'not_synced' | 'no_services';

/** Why there is nothing to offer; undefined when there is. Being offline is no reason. */
export function closedReason(sync: SyncStatus, services: number): ClosedReason | undefined {
  if (sync.state === 'revoked') return 'revoked';
  if (services > 0) return undefined;
  return sync.lastPullAt === undefined ? 'not_synced' : 'no_services';
}
