/** SQL of what the protocol remembers of every writer. */
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '#server/db/db.ts';
import type { EntityRef } from '#shared/sync/mutator.ts';
import type { Outcome, WriterKey } from '#shared/sync/protocol.ts';
import { type StoredRow, touchedRows } from './entities.repo.ts';
import { grantsOfDevice } from './grants.repo.ts';
import type { Grant } from './grants.rules.ts';

export interface WriterRow {
  readonly lastMid: number;
  readonly ticket: string | null;
  readonly lastAt: number;
  readonly failingMid: number | null;
  readonly failures: number;
  /** What its device may see and write, and has been. */
  readonly grants: readonly Grant[];
  /** What the statement's snapshot had of `lastMid`: another when it had to wait for the lock. */
  readonly seenMid: number;
  /** The rows that were asked for, locked, as of that snapshot: of no use when it is older than the lock. */
  readonly rows: readonly StoredRow[];
}

const NEW_WRITER: WriterRow = {
  lastMid: 0,
  ticket: null,
  lastAt: 0,
  failingMid: null,
  failures: 0,
  grants: [],
  seenMid: 0,
  rows: [],
};

/**
 * The writer's row, locked: pushes of one writer run one after another. Made when this is its first. Then, in the same
 * statement, the rows that it is about to touch.
 */
export async function lockWriter(
  tx: Tx,
  writer: WriterKey,
  now: number,
  refs: readonly EntityRef[] = [],
): Promise<WriterRow> {
  const isMine = sql`device_id = ${writer.deviceId} AND incarnation = ${writer.incarnation}`;
  const select = sql`/* push.writer */
    WITH mine AS MATERIALIZED (
      SELECT last_mid, ticket, last_at, failing_mid, failures FROM sync_writers WHERE ${isMine} FOR UPDATE
    ), touched AS MATERIALIZED (${touchedRows(refs)})
    SELECT last_mid AS "lastMid", ticket, last_at AS "lastAt", failing_mid AS "failingMid", failures,
      ${grantsOfDevice(writer.deviceId)} AS grants,
      (SELECT last_mid FROM sync_writers WHERE ${isMine}) AS "seenMid",
      (SELECT coalesce(json_agg(touched), '[]') FROM touched) AS rows
    FROM mine`;
  const found = await tx.execute<WriterRow & Record<string, unknown>>(select);
  if (found.rows[0] !== undefined) return found.rows[0];
  // Two first pushes at once: the second waits here for the first to commit, and then reads what it left.
  await tx.execute(sql`
    INSERT INTO sync_writers (device_id, incarnation, last_mid, updated_at)
    VALUES (${writer.deviceId}, ${writer.incarnation}, 0, ${now}) ON CONFLICT DO NOTHING`);
  const made = await tx.execute<WriterRow & Record<string, unknown>>(select);
  return made.rows[0] ?? NEW_WRITER;
}

export async function findLastMid(db: Db | Tx, writer: WriterKey): Promise<number> {
  const { rows } = await db.execute<{ lastMid: number }>(sql`
    SELECT last_mid AS "lastMid" FROM sync_writers
    WHERE device_id = ${writer.deviceId} AND incarnation = ${writer.incarnation}`);
  return Number(rows[0]?.lastMid ?? 0);
}

export interface StoredOutcome {
  readonly mid: number;
  readonly h: string;
  readonly outcome: Outcome;
}

export async function listOutcomes(tx: Tx, writer: WriterKey, from: number, to: number): Promise<StoredOutcome[]> {
  const { rows } = await tx.execute<StoredOutcome & Record<string, unknown>>(sql`
    SELECT mid, h, outcome FROM sync_outcomes
    WHERE device_id = ${writer.deviceId} AND incarnation = ${writer.incarnation}
      AND mid BETWEEN ${from}::bigint AND ${to}::bigint ORDER BY mid`);
  return rows;
}

