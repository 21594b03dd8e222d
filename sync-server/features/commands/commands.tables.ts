/** What devices were asked to do from afar, and what came of it. */
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { CommandDetails, CommandOrder, CommandResult } from '../../../src/shared/devices/commands.schema.ts';
import { organizations } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

export const deviceCommands = pgTable(
  'device_commands',
  {
    /** Made by the page that asks: asked twice it is one command. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    deviceId: text('device_id').notNull(),
    incarnation: integer('incarnation').notNull(),
    order: jsonb('order').$type<CommandOrder>().notNull(),
    issuedAt: int8('issued_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    signature: text('signature').notNull(),
    createdBy: text('created_by').notNull(),
    /** When a device first had it in an answer. */
    deliveredAt: int8('delivered_at'),
    cancelledAt: int8('cancelled_at'),
    outcome: text('outcome').$type<CommandResult['outcome']>(),
    details: jsonb('details').$type<CommandDetails>(),
    /** By the device's clock, and by ours when it told. */
    finishedAt: int8('finished_at'),
    answeredAt: int8('answered_at'),
  },
  (table) => [index('device_commands_by_device').on(table.organizationId, table.deviceId, table.issuedAt)],
);

/** Apart from the commands: a list of them must not read megabytes. */
export const commandBundles = pgTable('command_bundles', {
  commandId: text('command_id')
    .primaryKey()
    .references(() => deviceCommands.id),
  organizationId: text('organization_id').notNull(),
  /** Gzip in base64. */
  bundle: text('bundle').notNull(),
});
