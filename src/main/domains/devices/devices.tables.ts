import { sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Shop } from '../../../shared/devices/devices.schema.ts';
import { replicated } from '../../db/replicated.ts';

export const shops = sqliteTable('shops', { ...replicated<Shop>() });

/** Facts about this device itself, by name: identity, server, register address. Values are JSON. */
export const deviceState = sqliteTable('device_state', {
  key: text('key').primaryKey(),
  value: text('value', { mode: 'json' }).$type<unknown>().notNull(),
});
