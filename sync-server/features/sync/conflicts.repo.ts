/** SQL of the fields that two people changed without knowing of each other, and of the values those fields have had. */
import { sql } from 'drizzle-orm';
import type { FieldConflict } from '#shared/sync/conflict.schema.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';

export interface ConflictRow {
  readonly id: string;
  readonly at: number;
  readonly fields: FieldConflict;
  /** Of the row that the field is of; null when that is gone. */
  readonly name: string | null;
}

/** Those that changed last first, after `cursor`. */
export async function listConflicts(
  db: Db,
  { organizationId }: Tenant,
  filter: {
    readonly isOpen: boolean;
    readonly cursor?: { readonly at: number; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<ConflictRow[]> {
  const { isOpen, cursor, limit } = filter;
  const { rows } = await db.execute<ConflictRow & Record<string, unknown>>(sql`
    SELECT found.id, found.updated_at AS at, found.fields, owner.fields->>'name' AS name
    FROM entities AS found
    LEFT JOIN entities AS owner ON owner.type = found.fields->>'entityType' AND owner.id = found.fields->>'entityId'
      AND NOT owner.deleted
    WHERE found.organization_id = ${organizationId} AND found.type = 'field_conflict' AND NOT found.deleted
      AND found.fields->>'resolvedAt' IS ${isOpen ? sql`NULL` : sql`NOT NULL`}
      ${cursor === undefined ? sql`` : sql`AND (found.updated_at, found.id) < (${cursor.at}::bigint, ${cursor.id})`}
    ORDER BY found.updated_at DESC, found.id DESC LIMIT ${limit}::int`);
  return rows.map((row) => ({ ...row, at: Number(row.at) }));
}

export interface HistoryRow {
  readonly type: string;
  readonly entityId: string;
  readonly field: string;
  readonly value: unknown;
  readonly at: number;
  readonly deviceId: string;
  readonly incarnation: number;
  readonly mid: number;
  readonly by: string | null;
}

/** Values that these fields had and have not, newest first, the newest `limit` of each field. */
export async function listHistory(
  db: Db,
  { organizationId }: Tenant,
  fields: readonly Pick<FieldConflict, 'entityType' | 'entityId' | 'field'>[],
  limit: number,
): Promise<HistoryRow[]> {
  if (fields.length === 0) return [];
  const given = fields.map(({ entityType, entityId, field }) => ({ type: entityType, id: entityId, field }));
  const { rows } = await db.execute<HistoryRow & Record<string, unknown>>(sql`
    SELECT old.type, old.entity_id AS "entityId", old.field, old.value, old.at, old.device_id AS "deviceId",
      old.incarnation, old.mid, old.by
    FROM jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb) AS given (type text, id text, field text)
    CROSS JOIN LATERAL (
      SELECT * FROM field_history
      WHERE type = given.type AND entity_id = given.id AND field = given.field AND organization_id = ${organizationId}
      ORDER BY at DESC, device_id DESC, mid DESC LIMIT ${limit}::int
    ) AS old
    ORDER BY old.at DESC, old.device_id DESC, old.mid DESC`);
  return rows.map((row) => ({ ...row, at: Number(row.at), mid: Number(row.mid) }));
}

/** Names of the organisation's devices by id. */
export async function readDeviceNames(db: Db, { organizationId }: Tenant): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.execute<{ id: string; name: string }>(
    sql`SELECT id, name FROM devices WHERE organization_id = ${organizationId}`,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
