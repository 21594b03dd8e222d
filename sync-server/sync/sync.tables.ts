/** The replicated rows and what the protocol remembers of every writer. PostgreSQL. */
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { FieldClock } from '../../src/shared/sync/merge.rules.ts';
import type { Outcome } from '../../src/shared/sync/protocol.ts';

/** Unix milliseconds, or a counter: exact in a JavaScript number up to 2^53. */
const int8 = (name: string) => bigint(name, { mode: 'number' });

/**
 * Every replicated row of every kind, as the document both sides agree on. One table, so that a pull is one ordered
 * read; what headquarters searches has partial indexes on members of `fields`.
 */
export const entities = pgTable(
  'entities',
  {
    organizationId: text('organization_id').notNull(),
    type: text('type').notNull(),
    id: text('id').notNull(),
    scope: text('scope').notNull(),
    /** The scope's counter when the row last changed. */
    ver: int8('ver').notNull(),
    deleted: boolean('deleted').notNull().default(false),
    /** Null exactly when deleted. */
    fields: jsonb('fields').$type<Record<string, unknown>>(),
    /** Which edit each field came with, where fields are merged one by one; else null. */
    clock: jsonb('clock').$type<FieldClock>(),
    /** The device that wrote it last; null for the server itself. */
    deviceId: text('device_id'),
    /** When the server first had it, and last changed it. Unix ms by the server. */
    receivedAt: int8('received_at').notNull(),
    updatedAt: int8('updated_at').notNull(),
    /**
     * Of orders alone: when it was made, and when it was printed. Columns and not expressions, because behind row-level
     * security PostgreSQL searches an index only by operators that cannot leak, and those of JSON are none of them.
     */
    madeAt: int8('made_at').generatedAlwaysAs(sql`CASE WHEN type = 'order' THEN (fields->>'createdAt')::bigint END`),
    printedAt: int8('printed_at').generatedAlwaysAs(
      sql`CASE WHEN type = 'order' THEN (fields->>'printedAt')::bigint END`,
    ),
    /**
     * When it was made, of an order that waits for paper. Few among very many, and asked for all day: a column of their
     * own has statistics of its own, and the planner knows how few they are.
     */
    waitingAt: int8('waiting_at').generatedAlwaysAs(
      sql`CASE WHEN type = 'order' AND fields->>'printStatus' IN ('new', 'not_printed') THEN (fields->>'createdAt')::bigint END`,
    ),
    /** Of kiosks alone: an error that nobody has cleared. Kept also while it is switched off; a column for the same reasons. */
    inTrouble: boolean('in_trouble').generatedAlwaysAs(
      sql`CASE WHEN type = 'kiosk' THEN fields->>'status' = 'error' OR fields ? 'lastErrorCode' END`,
    ),
  },
  (table) => [
    primaryKey({ columns: [table.type, table.id] }),
    index('entities_by_ver').on(table.scope, table.ver),
    index('entities_dead').on(table.updatedAt).where(sql`deleted`),
    index('entities_by_client')
      .on(table.organizationId, sql`(fields->>'clientId')`, table.type)
      .where(sql`(fields->>'clientId') IS NOT NULL AND NOT deleted`),
    index('entities_orders_by_time')
      .on(table.organizationId, sql`((fields->>'createdAt')::bigint) DESC`, sql`id DESC`)
      .where(sql`type = 'order' AND NOT deleted`),
    index('entities_prints_of_shop')
      .on(table.scope, sql`made_at DESC`, sql`id DESC`)
      .where(sql`type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none'`),
    index('entities_prints_by_time')
      .on(table.organizationId, sql`made_at DESC`, sql`id DESC`)
      .where(sql`type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none'`),
    index('entities_printed_of_shop')
      .on(table.scope, sql`printed_at DESC`)
      .where(sql`type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none' AND printed_at IS NOT NULL`),
    index('entities_printed_by_time')
      .on(table.organizationId, sql`printed_at DESC`)
      .where(sql`type = 'order' AND NOT deleted AND fields->>'printStatus' <> 'none' AND printed_at IS NOT NULL`),
    index('entities_waiting_of_shop')
      .on(table.scope, sql`waiting_at DESC`, sql`id DESC`)
      .where(sql`waiting_at IS NOT NULL`),
    index('entities_waiting_by_time')
      .on(table.organizationId, sql`waiting_at DESC`, sql`id DESC`)
      .where(sql`waiting_at IS NOT NULL`),
    index('entities_in_trouble').on(table.organizationId).where(sql`in_trouble`),
    index('entities_orders_with_guest')
      .on(table.organizationId, sql`made_at`)
      .where(
        sql`type = 'order' AND NOT deleted AND fields->>'origin' = 'kiosk' AND (fields ? 'customer' OR fields ? 'imageId')`,
      ),
    index('entities_payments_by_time')
      .on(table.organizationId, sql`((fields->>'confirmedAt')::bigint) DESC`)
      .where(sql`type = 'payment' AND NOT deleted`),
    index('entities_receipts_by_time')
      .on(table.organizationId, sql`((fields->>'updatedAt')::bigint) DESC`, sql`id DESC`)
      .where(sql`type = 'fiscal_record' AND NOT deleted`),
    index('entities_items_by_name')
      .on(table.scope, sql`lower(fields->>'name')`, table.id)
      .where(sql`type = 'catalogue_item' AND NOT deleted`),
    index('entities_items_by_sku')
      .on(table.scope, sql`lower(fields->>'sku')`)
      .where(sql`type = 'catalogue_item' AND NOT deleted`),
    index('entities_kiosk_services')
      .on(table.scope, sql`(fields->>'name')`, table.id)
      .where(sql`type = 'catalogue_item' AND NOT deleted AND fields ? 'kioskService'`),
    index('entities_reports_by_time')
      .on(table.organizationId, sql`((fields->>'createdAt')::bigint) DESC`, sql`id DESC`)
      .where(sql`type = 'report' AND NOT deleted`),
    index('entities_reports_by_code').on(sql`(fields->>'copyCode')`).where(sql`type = 'report' AND NOT deleted`),
    index('entities_clients_by_time')
      .on(table.organizationId, sql`((fields->>'updatedAt')::bigint) DESC`, sql`id DESC`)
      .where(sql`type = 'client' AND NOT deleted`),
    index('entities_clients_by_phone')
      .on(table.organizationId, sql`(fields->>'phone')`)
      .where(sql`type = 'client' AND NOT deleted`),
    index('entities_of_client')
      .on(table.type, sql`(fields->>'clientId')`)
      .where(sql`type IN ('appliance', 'contract', 'invoice', 'support_message') AND NOT deleted`),
    index('entities_by_order')
      .on(table.type, sql`(fields->>'orderId')`)
      .where(sql`type IN ('payment', 'refund', 'fiscal_record') AND NOT deleted`),
  ],
);

