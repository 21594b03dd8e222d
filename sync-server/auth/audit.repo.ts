/** The audit of privileged acts, written in the transaction of the act itself. */
import { and, asc, eq, sql } from 'drizzle-orm';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import type { Db, Tx } from '../db/db.ts';
import { auditHeads, auditLog } from './auth.tables.ts';
import type { Tenant } from './principals.ts';
import { sha256 } from './secrets.ts';

export interface AuditEntry {
  readonly at: number;
  /** `ENROLMENT_CODE_ISSUED`, `LOGIN_FAILED`… */
  readonly event: string;
  readonly actor: { readonly kind: 'user' | 'device' | 'agent' | 'system'; readonly id: string };
  readonly entity: { readonly type: string; readonly id: string };
  /** Never a secret, a code or personal data. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly ip?: string | undefined;
}

type Row = typeof auditLog.$inferSelect;
const hashOf = (previous: string, row: Omit<Row, 'hash'>): string =>
  sha256(previous + canonicalJson({ ...row, hash: undefined }));

/** Appends to the organisation's chain. Writers of one organisation wait for each other until their commits. */
export async function appendAudit(tx: Tx, tenant: Tenant, entry: AuditEntry): Promise<void> {
  const { organizationId } = tenant;
  await tx.insert(auditHeads).values({ organizationId, seq: 0, hash: '' }).onConflictDoNothing();
  const [head] = await tx.select().from(auditHeads).where(eq(auditHeads.organizationId, organizationId)).for('update');
  if (head === undefined) throw new Error('an audit head vanished under its own transaction');
  const row = {
    organizationId,
    seq: head.seq + 1,
    at: entry.at,
    event: entry.event,
    actorKind: entry.actor.kind,
    actorId: entry.actor.id,
    entityType: entry.entity.type,
    entityId: entry.entity.id,
    details: { ...entry.details },
    ip: entry.ip ?? null,
  };
  const hash = hashOf(head.hash, row);
  await tx.insert(auditLog).values({ ...row, hash });
  await tx
    .update(auditHeads)
    .set({ seq: sql`${auditHeads.seq} + 1`, hash })
    .where(eq(auditHeads.organizationId, organizationId));
}

/** The first `seq` whose row or link was changed, removed or cut off; `undefined` when the chain is whole. */
export async function findAuditBreak(db: Db | Tx, tenant: Tenant): Promise<number | undefined> {
  const mine = eq(auditLog.organizationId, tenant.organizationId);
  let previous = '';
  let seq = 0;
  for (;;) {
    const page = await db
      .select()
      .from(auditLog)
      .where(and(mine, sql`${auditLog.seq} > ${seq}`))
      .orderBy(asc(auditLog.seq))
      .limit(1000);
    for (const row of page) {
      seq += 1;
      if (row.seq !== seq || row.hash !== hashOf(previous, row)) return seq;
      previous = row.hash;
    }
    if (page.length === 0) break;
  }
  const [head] = await db.select().from(auditHeads).where(eq(auditHeads.organizationId, tenant.organizationId));
  return (head?.seq ?? 0) === seq ? undefined : seq + 1;
}
