import { index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { BlobKind, MediaType } from '../../src/shared/blobs/blobs.schema.ts';
import { int8 } from '../db/columns.ts';

/** Bytes of an unfinished upload: where they begin, and how many. */
export interface BlobPart {
  readonly offset: number;
  readonly length: number;
}

/**
 * What is known of each organisation's blobs. The bytes are in the store, by organisation: what one of them holds, another
 * cannot learn by offering the same bytes.
 */
export const blobs = pgTable(
  'blobs',
  {
    organizationId: text('organization_id').notNull(),
    /** SHA-256 of the bytes, hex. */
    id: text('id').notNull(),
    kind: text('kind').$type<BlobKind>().notNull(),
    mediaType: text('media_type').$type<MediaType>().notNull(),
    size: int8('size').notNull(),
    /**
     * `condemned`: nothing referred to it for the whole grace; still served, and removed unless something refers to it by
     * then. `removing`: its bytes are being deleted. `damaged`: the stored bytes are not what they were.
     */
    state: text('state').$type<'uploading' | 'durable' | 'condemned' | 'removing' | 'damaged'>().notNull(),
    /** Bytes that have come, while it is uploaded. */
    received: int8('received').notNull(),
    parts: jsonb('parts').$type<readonly BlobPart[]>().notNull(),
    /** SHA-256 of each MiB: what is read is verified piece by piece, before it leaves. Null until it is durable. */
    chunks: jsonb('chunks').$type<readonly string[]>(),
    /** The device that offered it first; null when it was found in the store. */
    deviceId: text('device_id'),
    createdAt: int8('created_at').notNull(),
    updatedAt: int8('updated_at').notNull(),
    /** Since when no row refers to it; null while one does, and until it was first looked at. */
    unreferencedSince: int8('unreferenced_since'),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.id] }),
    index('blobs_by_state').on(table.state, table.updatedAt),
  ],
);
