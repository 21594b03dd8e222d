/** What the server keeps of kiosks beside their replicated rows: when they were heard, and what must not travel. */
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { int8 } from '../../db/columns.ts';
import { devices } from '../devices/devices.tables.ts';

const deviceId = () =>
  text('device_id')
    .notNull()
    .references(() => devices.id);

/** Written many times a minute for ten thousand kiosks: no index but its key, so that an update stays in its page. */
export const kioskHeartbeats = pgTable('kiosk_heartbeats', {
  deviceId: deviceId().primaryKey(),
  organizationId: text('organization_id').notNull(),
  lastActiveAt: int8('last_active_at').notNull(),
  appVersion: text('app_version'),
  /** Changes that waited to be sent. */
  queue: integer('queue'),
});

/** Minutes in which a kiosk was at work and out of reach, as it told later: a bitmap to a day. */
export const kioskMissedMinutes = pgTable(
  'kiosk_missed_minutes',
  {
    deviceId: deviceId(),
    organizationId: text('organization_id').notNull(),
    /** Of UTC, counted from 1970. */
    day: integer('day').notNull(),
    /** 1440 bits, base64, least significant first. */
    bits: text('bits').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.day] })],
);

/** What a kiosk's codes are hashed under, and the wrong ones that were tried here. */
export const kioskSecrets = pgTable('kiosk_secrets', {
  deviceId: deviceId().primaryKey(),
  organizationId: text('organization_id').notNull(),
  /** 64 hex digits. */
  codeKey: text('code_key').notNull(),
  /** Unix ms, oldest first; the last few. */
  wrongAt: jsonb('wrong_at').$type<readonly number[]>().notNull(),
});

/** Codes that were given out: no two alike at one kiosk while both are kept. Their state is in the replicated row. */
export const kioskCodes = pgTable(
  'kiosk_codes',
  {
    /** Of the replicated row. */
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    deviceId: deviceId(),
    hash: text('hash').notNull(),
    issuedAt: int8('issued_at').notNull(),
  },
  (table) => [
    uniqueIndex('kiosk_codes_by_hash').on(table.deviceId, table.hash),
    index('kiosk_codes_by_time').on(table.issuedAt),
  ],
);

/** Facts of kiosks that came by sync and were put down in the audit: a push that is sent again is not put down twice. */
export const kioskNotes = pgTable('kiosk_notes', {
  /** Of the error, or the redemption. */
  id: text('id').primaryKey(),
  organizationId: text('organization_id').notNull(),
  at: int8('at').notNull(),
});