/** Stores the outcomes and moves the writer on, in one statement. */
export async function advanceWriter(
  tx: Tx,
  writer: WriterKey,
  step: {
    readonly lastMid: number;
    readonly ticket: string;
    /** Up to here the writer holds our answers. */
    readonly answeredMid: number;
    readonly clockSkewMs: number;
    readonly lastAt: number;
    readonly now: number;
    readonly outcomes: readonly StoredOutcome[];
  },
): Promise<void> {
  await tx.execute(sql`/* push.outcomes */
    WITH stored AS (
      INSERT INTO sync_outcomes (device_id, incarnation, mid, h, outcome, at)
      SELECT ${writer.deviceId}, ${writer.incarnation}::int, mid, h, outcome, ${step.now}::bigint
      FROM jsonb_to_recordset(${JSON.stringify(step.outcomes)}::text::jsonb) AS given (mid bigint, h text, outcome jsonb)
    )
    UPDATE sync_writers SET last_mid = ${step.lastMid}::bigint, ticket = ${step.ticket},
      confirmed_mid = ${step.answeredMid}::bigint,
      clock_skew_ms = ${step.clockSkewMs}::bigint, last_at = ${step.lastAt}::bigint,
      failing_mid = NULL, failures = 0, updated_at = ${step.now}::bigint
    WHERE device_id = ${writer.deviceId} AND incarnation = ${writer.incarnation}`);
}

/** Counts a failure of a mutation. Returns how often this one has failed now. */
export async function countFailure(db: Db, writer: WriterKey, mid: number, now: number): Promise<number> {
  const { rows } = await db.execute<{ failures: number }>(sql`
    INSERT INTO sync_writers (device_id, incarnation, last_mid, failing_mid, failures, updated_at)
    VALUES (${writer.deviceId}, ${writer.incarnation}, 0, ${mid}, 1, ${now})
    ON CONFLICT (device_id, incarnation) DO UPDATE SET
      failures = CASE WHEN sync_writers.failing_mid = excluded.failing_mid THEN sync_writers.failures + 1 ELSE 1 END,
      failing_mid = excluded.failing_mid, updated_at = excluded.updated_at
    RETURNING failures`);
  return Number(rows[0]?.failures ?? 0);
}

/** Issues the next incarnation of a device: its copy keeps the old one. */
export async function raiseIncarnation(db: Db, deviceId: string): Promise<number | undefined> {
  const { rows } = await db.execute<{ incarnation: number }>(sql`
    UPDATE devices SET incarnation = incarnation + 1 WHERE id = ${deviceId} RETURNING incarnation`);
  return rows[0] === undefined ? undefined : Number(rows[0].incarnation);
}

/** The device is known to be at this incarnation at least. */
export async function raiseIncarnationTo(db: Db, { deviceId, incarnation }: WriterKey): Promise<void> {
  await db.execute(sql`
    UPDATE devices SET incarnation = ${incarnation}::int WHERE id = ${deviceId} AND incarnation < ${incarnation}::int`);
}

export interface AnomalyRow {
  readonly id: string;
  readonly mid: number;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export async function insertAnomalies(
  tx: Tx,
  by: {
    readonly organizationId: string;
    readonly deviceId: string;
    readonly incarnation: number;
    readonly now: number;
  },
  rows: readonly AnomalyRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    INSERT INTO anomalies (id, organization_id, device_id, incarnation, mid, kind, details, at)
    SELECT id, ${by.organizationId}, ${by.deviceId}, ${by.incarnation}::int, mid, kind, details, ${by.now}::bigint
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS given (id text, mid bigint, kind text, details jsonb)`);
}

/**
 * Forgets old outcomes that no device can ask for any more: those that their writer has shown to hold, and those of
 * writers whose device has taken a newer incarnation. Without the others a repeat would look like a copy, and be done
 * twice. Returns how many there were.
 */
export async function deleteOutcomesBefore(db: Db, before: number): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    WITH gone AS (
      DELETE FROM sync_outcomes AS old USING sync_writers AS writer
      WHERE old.at < ${before}::bigint AND writer.device_id = old.device_id AND writer.incarnation = old.incarnation
        AND (old.mid <= writer.confirmed_mid OR EXISTS (SELECT 1 FROM sync_writers AS heir
          WHERE heir.device_id = old.device_id AND heir.incarnation > old.incarnation AND heir.last_mid > 0))
      RETURNING 1
    ) SELECT count(*) AS count FROM gone`);
  return Number(rows[0]?.count ?? 0);
}
