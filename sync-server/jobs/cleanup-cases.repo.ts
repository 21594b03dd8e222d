/** SQL of changes that were not taken and have lain long enough. What is refused is a letter, a fact becomes an anomaly. */
import { eq, sql } from 'drizzle-orm';
import type { Tenant } from '../auth/principals.ts';
import type { Db, Tx } from '../db/db.ts';
import { syncDeadLetters } from '../sync/cases.tables.ts';
import { anomalies } from '../sync/sync.tables.ts';

export interface OldCase {
  readonly id: string;
  readonly isAnomaly: boolean;
  /** The mutator. */
  readonly name: string;
  /** JSON: arguments, of an anomaly the whole change. */
  readonly text: string;
}

/** Of these mutators, by their ids, after one. */
export async function listOldCases(
  db: Db,
  { organizationId }: Tenant,
  of: { readonly names: readonly string[]; readonly before: number; readonly after: string; readonly limit: number },
): Promise<readonly OldCase[]> {
  const names = sql`(SELECT jsonb_array_elements_text(${JSON.stringify(of.names)}::text::jsonb))`;
  const due = sql`organization_id = ${organizationId} AND at < ${of.before}::bigint AND id > ${of.after}`;
  const { rows } = await db.execute<OldCase & Record<string, unknown>>(sql`
    SELECT id, false AS "isAnomaly", name, args AS text FROM sync_dead_letters WHERE ${due} AND name IN ${names}
    UNION ALL
    SELECT id, true, details->>'name', details->>'body' FROM anomalies
    WHERE ${due} AND details->>'name' IN ${names} AND details ? 'body'
    ORDER BY id LIMIT ${of.limit}::int`);
  return rows;
}

export async function changeCase(tx: Tx, { id, isAnomaly }: OldCase, text: string): Promise<void> {
  if (!isAnomaly) await tx.update(syncDeadLetters).set({ args: text }).where(eq(syncDeadLetters.id, id));
  else {
    const details = sql`jsonb_set(${anomalies.details}, '{body}', to_jsonb(${text}::text))`;
    await tx.update(anomalies).set({ details }).where(eq(anomalies.id, id));
  }
}
