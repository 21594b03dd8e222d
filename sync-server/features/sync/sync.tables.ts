/** What devices said of themselves at their last pull. */
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { int8 } from '../../db/columns.ts';
import { devices } from '../devices/devices.tables.ts';

export const deviceBacklogs = pgTable('device_backlogs', {
  deviceId: text('device_id')
    .primaryKey()
    .references(() => devices.id),
  organizationId: text('organization_id').notNull(),
  pending: integer('pending').notNull(),
  /** When the oldest of what waits was made, by the device's clock. */
  oldestAt: int8('oldest_at'),
  refused: integer('refused').notNull(),
  blobs: integer('blobs'),
  reportedAt: int8('reported_at').notNull(),
});
