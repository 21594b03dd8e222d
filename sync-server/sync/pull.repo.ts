/** SQL of a pull: all that one page says of the server, in one statement and so in one snapshot. */
import { sql } from 'drizzle-orm';
import type { Db } from '#server/db/db.ts';
import type { WriterKey } from '#shared/sync/protocol.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { Head } from './entities.repo.ts';
import { grantsOfDevice } from './grants.repo.ts';
import type { Grant } from './grants.rules.ts';

export interface PageQuery {
  /** What was read of each scope; one that is absent starts from nothing. */
  readonly cursors: Readonly<Record<Scope, number>>;
  /** Up to here the writer has made changes of its own. */
  readonly madeMid: number;
  readonly maxRows: number;
  /** Of the rows' fields as text. The first row fits whatever its size. */
  readonly maxBytes: number;
}

export interface Page {
  readonly granted: readonly Grant[];
  /** Of the scopes of now. */
  readonly heads: readonly Head[];
  readonly lastMid: number;
  /** Of the newest change that the writer and the server have a number of; null when it is not known any more. */
  readonly sharedH: string | null;
  /** The rows as members of a JSON array, scope by scope, oldest version first: nobody here looks into them. */
  readonly rows: string;
  /** Where the page was full; absent when nothing lies beyond it. */
  readonly full?: {
    readonly scope: Scope;
    /** Scopes that were read up to their head before it. */
    readonly done: readonly Scope[];
    /** The last version of this scope in the page; null when it has none. */
    readonly ver: number | null;
  };
}

interface Answer extends Record<string, unknown> {
  readonly granted: Grant[];
  readonly heads: Head[];
  readonly lastMid: number | null;
  readonly sharedH: string | null;
  readonly rows: string | null;
  readonly full: NonNullable<Page['full']> | null;
}

export async function readPage(db: Db, { deviceId, incarnation }: WriterKey, query: PageQuery): Promise<Page> {
  const { cursors, madeMid, maxRows, maxBytes } = query;
  // One more than there is room for tells whether anything lies beyond the page.
  const limit = sql`${maxRows + 1}::bigint`;
  const { rows } = await db.execute<Answer>(sql`/* pull.page */
    WITH heads AS MATERIALIZED (
      SELECT h.scope, h.head, h.digest, h.gc_ver, coalesce((${JSON.stringify(cursors)}::text::jsonb->>h.scope)::bigint, 0) AS cursor
      FROM device_grants AS g JOIN scope_heads AS h ON h.scope = g.scope
      WHERE g.device_id = ${deviceId} AND g.revoked_ver IS NULL
    ), newer AS MATERIALIZED (
      SELECT one.scope, one.type, one.id, one.ver, one.deleted, one.fields::text AS body, one.moved
      FROM heads CROSS JOIN LATERAL (
        (SELECT scope, type, id, ver, deleted, fields, false AS moved
          FROM entities WHERE entities.scope = heads.scope AND ver > heads.cursor ORDER BY ver LIMIT ${limit})
        UNION ALL
        (SELECT scope, type, id, ver, true, NULL::jsonb, true
          FROM scope_departures AS left_it WHERE left_it.scope = heads.scope AND ver > heads.cursor ORDER BY ver LIMIT ${limit})
      ) AS one
      WHERE heads.head > heads.cursor
      ORDER BY one.scope, one.ver LIMIT ${limit}
    ), page AS MATERIALIZED (
      SELECT *, nth <= ${maxRows}::bigint AND (nth = 1 OR bytes <= ${maxBytes}::bigint) AS fits
      FROM (SELECT *, row_number() OVER so_far AS nth, sum(coalesce(octet_length(body), 0)) OVER so_far AS bytes
        FROM newer WINDOW so_far AS (ORDER BY scope, ver ROWS UNBOUNDED PRECEDING)) AS sized
    ), full_at AS (
      SELECT scope FROM page WHERE NOT fits ORDER BY nth LIMIT 1
    )
    SELECT ${grantsOfDevice(deviceId)} AS granted,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('scope', scope, 'head', head, 'digest', digest, 'gcVer', gc_ver)), '[]')
        FROM heads) AS heads,
      (SELECT last_mid FROM sync_writers
        WHERE device_id = ${deviceId} AND incarnation = ${incarnation}) AS "lastMid",
      (SELECT h FROM sync_outcomes WHERE device_id = ${deviceId} AND incarnation = ${incarnation}
        AND mid = (SELECT least(last_mid, ${madeMid}::bigint) FROM sync_writers
          WHERE device_id = ${deviceId} AND incarnation = ${incarnation})) AS "sharedH",
      (SELECT string_agg('{"scope":' || to_json(scope) || ',"type":' || to_json(type) || ',"id":' || to_json(id) || ',"ver":' || ver
          || ',"deleted":' || deleted || CASE WHEN moved THEN ',"moved":true' ELSE '' END
          || ',"fields":' || coalesce(body, 'null') || '}', ',' ORDER BY nth)
        FROM page WHERE fits) AS rows,
      (SELECT jsonb_build_object('scope', scope,
          'done', (SELECT coalesce(jsonb_agg(heads.scope), '[]') FROM heads WHERE heads.scope < full_at.scope),
          'ver', (SELECT max(ver) FROM page WHERE fits AND page.scope = full_at.scope))
        FROM full_at) AS "full"`);
  const [found] = rows;
  return {
    granted: found?.granted ?? [],
    heads: found?.heads ?? [],
    lastMid: Number(found?.lastMid ?? 0),
    sharedH: found?.sharedH ?? null,
    rows: found?.rows ?? '',
    ...(found?.full ? { full: found.full } : {}),
  };
}
