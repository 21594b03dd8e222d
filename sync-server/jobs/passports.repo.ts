/** SQL of passports that have been kept long enough. */
import { sql } from 'drizzle-orm';
import type { Tenant } from '../auth/principals.ts';
import type { Db, Tx } from '../db/db.ts';
import { PASSPORT_PARTS } from './passports.rules.ts';

const listed = (values: readonly string[]) =>
  sql`(SELECT jsonb_array_elements_text(${JSON.stringify(values)}::text::jsonb))`;

/** As `isPassportDue`, and with no bill that waits and no contract or bill that the server wrote since. */
const due = ({ organizationId }: Tenant, before: number) => sql`
  FROM entities AS p
  JOIN entities AS c ON c.type = 'client' AND c.id = p.id AND NOT c.deleted AND c.organization_id = p.organization_id
  WHERE p.type = 'passport' AND NOT p.deleted AND p.organization_id = ${organizationId}
    AND p.fields ?| ARRAY${listed(PASSPORT_PARTS)} AND (p.fields->>'updatedAt')::bigint < ${before}::bigint
    AND c.fields->>'status' = 'processed' AND (c.fields->>'updatedAt')::bigint < ${before}::bigint
    AND NOT EXISTS (
      SELECT FROM entities AS o WHERE o.type IN ('contract', 'invoice') AND NOT o.deleted
        AND o.organization_id = p.organization_id AND o.fields->>'clientId' = p.id
        AND (o.updated_at >= ${before}::bigint OR o.type = 'invoice' AND o.fields->>'status' = 'pending'))`;

/** By their ids, after one. Not locked: look again once they are. */
export async function listDuePassports(
  tx: Tx,
  tenant: Tenant,
  of: { readonly before: number; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`SELECT p.id ${due(tenant, of.before)} AND p.id > ${of.after} ORDER BY p.id LIMIT ${of.limit}::int`,
  );
  return rows.map(({ id }) => id);
}

export async function countDuePassports(db: Db, tenant: Tenant, before: number): Promise<number> {
  const { rows } = await db.execute(sql`SELECT count(*) AS due ${due(tenant, before)}`);
  return Number(rows[0]?.['due'] ?? 0);
}

/** Forgets every value that was ever in these. @returns the pictures among them */
export async function forgetPassportHistory(
  tx: Tx,
  { organizationId }: Tenant,
  ids: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await tx.execute<{ field: string; value: unknown }>(sql`
    DELETE FROM field_history
    WHERE organization_id = ${organizationId} AND type = 'passport' AND entity_id IN ${listed(ids)}
    RETURNING field, value`);
  return rows.flatMap(({ field, value }) => (field === 'photo' && typeof value === 'string' ? [value] : []));
}
