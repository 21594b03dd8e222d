/** How a command stands. Pure. */

import type { CommandResult } from '#shared/devices/commands.schema.ts';
import type { CommandState } from '#shared/hq/fleet.api.ts';

interface Facts {
  readonly outcome: CommandResult['outcome'] | null;
  readonly cancelledAt: number | null;
  readonly deliveredAt: number | null;
  readonly expiresAt: number;
}

/** An answer counts whenever it comes: a device may have obeyed in time and been cut off before it could say so. */
export function stateOf({ outcome, cancelledAt, deliveredAt, expiresAt }: Facts, now: number): CommandState {
  if (outcome !== null) return outcome === 'done' ? 'done' : 'refused';
  if (cancelledAt !== null) return 'cancelled';
  if (now < expiresAt) return deliveredAt === null ? 'waiting' : 'delivered';
  return deliveredAt === null ? 'expired' : 'silent';
}
