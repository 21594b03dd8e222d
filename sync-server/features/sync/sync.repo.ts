/** SQL of headquarters' synchronisation page. */
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Backlog } from '#shared/sync/backlog.schema.ts';
import type { LetterRead } from '#shared/sync/protocol.ts';
import { shops } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { syncVerdicts } from '../../sync/cases.tables.ts';
import { entities, syncWriters } from '../../sync/sync.tables.ts';
import { devices } from '../devices/devices.tables.ts';
import { deviceBacklogs } from './sync.tables.ts';

/**
 * Keeps what a device says of itself. Of figures that have not changed only the time is written, and that not more often
 * than `everyMs`.
 *
 * @returns whether the figures changed.
 */
export async function saveBacklog(
  db: Db,
  of: Tenant & { readonly deviceId: string },
  { pending, oldestAt = null, refused, blobs = null }: Nullable<Backlog>,
  time: { readonly now: number; readonly everyMs: number },
): Promise<boolean> {
  const { rows } = await db.execute<{ changed: boolean }>(sql`
    WITH before AS MATERIALIZED (SELECT * FROM device_backlogs WHERE device_id = ${of.deviceId})
    INSERT INTO device_backlogs AS known (device_id, organization_id, pending, oldest_at, refused, blobs, reported_at)
    VALUES (${of.deviceId}, ${of.organizationId}, ${pending}::int, ${oldestAt}::bigint, ${refused}::int, ${blobs}::int, ${time.now}::bigint)
    ON CONFLICT (device_id) DO UPDATE SET pending = excluded.pending, oldest_at = excluded.oldest_at,
      refused = excluded.refused, blobs = excluded.blobs, reported_at = excluded.reported_at
      WHERE known.reported_at <= excluded.reported_at - ${time.everyMs}::bigint
        OR (known.pending, known.oldest_at, known.refused, known.blobs)
          IS DISTINCT FROM (excluded.pending, excluded.oldest_at, excluded.refused, excluded.blobs)
    RETURNING NOT EXISTS (SELECT 1 FROM before WHERE (before.pending, before.oldest_at, before.refused, before.blobs)
      IS NOT DISTINCT FROM (known.pending, known.oldest_at, known.refused, known.blobs)) AS changed`);
  return rows[0]?.changed === true;
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null | undefined };

export const listSyncDevices = (db: Db, tenant: Tenant) =>
  db
    .select({
      device: devices,
      shopName: shops.name,
      clockSkewMs: syncWriters.clockSkewMs,
      lastMid: syncWriters.lastMid,
      backlog: deviceBacklogs,
    })
    .from(devices)
    .innerJoin(shops, eq(shops.id, devices.shopId))
    .leftJoin(syncWriters, and(eq(syncWriters.deviceId, devices.id), eq(syncWriters.incarnation, devices.incarnation)))
    .leftJoin(deviceBacklogs, eq(deviceBacklogs.deviceId, devices.id))
    .where(eq(devices.organizationId, tenant.organizationId))
    .orderBy(asc(shops.name), asc(devices.name), asc(devices.id))
    .limit(10_000);

export interface CaseRow {
  readonly id: string;
  readonly kind: 'refused' | 'parked' | 'anomaly';
  readonly deviceId: string;
  readonly deviceName: string;
  readonly mid: number;
  readonly at: number;
  readonly name: string | null;
  /** JSON. */
  readonly args: string | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly anomaly: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly settledAt: number | null;
  readonly settledBy: string | null;
  readonly note: string | null;
  readonly readAt: number | null;
  readonly readBy: string | null;
  readonly isRetried: boolean | null;
}

const casesOf = ({ organizationId }: Tenant): SQL => sql`
  SELECT id, kind, device_id, incarnation, mid, at, name, args, code, message, NULL AS anomaly, NULL::jsonb AS details
  FROM sync_dead_letters WHERE organization_id = ${organizationId}
  UNION ALL
  SELECT id, 'anomaly', device_id, incarnation, mid, at, NULL, NULL, NULL, NULL, kind, details
  FROM anomalies WHERE organization_id = ${organizationId}`;

