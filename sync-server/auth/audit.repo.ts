/** The audit of privileged acts, written in the transaction of the act itself. */
import { and, asc, desc, eq, gte, lt, or, sql } from 'drizzle-orm';
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

const findHead = async (db: Db | Tx, { organizationId }: Tenant): Promise<AuditVerdict['head']> => {
  const [head] = await db.select().from(auditHeads).where(eq(auditHeads.organizationId, organizationId));
  return head ?? { seq: 0, hash: '' };
};

export interface AuditVerdict {
  readonly rows: number;
  /** Of the last row as it is; `seq` 0 and no hash while there is none. */
  readonly head: { readonly seq: number; readonly hash: string };
  /** The first `seq` whose row or link was changed, removed or cut off. */
  readonly brokenAt?: number;
}

/**
 * Walks the whole chain of an organisation.
 *
 * @param anchor a head that was written down before: a chain that was made anew from its beginning does not hold it.
 */
export async function verifyAudit(db: Db | Tx, tenant: Tenant, anchor?: AuditVerdict['head']): Promise<AuditVerdict> {
  const mine = eq(auditLog.organizationId, tenant.organizationId);
  // Before the walk: what is appended while it goes on is judged by its links alone.
  const before = await findHead(db, tenant);
  const known = [before, ...(anchor === undefined ? [] : [anchor])];
  let head = { seq: 0, hash: '' };
  for (;;) {
    const page = await db
      .select()
      .from(auditLog)
      .where(and(mine, sql`${auditLog.seq} > ${head.seq}`))
      .orderBy(asc(auditLog.seq))
      .limit(1000);
    for (const row of page) {
      const seq = head.seq + 1;
      const isKnown = known.every((one) => one.seq !== seq || one.hash === row.hash);
      if (row.seq !== seq || row.hash !== hashOf(head.hash, row) || !isKnown) {
        return { rows: head.seq, head, brokenAt: seq };
      }
      head = { seq, hash: row.hash };
    }
    if (page.length === 0) break;
  }
  const isWhole = known.every(({ seq }) => seq <= head.seq) && head.seq <= (await findHead(db, tenant)).seq;
  return { rows: head.seq, head, ...(isWhole ? {} : { brokenAt: head.seq + 1 }) };
}

/** The first `seq` whose row or link was changed, removed or cut off; `undefined` when the chain is whole. */
export const findAuditBreak = async (db: Db | Tx, tenant: Tenant): Promise<number | undefined> =>
  (await verifyAudit(db, tenant)).brokenAt;

export type AuditRow = Row;

export interface AuditFilter {
  readonly event?: string | undefined;
  readonly actor?: Row['actorKind'] | undefined;
  readonly q?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Rows before this one. */
  readonly cursor?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export const listAudit = (db: Db, tenant: Tenant, filter: AuditFilter): Promise<Row[]> => {
  const { event, actor, q, from, to, cursor, limit } = filter;
  return db
    .select()
    .from(auditLog)
    .where(
      and(
        eq(auditLog.organizationId, tenant.organizationId),
        event === undefined ? undefined : eq(auditLog.event, event),
        actor === undefined ? undefined : eq(auditLog.actorKind, actor),
        q === undefined ? undefined : or(eq(auditLog.actorId, q), eq(auditLog.entityId, q)),
        from === undefined ? undefined : gte(auditLog.at, from),
        to === undefined ? undefined : lt(auditLog.at, to),
        cursor === undefined ? undefined : lt(auditLog.seq, cursor),
      ),
    )
    .orderBy(desc(auditLog.seq))
    .limit(limit);
};

/** By a walk from one name to the next: a million rows have a few dozen. */
export async function listAuditEvents(db: Db, { organizationId }: Tenant): Promise<readonly string[]> {
  const { rows } = await db.execute<{ event: string }>(sql`
    WITH RECURSIVE names AS (
      (SELECT event FROM ${auditLog} WHERE organization_id = ${organizationId} ORDER BY event LIMIT 1)
      UNION ALL
      SELECT (SELECT event FROM ${auditLog} WHERE organization_id = ${organizationId} AND event > names.event
        ORDER BY event LIMIT 1)
      FROM names WHERE names.event IS NOT NULL
    ) SELECT event FROM names WHERE event IS NOT NULL`);
  return rows.map(({ event }) => event);
}
