/** Devices, and the one-time codes that enrol them. */
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import type { Mode } from '../../../src/shared/kernel/mode.ts';
import { organizations, shops } from '../../auth/auth.tables.ts';
import { int8 } from '../../db/columns.ts';

export const devices = pgTable(
  'devices',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    shopId: text('shop_id')
      .notNull()
      .references(() => shops.id),
    name: text('name').notNull(),
    mode: text('mode').$type<Mode>().notNull(),
    /** The register it drives, when it has one. */
    fiscalDeviceId: text('fiscal_device_id'),
    status: text('status').$type<'pending' | 'active' | 'revoked'>().notNull(),
    /** Grows by one at each enrolment: (id, incarnation) is the writer that sync numbers. 0 = never enrolled. */
    incarnation: integer('incarnation').notNull().default(0),
    appVersion: text('app_version'),
    platform: text('platform'),
    lastSeenAt: int8('last_seen_at'),
    createdAt: int8('created_at').notNull(),
    revokedAt: int8('revoked_at'),
  },
  (table) => [index('devices_by_org').on(table.organizationId), index('devices_by_shop').on(table.shopId)],
);

export const deviceEnrolmentCodes = pgTable(
  'device_enrolment_codes',
  {
    /** SHA-256 of the eight characters. */
    codeHash: text('code_hash').primaryKey(),
    organizationId: text('organization_id').notNull(),
    deviceId: text('device_id')
      .notNull()
      .references(() => devices.id),
    createdAt: int8('created_at').notNull(),
    expiresAt: int8('expires_at').notNull(),
    usedAt: int8('used_at'),
  },
  (table) => [index('device_enrolment_codes_by_device').on(table.deviceId)],
);