/** Newest first, after `cursor`. */
export async function listCases(
  db: Db,
  tenant: Tenant,
  filter: {
    readonly isOpen: boolean;
    readonly kind?: CaseRow['kind'] | undefined;
    readonly deviceId?: string | undefined;
    readonly cursor?: { readonly at: number; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<CaseRow[]> {
  const { isOpen, kind, deviceId, cursor, limit } = filter;
  const { rows } = await db.execute<CaseRow & Record<string, unknown>>(sql`
    SELECT found.id, found.kind, found.device_id AS "deviceId", coalesce(device.name, found.device_id) AS "deviceName",
      found.mid::int AS mid, found.at, found.name, found.args, found.code, found.message, found.anomaly, found.details,
      verdict.at AS "settledAt", coalesce(person.name, verdict.user_id) AS "settledBy", verdict.note,
      reading.read_at AS "readAt", reading.by AS "readBy", reading.is_retried AS "isRetried"
    FROM (${casesOf(tenant)}) AS found
    LEFT JOIN sync_verdicts verdict ON verdict.case_id = found.id
    LEFT JOIN users person ON person.id = verdict.user_id
    LEFT JOIN devices device ON device.id = found.device_id
    LEFT JOIN sync_letter_reads reading ON reading.device_id = found.device_id
      AND reading.incarnation = found.incarnation AND reading.mid = found.mid
    WHERE verdict.case_id IS ${isOpen ? sql`NULL` : sql`NOT NULL`}
      ${kind === undefined ? sql`` : sql`AND found.kind = ${kind}`}
      ${deviceId === undefined ? sql`` : sql`AND found.device_id = ${deviceId}`}
      ${cursor === undefined ? sql`` : sql`AND (found.at, found.id) < (${cursor.at}::bigint, ${cursor.id})`}
    ORDER BY found.at DESC, found.id DESC LIMIT ${limit}::int`);
  return rows.map((row) => ({
    ...row,
    at: Number(row.at),
    settledAt: row.settledAt === null ? null : Number(row.settledAt),
    readAt: row.readAt === null ? null : Number(row.readAt),
  }));
}

export async function findCase(
  tx: Tx,
  tenant: Tenant,
  id: string,
): Promise<{ readonly kind: CaseRow['kind']; readonly deviceId: string; readonly mid: number } | undefined> {
  const { rows } = await tx.execute<{ kind: CaseRow['kind']; deviceId: string; mid: number }>(sql`
    SELECT kind, device_id AS "deviceId", mid::int AS mid FROM (${casesOf(tenant)}) AS found WHERE id = ${id}`);
  return rows[0];
}

/** False when somebody was first. */
export async function insertVerdict(tx: Tx, verdict: typeof syncVerdicts.$inferInsert): Promise<boolean> {
  const made = await tx
    .insert(syncVerdicts)
    .values(verdict)
    .onConflictDoNothing()
    .returning({ caseId: syncVerdicts.caseId });
  return made.length > 0;
}

export async function countOpenCases(db: Db, tenant: Tenant): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    SELECT count(*)::int AS count FROM (${casesOf(tenant)}) AS found
    WHERE NOT EXISTS (SELECT 1 FROM sync_verdicts verdict WHERE verdict.case_id = found.id)`);
  return Number(rows[0]?.count ?? 0);
}

/** Keeps which answers were read at a device, those of cases only. Returns those that were not known. */
export async function insertReads(
  tx: Tx,
  of: Tenant & { readonly deviceId: string },
  reads: readonly LetterRead[],
  now: number,
): Promise<LetterRead[]> {
  const { rows } = await tx.execute<{ incarnation: number; mid: number }>(sql`
    INSERT INTO sync_letter_reads (device_id, incarnation, mid, organization_id, by, read_at, is_retried, at)
    SELECT ${of.deviceId}, told.incarnation, told.mid, ${of.organizationId}, told.by, told.at, told."isRetried", ${now}::bigint
    FROM jsonb_to_recordset(${JSON.stringify(reads)}::text::jsonb)
      AS told (incarnation int, mid bigint, by text, at bigint, "isRetried" boolean)
    WHERE EXISTS (SELECT 1 FROM (${casesOf(of)}) AS found WHERE found.device_id = ${of.deviceId}
      AND found.incarnation = told.incarnation AND found.mid = told.mid)
    ON CONFLICT DO NOTHING
    RETURNING incarnation, mid::int AS mid`);
  const made = new Set(rows.map(({ incarnation, mid }) => `${incarnation} ${mid}`));
  return reads.filter(({ incarnation, mid }) => made.has(`${incarnation} ${mid}`));
}

/** Forgets up to `limit` cases that were settled before a moment, with all that was said of them. Returns how many. */
export async function deleteSettledBefore(db: Db, before: number, limit: number): Promise<number> {
  const { rows } = await db.execute<{ gone: number }>(sql`
    WITH due AS MATERIALIZED (
      SELECT case_id FROM sync_verdicts WHERE at < ${before}::bigint ORDER BY at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM sync_dead_letters USING due WHERE id = due.case_id RETURNING device_id, incarnation, mid
    ), gone_too AS (
      DELETE FROM anomalies USING due WHERE id = due.case_id RETURNING device_id, incarnation, mid
    ), unread AS (
      DELETE FROM sync_letter_reads AS reading USING (SELECT * FROM gone UNION SELECT * FROM gone_too) AS found
      WHERE reading.device_id = found.device_id AND reading.incarnation = found.incarnation AND reading.mid = found.mid
    ), forgotten AS (
      DELETE FROM sync_verdicts USING due WHERE sync_verdicts.case_id = due.case_id RETURNING 1
    )
    SELECT count(*)::int AS gone FROM forgotten`);
  return Number(rows[0]?.gone ?? 0);
}

/** Numbers of orders by id. */
export async function readOrderNumbers(db: Db, tenant: Tenant, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: entities.id, number: sql<string>`fields->>'number'` })
    .from(entities)
    .where(
      and(
        eq(entities.organizationId, tenant.organizationId),
        eq(entities.type, 'order'),
        inArray(entities.id, [...ids]),
        sql`NOT deleted`,
      ),
    );
  return new Map(rows.map(({ id, number }) => [id, number]));
}
