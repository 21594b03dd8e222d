import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { CommandDetails, CommandResult } from '../../../shared/devices/commands.schema.ts';

/**
 * What headquarters asked this device to do. A row stays for ever: it is how a command that comes again is known, and
 * there are few.
 */
export const remoteCommands = sqliteTable(
  'remote_commands',
  {
    id: text('id').primaryKey(),
    order: text('order', { mode: 'json' }).$type<{ readonly kind: string }>().notNull(),
    /** `started` is on the disk before the act, `finished` with its outcome before anybody hears of it. */
    state: text('state').$type<'received' | 'started' | 'finished'>().notNull(),
    receivedAt: integer('received_at').notNull(),
    /** When it is too late to begin, by this device's clock. */
    deadline: integer('deadline').notNull(),
    outcome: text('outcome').$type<CommandResult['outcome']>(),
    details: text('details', { mode: 'json' }).$type<CommandDetails>(),
    finishedAt: integer('finished_at'),
    /** What goes along with the answer; let go of once the server has it. */
    bundle: text('bundle'),
    toldAt: integer('told_at'),
  },
  (table) => [index('remote_commands_by_state').on(table.state, table.toldAt)],
);
