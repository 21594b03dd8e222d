/** SQL of blobs. A blob belongs to an organisation; without one there is no query, collection excepted. */
import { and, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { type BlobFields, listBlobFields } from '#shared/blobs/blob-fields.ts';
import type { Db, Tx } from '../db/db.ts';
import type { BlobKey } from './blob-store.port.ts';
import { blobs } from './blobs.tables.ts';

export type BlobRow = typeof blobs.$inferSelect;
type Set = Partial<Omit<BlobRow, 'organizationId' | 'id'>>;

const is = ({ organizationId, id }: BlobKey): SQL | undefined =>
  and(eq(blobs.organizationId, organizationId), eq(blobs.id, id));

export async function findBlob(db: Db, key: BlobKey): Promise<BlobRow | undefined> {
  const [row] = await db.select().from(blobs).where(is(key));
  return row;
}

/** Of these, the ids of those whose bytes are here. */
export async function listServed(db: Db, organizationId: string, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await db
    .select({ id: blobs.id })
    .from(blobs)
    .where(
      and(
        eq(blobs.organizationId, organizationId),
        // One parameter, however many they are.
        sql`${blobs.id} IN (SELECT jsonb_array_elements_text(${JSON.stringify([...new Set(ids)])}::text::jsonb))`,
        inArray(blobs.state, ['durable', 'condemned']),
      ),
    );
  return rows.map(({ id }) => id);
}

/** False when there is one already. */
export async function insertBlob(db: Db, row: typeof blobs.$inferInsert): Promise<boolean> {
  const made = await db.insert(blobs).values(row).onConflictDoNothing().returning({ id: blobs.id });
  return made.length === 1;
}

/** Compare and set: false when it was in another state by then. */
export async function changeBlob(db: Db, key: BlobKey, from: readonly BlobRow['state'][], to: Set): Promise<boolean> {
  const changed = await db
    .update(blobs)
    .set(to)
    .where(and(is(key), inArray(blobs.state, [...from])))
    .returning({ id: blobs.id });
  return changed.length === 1;
}

/** Notes a part that has been stored: false when another upload of the same bytes was quicker. */
export async function addPart(db: Db, key: BlobKey, offset: number, length: number, now: number): Promise<boolean> {
  const part = JSON.stringify([{ offset, length }]);
  const changed = await db
    .update(blobs)
    .set({ received: offset + length, parts: sql`${blobs.parts} || ${part}::text::jsonb`, updatedAt: now })
    .where(and(is(key), eq(blobs.state, 'uploading'), eq(blobs.received, offset)))
    .returning({ id: blobs.id });
  return changed.length === 1;
}

export async function deleteBlob(db: Db, key: BlobKey): Promise<void> {
  await db.delete(blobs).where(and(is(key), eq(blobs.state, 'removing')));
}

/** In lax mode a path goes through lists and through a lone value alike. */
const pathOf = (path: string): string => `$.${path}`;

/** Does a living row that this device may see refer to it? */
export async function isReferencedFor(db: Db, key: BlobKey, deviceId: string, fields: BlobFields): Promise<boolean> {
  const declared = listBlobFields(fields);
  if (declared.length === 0) return false;
  const holds = declared.map(
    ({ type, path }) =>
      sql`(e.type = ${type} AND jsonb_path_exists(e.fields, ${`${pathOf(path)} ? (@ == $id)`}::jsonpath,
        jsonb_build_object('id', ${key.id}::text)))`,
  );
  const { rows } = await db.execute<{ found: boolean }>(sql`
    SELECT EXISTS (
      SELECT 1 FROM entities AS e
      JOIN device_grants AS g ON g.scope = e.scope AND g.device_id = ${deviceId} AND g.revoked_ver IS NULL
      WHERE e.organization_id = ${key.organizationId} AND NOT e.deleted AND (${sql.join(holds, sql` OR `)})
    ) AS found`);
  return rows[0]?.found === true;
}

/** Every reference of every living row, as (organization_id, id). */
const references = (fields: BlobFields): SQL => {
  const declared = listBlobFields(fields);
  if (declared.length === 0) return sql`SELECT NULL::text AS organization_id, NULL::text AS id WHERE false`;
  const selects = declared.map(
    ({ type, path }) => sql`
      SELECT e.organization_id, v.value #>> '{}' AS id
      FROM entities AS e, jsonb_path_query(e.fields, ${pathOf(path)}::jsonpath) AS v(value)
      WHERE e.type = ${type} AND NOT e.deleted`,
  );
  return sql.join(selects, sql` UNION ALL `);
};

/** Notes which blobs nothing refers to (any more), and takes back what was said of those that something does. */
export async function noteReferences(db: Db, fields: BlobFields, now: number): Promise<void> {
  await db.execute(sql`
    WITH refs AS (${references(fields)})
    UPDATE blobs SET
      unreferenced_since = CASE WHEN refs.id IS NULL THEN coalesce(b.unreferenced_since, ${now}::bigint) END,
      state = CASE WHEN refs.id IS NOT NULL AND b.state = 'condemned' THEN 'durable' ELSE b.state END
    FROM blobs AS b
    LEFT JOIN (SELECT DISTINCT organization_id, id FROM refs) AS refs
      ON refs.organization_id = b.organization_id AND refs.id = b.id
    WHERE blobs.organization_id = b.organization_id AND blobs.id = b.id
      AND b.state IN ('durable', 'condemned', 'damaged')
      AND (refs.id IS NULL) <> (b.unreferenced_since IS NOT NULL)`);
}

/** Those without a reference since before `unreferencedBefore` are condemned; damaged ones go at once. */
export async function condemn(db: Db, unreferencedBefore: number, now: number): Promise<void> {
  await db.execute(sql`
    UPDATE blobs SET updated_at = ${now}::bigint, state = CASE state WHEN 'durable' THEN 'condemned' ELSE 'removing' END
    WHERE state IN ('durable', 'damaged') AND unreferenced_since < ${unreferencedBefore}::bigint`);
}

/**
 * Of rows that are let go for their age: their files do not wait for the grace. The collector takes back those that anything
 * else refers to, and removes the others in an hour.
 */
export async function condemnBlobs(tx: Tx, organizationId: string, ids: readonly string[], now: number): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(blobs)
    .set({ state: 'condemned', unreferencedSince: now, updatedAt: now })
    .where(and(eq(blobs.organizationId, organizationId), inArray(blobs.id, [...ids]), eq(blobs.state, 'durable')));
}

/** What has been in a state since before `before` is not served, nor taken, from here on. */
export async function startRemoval(db: Db, state: 'condemned' | 'uploading', before: number): Promise<void> {
  await db
    .update(blobs)
    .set({ state: 'removing' })
    .where(and(eq(blobs.state, state), lt(blobs.updatedAt, before)));
}

export const listRemoving = (db: Db, limit: number): Promise<BlobRow[]> =>
  db.select().from(blobs).where(eq(blobs.state, 'removing')).limit(limit);
