/** SQL of the mutations that were not taken. */
import { sql } from 'drizzle-orm';
import type { Tx } from '#server/db/db.ts';
import type { DeadLetter } from './dead-letters.rules.ts';

export async function insertDeadLetters(
  tx: Tx,
  by: {
    readonly organizationId: string;
    readonly deviceId: string;
    readonly incarnation: number;
    readonly now: number;
  },
  rows: readonly DeadLetter[],
): Promise<void> {
  if (rows.length === 0) return;

  await tx.execute(sql`
    INSERT INTO sync_dead_letters (id, organization_id, device_id, incarnation, mid, kind, name, args, code, message, at)
    SELECT id, ${by.organizationId}, ${by.deviceId}, ${by.incarnation}::int, mid, kind, name, args, code, message, ${by.now}::bigint
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
      AS given (id text, mid bigint, kind text, name text, args text, code text, message text)`);
}
