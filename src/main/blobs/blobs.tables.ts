import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { BlobKind, DeviceBlobState, MediaType } from '../../shared/blobs/blobs.schema.ts';

/** What this device has of each blob; the bytes are files named by their hash, beside the database. */
export const blobs = sqliteTable(
  'blobs',
  {
    /** SHA-256 of the bytes, hex. */
    id: text('id').primaryKey(),
    /** Null while only the server knows. */
    kind: text('kind').$type<BlobKind>(),
    mediaType: text('media_type').$type<MediaType>(),
    size: integer('size'),
    state: text('state').notNull().$type<DeviceBlobState>(),
    /** Bytes that the server said it has. */
    sentBytes: integer('sent_bytes').notNull(),
    addedAt: integer('added_at').notNull(),
    /** When it was last put or shown: the oldest make room first. */
    usedAt: integer('used_at').notNull(),
    /** When, and in which of its timelines, the server last said that it has the whole. */
    checkedAt: integer('checked_at'),
    epoch: text('epoch'),
    /** Failures in a row, and not before when it is tried again. */
    attempts: integer('attempts').notNull(),
    retryAt: integer('retry_at').notNull(),
    fault: text('fault'),
    /** Since when no row here refers to it; 0: its rows were wiped, and it goes as soon as it is safe on the server. */
    unreferencedSince: integer('unreferenced_since'),
  },
  (table) => [
    index('blobs_waiting').on(table.retryAt).where(sql`state IN ('local', 'uploading')`),
    index('blobs_held').on(table.usedAt).where(sql`state = 'durable'`),
  ],
);
