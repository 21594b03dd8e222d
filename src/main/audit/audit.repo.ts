/** The audit log of the device: written with what it tells of, in one transaction. */
import { and, asc, eq, lt, min, sql } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { auditLogs } from './audit.tables.ts';

/** §5.8 of the requirements, as far as a device does it. */
export type AuditEvent =
  | 'SESSION_CREATED'
  | 'SESSION_COMPLETED'
  | 'SESSION_EXPIRED'
  | 'SESSION_FAILED'
  | 'SESSION_ERASED'
  | 'PAYMENT_INTENT_CREATED'
  | 'PAYMENT_CONFIRMED'
  | 'PAYMENT_FAILED'
  | 'PAYMENT_CANCELLED'
  | 'PAYMENT_LATE'
  | 'PAYMENT_REFUND_DUE'
  | 'PAYMENT_REFUNDED'
  | 'REPORT_GENERATED'
  | 'PASSPORT_REVEALED'
  | 'CALL_REFUSED';

export interface AuditEntry {
  /** Unix ms. */
  readonly at: number;
  readonly event: AuditEvent;
  readonly entity: 'visit' | 'payment' | 'report' | 'procedure' | 'client';
  readonly entityId: string;
  /** Ids, sums and kinds: nothing that says who a guest was. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

export function recordAudit(tx: WriteTx, { details = {}, ...entry }: AuditEntry): void {
  tx.insert(auditLogs)
    .values({ ...entry, details })
    .run();
}

/** All that is kept of one row, oldest first. */
export const listAudit = (db: Reader, entity: AuditEntry['entity'], entityId: string): AuditEntry[] =>
  db
    .select()
    .from(auditLogs)
    .where(and(eq(auditLogs.entity, entity), eq(auditLogs.entityId, entityId)))
    .orderBy(asc(auditLogs.id))
    .all() as AuditEntry[];

/** How many entries are older, and when the oldest was made. */
export const countAuditBefore = (db: Reader, before: number): { readonly due: number; readonly oldestAt?: number } => {
  const row = db
    .select({ due: sql<number>`count(*)`, oldestAt: min(auditLogs.at) })
    .from(auditLogs)
    .where(lt(auditLogs.at, before))
    .get();
  return { due: row?.due ?? 0, ...(typeof row?.oldestAt === 'number' ? { oldestAt: row.oldestAt } : {}) };
};

export function purgeAudit(tx: WriteTx, before: number): void {
  tx.delete(auditLogs).where(lt(auditLogs.at, before)).run();
}
