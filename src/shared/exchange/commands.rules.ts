/**
 * SM-8: PENDING → DELIVERED by a poll, for a lease; a lease that is over lets the next poll take it again; then ACKNOWLEDGED or
 * FAILED by its ack, or EXPIRED with its time. Nothing follows these three.
 */
import type { CommandStatus } from './commands.schema.ts';

export const OPEN_STATUSES = ['PENDING', 'DELIVERED'] as const satisfies readonly CommandStatus[];

/** Whether nothing becomes of it any more: an ack changes nothing, and nothing is sold by it. */
export const isOver = (status: CommandStatus): boolean => !OPEN_STATUSES.some((open) => open === status);

/** How long a poll gives a command to the one who asked. */
export const LEASE_MS = 60_000;
