/** SQL of the replicated rows and of the counters that order them. */
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '#server/db/db.ts';
import type { Digest } from '#shared/sync/digest.ts';
import type { FieldClock } from '#shared/sync/merge.rules.ts';
import type { EntityRef } from '#shared/sync/mutator.ts';
import type { Scope } from '#shared/sync/scopes.ts';

export interface StoredRow {
  readonly type: string;
  readonly id: string;
  readonly scope: Scope;
  readonly ver: number;
  readonly deleted: boolean;
  readonly fields: Readonly<Record<string, unknown>> | null;
  readonly clock: FieldClock | null;
}

/** A row on its way into the table. */
export interface NewRow {
  readonly type: string;
  readonly id: string;
  readonly scope: Scope;
  /** Its place among the rows of its scope in this write, from 1: the version is the old head plus this. */
  readonly nth: number;
  /** The version that was read under lock; null when there was no row. */
  readonly expected: number | null;
  readonly deleted: boolean;
  /** As JSON, which is what its digest was made of. */
  readonly fields: string | null;
  readonly clock: FieldClock | null;
}

/** What a write adds to a scope: how many versions, and the change of its digest. */
export interface HeadChange {
  readonly scope: Scope;
  readonly rows: number;
  readonly digest: Digest;
}

/** Rows by type and id whatever their scope, locked until the end of the transaction, always in the same order. */
export async function lockEntities(tx: Tx, refs: readonly EntityRef[]): Promise<StoredRow[]> {
  if (refs.length === 0) return [];
  const { rows } = await tx.execute<StoredRow & Record<string, unknown>>(sql`/* push.lock */
    SELECT e.type, e.id, e.scope, e.ver, e.deleted, e.fields, e.clock
    FROM jsonb_to_recordset(${JSON.stringify(refs)}::text::jsonb) AS wanted (type text, id text)
    JOIN entities e ON e.type = wanted.type AND e.id = wanted.id
    ORDER BY e.type, e.id
    FOR UPDATE OF e`);
  return rows;
}

/** As `lockEntities`, for a statement that has locked its writer as `mine` before. */
export const touchedRows = (refs: readonly EntityRef[]) => sql`
  SELECT e.type, e.id, e.scope, e.ver, e.deleted, e.fields, e.clock
  FROM jsonb_to_recordset(${JSON.stringify(refs)}::text::jsonb) AS wanted (type text, id text)
  JOIN entities e ON e.type = wanted.type AND e.id = wanted.id
  WHERE EXISTS (SELECT FROM mine)
  ORDER BY e.type, e.id
  FOR UPDATE OF e`;

/** The fields are text already, and a batch of them is what the server writes most of. */
const textOf = ({ fields, ...row }: NewRow): string =>
  `${JSON.stringify(row).slice(0, -1)},"fields":${fields ?? 'null'}}`;

export interface Written {
  /** Rows that found the place as it was expected. Fewer than were given: another transaction was first. */
  readonly rows: number;
  readonly heads: Readonly<Record<Scope, number>>;
}

/**
 * Raises the heads, then writes the rows with the versions that this gave, in one statement: the lock of a scope's head,
 * which puts its writers in order of commit, is held only for this and the commit. Heads are taken in sorted order.
 */
export async function writeEntities(
  tx: Tx,
  write: {
    readonly organizationId: string;
    readonly deviceId: string | null;
    readonly now: number;
    readonly heads: readonly HeadChange[];
    readonly rows: readonly NewRow[];
  },
): Promise<Written> {
  const { organizationId, deviceId, now } = write;
  const { rows } = await tx.execute<{ written: number; heads: Record<Scope, number> }>(sql`/* push.write */
    WITH change AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(write.heads)}::text::jsonb)
        AS given (scope text, rows bigint, digest text)
    ), raised AS (
      INSERT INTO scope_heads AS known (scope, organization_id, head, digest)
      SELECT scope, ${organizationId}, rows, digest FROM change ORDER BY scope
      ON CONFLICT (scope) DO UPDATE SET
        head = known.head + excluded.head,
        digest = lpad(to_hex((('x' || known.digest)::bit(64) # ('x' || excluded.digest)::bit(64))::bigint), 16, '0')
      RETURNING scope, head
    ), incoming AS MATERIALIZED (
      SELECT given.type, given.id, given.scope, given.deleted, given.expected,
        CASE WHEN given.deleted THEN NULL ELSE given.fields END AS fields,
        CASE WHEN given.deleted THEN NULL ELSE nullif(given.clock, 'null') END AS clock,
        raised.head - change.rows + given.nth AS ver
      FROM jsonb_to_recordset(${`[${write.rows.map(textOf).join(',')}]`}::text::jsonb)
        AS given (type text, id text, scope text, nth bigint, expected bigint, deleted boolean, fields jsonb,
          clock jsonb)
      JOIN raised ON raised.scope = given.scope
      JOIN change ON change.scope = given.scope
    ), added AS (
      INSERT INTO entities (organization_id, type, id, scope, ver, deleted, fields, clock, device_id, received_at, updated_at)
      SELECT ${organizationId}, type, id, scope, ver, deleted, fields, clock, ${deviceId}, ${now}::bigint, ${now}::bigint
      FROM incoming WHERE expected IS NULL ORDER BY ver
      ON CONFLICT (type, id) DO NOTHING
      RETURNING 1
    ), changed AS (
      UPDATE entities SET ver = incoming.ver, deleted = incoming.deleted, fields = incoming.fields, clock = incoming.clock,
        device_id = ${deviceId}, updated_at = ${now}::bigint
      FROM incoming
      WHERE entities.type = incoming.type AND entities.id = incoming.id
        AND entities.ver = incoming.expected AND entities.scope = incoming.scope
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM added) + (SELECT count(*) FROM changed) AS written,
      (SELECT jsonb_object_agg(scope, head) FROM raised) AS heads`);
  const [answer] = rows;
  return { rows: Number(answer?.written), heads: answer?.heads ?? {} };
}

export interface Head {
  readonly scope: Scope;
  readonly head: number;
  readonly digest: Digest;
  readonly gcVer: number;
}

export async function readHeads(db: Db | Tx, scopes: readonly Scope[]): Promise<Head[]> {
  const { rows } = await db.execute<Head & Record<string, unknown>>(sql`
    SELECT scope, head, digest, gc_ver AS "gcVer" FROM scope_heads
    WHERE scope IN (SELECT jsonb_array_elements_text(${JSON.stringify(scopes)}::text::jsonb)) ORDER BY scope`);
  return rows;
}

/** Heads of every scope there is: what the guard of the timeline remembers. */
export async function readAllHeads(db: Db | Tx): Promise<Record<Scope, number>> {
  const { rows } = await db.execute<{ scope: Scope; head: number }>(sql`SELECT scope, head FROM scope_heads`);
  return Object.fromEntries(rows.map(({ scope, head }) => [scope, Number(head)]));
}
