/** REST of headquarters about single devices: what they are asked from afar, and what came of it. */
import { z } from 'zod';
import { COMMAND_FAULTS, CommandDetails, CommandOrder } from '../devices/commands.schema.ts';
import { Id, Millis } from '../kernel/schemas.ts';

/** `POST /hq/devices/:id/commands`: the id is the page's own, so that pressing twice asks once. */
export const SendCommandRequest = z.strictObject({
  id: Id,
  order: CommandOrder,
  /** Minutes until it is too late: ten minutes to a week. */
  lifeMin: z.int().min(10).max(10_080).default(1440),
});
export type SendCommandRequest = z.input<typeof SendCommandRequest>;

/**
 * `waiting`: not fetched yet; `delivered`: fetched, no answer yet; `expired`: nobody fetched it in time; `silent`: fetched,
 * and no answer came in time.
 */
export const CommandState = z.enum(['waiting', 'delivered', 'expired', 'silent', 'cancelled', 'done', 'refused']);
export type CommandState = z.infer<typeof CommandState>;

export const HqCommand = z.strictObject({
  id: Id,
  order: CommandOrder,
  state: CommandState,
  issuedAt: Millis,
  expiresAt: Millis,
  createdBy: z.string().optional(),
  deliveredAt: Millis.optional(),
  answeredAt: Millis.optional(),
  /** Why it was not carried out. */
  fault: z.enum(COMMAND_FAULTS).optional(),
  details: CommandDetails,
  hasBundle: z.boolean(),
});
export type HqCommand = z.infer<typeof HqCommand>;

/** `GET /hq/devices/:id/commands`: the last fifty, newest first. */
export const HqCommands = z.strictObject({ commands: z.array(HqCommand) });
export type HqCommands = z.infer<typeof HqCommands>;
