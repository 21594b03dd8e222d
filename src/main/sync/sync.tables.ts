import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Outcome } from '../../shared/sync/protocol.ts';

/** How far a pull over several pages has come. */
export interface StagedPull {
  readonly next: Readonly<Record<string, number>>;
  /** Heads when it began, of the scopes that it reads from their start. */
  readonly started: Readonly<Record<string, number>>;
  /** The first pull of a device: its pages are shown as they come, and nothing is staged. */
  readonly hydrating?: true;
}

/** Mutations made here. Written in the same transaction as their local effect; dropped only when durably on the server. */
export const outbox = sqliteTable(
  'sync_outbox',
  {
    mid: integer('mid').primaryKey(),
    name: text('name').notNull(),
    args: text('args', { mode: 'json' }).$type<unknown>().notNull(),
    schema: integer('schema').notNull(),
    hlc: text('hlc').notNull(),
    base: text('base', { mode: 'json' }).$type<Record<string, number>>().notNull(),
    h: text('h').notNull(),
    /** Version of the grants it was made under; null when this device had not heard of any yet. */
    grant: integer('grant_ver'),
    /** Rows it touches, as `type:id`: which views to replay when the server's state of them arrives. */
    touches: text('touches', { mode: 'json' }).$type<readonly string[]>().notNull(),
    createdAt: integer('created_at').notNull(),
    /** `pending` until the server's outcome is known, then `acked` for the retention window. */
    state: text('state').notNull().$type<'pending' | 'acked'>(),
    outcome: text('outcome', { mode: 'json' }).$type<Outcome>(),
    /** When it was answered, in counted time: a wall clock that jumps must not end the retention window. */
    ackedOn: integer('acked_on'),
  },
  (table) => [
    // Two weeks of acknowledged rows stand before the few that wait.
    index('sync_outbox_pending').on(table.mid).where(sql`state = 'pending'`),
  ],
);

/** The server's state of rows that pending mutations have changed here; other rows are their own base. */
export const syncBase = sqliteTable('sync_base', {
  /** `type:id` */
  key: text('key').primaryKey(),
  scope: text('scope').notNull(),
  ver: integer('ver').notNull(),
  /** Null when the server has no such row (yet). */
  fields: text('fields', { mode: 'json' }).$type<Record<string, unknown>>(),
});

/**
 * Which mutations of the outbox touch a row, those that were answered too. It follows the outbox: what a pull has changed
 * is looked up here, so that a month of waiting changes is not read through at each.
 */
export const syncTouches = sqliteTable(
  'sync_touches',
  {
    /** `type:id` */
    key: text('key').notNull(),
    mid: integer('mid').notNull(),
  },
  (table) => [index('sync_touches_by_row').on(table.key, table.mid)],
);

/** Rows of a pull that is not complete yet, made ready (`prepare.ts`); they are applied all at once. */
export const syncStage = sqliteTable('sync_stage', {
  key: text('key').primaryKey(),
  scope: text('scope').notNull(),
  type: text('type').notNull(),
  id: text('id').notNull(),
  ver: integer('ver').notNull(),
  moved: integer('moved', { mode: 'boolean' }).notNull(),
  /** Canonical JSON; null for a deleted row. */
  fields: text('fields'),
  digest: text('digest').notNull(),
  /** The state that it takes the place of, as it was when the row came; null where there was none. */
  wasScope: text('was_scope'),
  wasVer: integer('was_ver'),
  wasDigest: text('was_digest'),
});

/**
 * What is left of rows that were kept here long enough: the hash, so that the digest of the scope stays what it was, and
 * no body. The server keeps the rows; a new version of one comes back whole.
 */
export const syncEvicted = sqliteTable('sync_evicted', {
  /** `type:id` */
  key: text('key').primaryKey(),
  scope: text('scope').notNull(),
  /** `rowDigest` of the row as it was. */
  digest: text('digest').notNull(),
});

/** Rows of kinds that this version has no table for. They count in the digest, and wait for the version that has one. */
export const syncForeign = sqliteTable('sync_foreign', {
  /** `type:id` */
  key: text('key').primaryKey(),
  scope: text('scope').notNull(),
  ver: integer('ver').notNull(),
  fields: text('fields', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
});

export const syncCursors = sqliteTable('sync_cursors', {
  scope: text('scope').primaryKey(),
  ver: integer('ver').notNull(),
  /** Exclusive-or of the hashes of the scope's rows as the server gave them, 16 hex digits. */
  digest: text('digest').notNull(),
});

/** One row: this device as a writer, and how far it and the server have come. Part of every transaction that moves it. */
export const syncState = sqliteTable('sync_state', {
  id: integer('id').primaryKey(),
  deviceId: text('device_id').notNull(),
  incarnation: integer('incarnation').notNull(),
  /** The next mutation's number: 1, 2, 3… without gaps. */
  nextMid: integer('next_mid').notNull(),
  /** The last stamp given, `encodeHlc`. */
  hlc: text('hlc').notNull(),
  /** The server's timeline; null before the first exchange. */
  epoch: text('epoch'),
  /** What the last push answered. */
  ticket: text('ticket'),
  /** Mutations up to here are on the server's disk. */
  durableMid: integer('durable_mid').notNull(),
  /** The rows as the server gave them hold the effect of mutations up to here. */
  reflectedMid: integer('reflected_mid').notNull(),
  /** A pull that was begun and not completed: `sync_stage` holds its pages. */
  staged: text('staged', { mode: 'json' }).$type<StagedPull>(),
  /** Version of the grants that the rows and cursors here belong to; null before the first pull. */
  grantsVer: integer('grants_ver'),
  /** Since when the server has turned this device away; null while it does not. Unix ms. */
  revokedAt: integer('revoked_at'),
  /** Counted time (`counted-time.ts`), ms, and the server's time when it was last counted on; null before that. */
  countedMs: integer('counted_ms').notNull().default(1),
  heardAt: integer('heard_at'),
});

/** One row: how this device's clock stands to the server's (`server-clock.ts`). Ms. */
export const syncClock = sqliteTable('sync_clock', {
  id: integer('id').primaryKey(),
  aheadMs: integer('ahead_ms').notNull(),
  heardAt: integer('heard_at').notNull(),
});
