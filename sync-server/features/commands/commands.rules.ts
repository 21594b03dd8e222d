/** How a command stands. Pure. */
import type { CommandState } from '#shared/hq/fleet.api.ts';
import type { CommandRow } from './commands.repo.ts';

type Facts = Pick<CommandRow, 'outcome' | 'cancelledAt' | 'deliveredAt' | 'expiresAt'>;

/** An answer counts whenever it comes: a device may have obeyed in time and been cut off before it could say so. */
export function stateOf({ outcome, cancelledAt, deliveredAt, expiresAt }: Facts, now: number): CommandState {
  if (outcome !== null) return outcome === 'done' ? 'done' : 'refused';
  if (cancelledAt !== null) return 'cancelled';
  if (now < expiresAt) return deliveredAt === null ? 'waiting' : 'delivered';
  return deliveredAt === null ? 'expired' : 'silent';
}