/** Values of merged fields that are not in their row: overwritten, or too late. Deleted with the row. */
export const fieldHistory = pgTable(
  'field_history',
  {
    organizationId: text('organization_id').notNull(),
    type: text('type').notNull(),
    entityId: text('entity_id').notNull(),
    /** A field, or `field:element` of a set with the value `present` or `absent`. */
    field: text('field').notNull(),
    /** JSON; null: the field was empty. */
    value: jsonb('value').$type<unknown>(),
    /** The edit that it came with. `at`: corrected time, Unix ms. */
    at: int8('at').notNull(),
    deviceId: text('device_id').notNull(),
    incarnation: integer('incarnation').notNull(),
    mid: int8('mid').notNull(),
    by: text('by'),
    recordedAt: int8('recorded_at').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.type, table.entityId, table.field, table.deviceId, table.incarnation, table.mid],
    }),
  ],
);

/**
 * Rows that left a scope for another: what a tombstone is for the dead. Its version is of the scope that was left; a row
 * that comes back takes its departure away.
 */
export const scopeDepartures = pgTable(
  'scope_departures',
  {
    scope: text('scope').notNull(),
    type: text('type').notNull(),
    id: text('id').notNull(),
    ver: int8('ver').notNull(),
    at: int8('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.type, table.id] }),
    index('scope_departures_by_ver').on(table.scope, table.ver),
  ],
);

/** The version counter and the digest of each scope. Locked last in a transaction, in sorted order. */
export const scopeHeads = pgTable('scope_heads', {
  scope: text('scope').primaryKey(),
  organizationId: text('organization_id').notNull(),
  head: int8('head').notNull(),
  /** Exclusive-or of the hashes of the scope's live rows, 16 hex digits. */
  digest: text('digest').notNull(),
  /** Tombstones up to here are gone: an older cursor must start again. */
  gcVer: int8('gc_ver').notNull().default(0),
});

/** One row a writer (device, incarnation): how far it has come. */
export const syncWriters = pgTable(
  'sync_writers',
  {
    deviceId: text('device_id').notNull(),
    incarnation: integer('incarnation').notNull(),
    lastMid: int8('last_mid').notNull(),
    ticket: text('ticket'),
    /** Server time minus device time at its last request. */
    clockSkewMs: int8('clock_skew_ms').notNull().default(0),
    /** The largest corrected stamp given so far: corrected time never goes back within a writer. */
    lastAt: int8('last_at').notNull().default(0),
    /** A mutation that keeps failing, and how often it has. */
    failingMid: int8('failing_mid'),
    failures: integer('failures').notNull().default(0),
    /** Up to here the writer has said that it holds our answers: they may be forgotten. */
    confirmedMid: int8('confirmed_mid').notNull().default(0),
    updatedAt: int8('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.incarnation] })],
);

/**
 * What each device may see and write, and has been. Versions count the changes of one device's grants: a grant holds from
 * `grantedVer` until before `revokedVer`. Rows are never deleted: work done offline is judged by the grants of its time.
 */
export const deviceGrants = pgTable(
  'device_grants',
  {
    deviceId: text('device_id').notNull(),
    scope: text('scope').notNull(),
    grantedVer: integer('granted_ver').notNull(),
    organizationId: text('organization_id').notNull(),
    /** The shop it stands in. One at a time. */
    home: boolean('home').notNull(),
    revokedVer: integer('revoked_ver'),
    grantedAt: int8('granted_at').notNull(),
    /** Until when work that was done under it is still taken; null: none is. Unix ms by the server. */
    lateUntil: int8('late_until'),
    /** When the device said that it had sent everything and wiped the scope. */
    releasedAt: int8('released_at'),
  },
  (table) => [
    primaryKey({ columns: [table.deviceId, table.scope, table.grantedVer] }),
    index('device_grants_by_org').on(table.organizationId),
  ],
);

/** What was answered to each mutation, so that a repeat is answered the same. */
export const syncOutcomes = pgTable(
  'sync_outcomes',
  {
    deviceId: text('device_id').notNull(),
    incarnation: integer('incarnation').notNull(),
    mid: int8('mid').notNull(),
    h: text('h').notNull(),
    outcome: jsonb('outcome').$type<Outcome>().notNull(),
    at: int8('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deviceId, table.incarnation, table.mid] })],
);

/** What contradicted a fact: both sides are kept until a person has looked (`sync_verdicts`), and a while after. */
export const anomalies = pgTable(
  'anomalies',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    deviceId: text('device_id').notNull(),
    incarnation: integer('incarnation').notNull(),
    mid: int8('mid').notNull(),
    kind: text('kind').notNull(),
    details: jsonb('details').$type<Record<string, unknown>>().notNull(),
    at: int8('at').notNull(),
  },
  (table) => [index('anomalies_by_org').on(table.organizationId, table.at)],
);

/** One row: the server's timeline. */
export const syncTimeline = pgTable('sync_timeline', {
  id: integer('id').primaryKey(),
  /** 128 bits, hex. A restore from a backup makes a new one. */
  epoch: text('epoch').notNull(),
  /** By earlier epoch: up to where each scope is as it was then. Cursors above fall back. */
  forks: jsonb('forks').$type<Record<string, Record<string, number>>>().notNull(),
});
