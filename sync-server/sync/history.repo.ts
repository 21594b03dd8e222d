/** SQL of the values that merged fields have had and do not have. */
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '#server/db/db.ts';
import { isMergedType } from '#shared/sync/entities.ts';
import type { RowHistory, RowState } from './effects.rules.ts';

/** Adds what lost, and forgets the history of rows that end with this write: a deleted file leaves no values behind. */
export async function keepHistory(
  tx: Tx,
  by: { readonly organizationId: string; readonly now: number },
  entries: readonly RowHistory[],
  rows: readonly RowState[],
): Promise<void> {
  if (entries.length > 0) {
    const given = entries.map(({ type, id, field, value, stamp }) => ({ type, id, field, value, ...stamp }));
    await tx.execute(sql`
      INSERT INTO field_history (organization_id, type, entity_id, field, value, at, device_id, incarnation, mid, by,
        recorded_at)
      SELECT ${by.organizationId}, type, id, field, value, at, "deviceId", incarnation, mid, by, ${by.now}::bigint
      FROM jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb) AS given (type text, id text, field text,
        value jsonb, at bigint, "deviceId" text, incarnation int, mid bigint, by text)
      ON CONFLICT DO NOTHING`);
  }
  const ended = rows.filter(({ type, fields }) => fields === null && isMergedType(type));
  if (ended.length === 0) return;
  await tx.execute(sql`
    DELETE FROM field_history AS old
    USING jsonb_to_recordset(${JSON.stringify(ended.map(({ type, id }) => ({ type, id })))}::text::jsonb)
      AS given (type text, id text)
    WHERE old.type = given.type AND old.entity_id = given.id`);
}

/** Forgets up to `limit` values that lost before a moment. Returns how many. */
export async function deleteHistoryBefore(db: Db, before: number, limit: number): Promise<number> {
  const { rows } = await db.execute<{ gone: number }>(sql`
    WITH gone AS (
      DELETE FROM field_history WHERE ctid IN (
        SELECT ctid FROM field_history WHERE recorded_at < ${before}::bigint LIMIT ${limit}::int)
      RETURNING 1
    ) SELECT count(*)::int AS gone FROM gone`);
  return Number(rows[0]?.gone ?? 0);
}
