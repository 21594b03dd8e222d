import type { Kiosk } from '#shared/kiosk/kiosk.schema.ts';
import type { SyncStatus } from '#shared/rpc/device.contract.ts';

export type ClosedReason = 'revoked' | 'inactive' | 'error' | 'not_synced' | 'no_services';

/** Why no guest is taken; undefined when one is. Being offline is no reason. */
export function closedReason(
  sync: SyncStatus,
  services: number,
  status: Kiosk['status'] = 'active',
): ClosedReason | undefined {
  if (sync.state === 'revoked') return 'revoked';
  if (status !== 'active') return status;
  if (services > 0) return undefined;
  return sync.lastPullAt === undefined ? 'not_synced' : 'no_services';
}
