/** SQL of rows that left a scope, and of forgetting rows that are dead or gone long since. */
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '#server/db/db.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { HeadChange, Written } from './entities.repo.ts';

/** A row on its way from one scope into another. */
export interface MovingRow {
  readonly type: string;
  readonly id: string;
  readonly from: Scope;
  readonly to: Scope;
  /** Its place among the changes of each scope in this write, from 1. */
  readonly nthFrom: number;
  readonly nthTo: number;
  /** The version that was read under lock. */
  readonly expected: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Raises the heads of both scopes, in sorted order, then writes the row into one and its departure into the other. */
export async function moveEntities(
  tx: Tx,
  write: {
    readonly organizationId: string;
    readonly now: number;
    readonly heads: readonly HeadChange[];
    readonly rows: readonly MovingRow[];
  },
): Promise<Written> {
  const { rows } = await tx.execute<{ written: number; heads: Record<Scope, number> }>(sql`
    WITH change AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(write.heads)}::text::jsonb)
        AS given (scope text, rows bigint, digest text)
    ), raised AS (
      INSERT INTO scope_heads AS known (scope, organization_id, head, digest)
      SELECT scope, ${write.organizationId}, rows, digest FROM change ORDER BY scope
      ON CONFLICT (scope) DO UPDATE SET
        head = known.head + excluded.head,
        digest = lpad(to_hex((('x' || known.digest)::bit(64) # ('x' || excluded.digest)::bit(64))::bigint), 16, '0')
      RETURNING scope, head
    ), moving AS MATERIALIZED (
      SELECT given.*, out_head.head - out_change.rows + given."nthFrom" AS "fromVer",
        in_head.head - in_change.rows + given."nthTo" AS "toVer"
      FROM jsonb_to_recordset(${JSON.stringify(write.rows)}::text::jsonb)
        AS given (type text, id text, "from" text, "to" text, "nthFrom" bigint, "nthTo" bigint, expected bigint,
          fields jsonb)
      JOIN raised AS out_head ON out_head.scope = given."from"
      JOIN change AS out_change ON out_change.scope = given."from"
      JOIN raised AS in_head ON in_head.scope = given."to"
      JOIN change AS in_change ON in_change.scope = given."to"
    ), moved AS (
      UPDATE entities SET scope = moving."to", ver = moving."toVer", fields = moving.fields, device_id = NULL,
        updated_at = ${write.now}::bigint
      FROM moving
      WHERE entities.type = moving.type AND entities.id = moving.id
        AND entities.ver = moving.expected AND entities.scope = moving."from"
      RETURNING 1
    ), gone AS (
      INSERT INTO scope_departures (scope, type, id, ver, at)
      SELECT "from", type, id, "fromVer", ${write.now}::bigint FROM moving
    ), back AS (
      DELETE FROM scope_departures AS earlier USING moving
      WHERE earlier.scope = moving."to" AND earlier.type = moving.type AND earlier.id = moving.id
    )
    SELECT (SELECT count(*) FROM moved) AS written, (SELECT jsonb_object_agg(scope, head) FROM raised) AS heads`);
  const [answer] = rows;
  return { rows: Number(answer?.written), heads: answer?.heads ?? {} };
}

/**
 * Forgets up to `limit` rows that died, and as many that left, before a moment. In the same statement the line is drawn
 * above them: a cursor below it has to begin anew. Returns how many there were.
 */
export async function collectGone(db: Db, before: number, limit: number): Promise<number> {
  const { rows } = await db.execute<{ gone: number }>(sql`
    WITH dead AS (
      DELETE FROM entities WHERE (type, id) IN (
        SELECT type, id FROM entities WHERE deleted AND updated_at < ${before}::bigint
        ORDER BY scope, ver LIMIT ${limit}::bigint FOR UPDATE SKIP LOCKED)
      RETURNING scope, ver
    ), departed AS (
      DELETE FROM scope_departures WHERE (scope, type, id) IN (
        SELECT scope, type, id FROM scope_departures WHERE at < ${before}::bigint
        ORDER BY scope, ver LIMIT ${limit}::bigint)
      RETURNING scope, ver
    ), line AS (
      SELECT scope, max(ver) AS ver, count(*) AS gone
      FROM (SELECT * FROM dead UNION ALL SELECT * FROM departed) AS all_gone GROUP BY scope
    ), drawn AS (
      UPDATE scope_heads SET gc_ver = greatest(gc_ver, line.ver) FROM line WHERE scope_heads.scope = line.scope
    )
    SELECT coalesce(sum(gone), 0) AS gone FROM line`);
  return Number(rows[0]?.gone ?? 0);
}
