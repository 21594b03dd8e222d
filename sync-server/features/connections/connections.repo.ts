import { and, eq, gte, isNotNull, lt, sql } from 'drizzle-orm';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { pspEvents, pspPayments } from '../payments/payments.tables.ts';

export interface Notices {
  /** Payments that succeeded in the time asked about. */
  readonly payments: number;
  /** Those of them that a notification came of. */
  readonly notified: number;
  /** When the last notification came of any of them, Unix ms. */
  readonly lastAt: number | null;
}

/** @param from and before: Unix ms, of success. */
export async function countNotices(db: Db, tenant: Tenant, from: number, before: number): Promise<Notices> {
  const [row] = await db
    .select({
      payments: sql<number>`count(DISTINCT ${pspPayments.id})::int`,
      notified: sql<number>`count(DISTINCT ${pspEvents.paymentId})::int`,
      lastAt: sql<string | null>`max(${pspEvents.at})`,
    })
    .from(pspPayments)
    .leftJoin(pspEvents, and(eq(pspEvents.paymentId, pspPayments.id), eq(pspEvents.source, 'webhook')))
    .where(
      and(
        eq(pspPayments.organizationId, tenant.organizationId),
        isNotNull(pspPayments.succeededAt),
        gte(pspPayments.createdAt, from),
        lt(pspPayments.succeededAt, before),
      ),
    );
  const { payments = 0, notified = 0, lastAt = null } = row ?? {};
  return { payments, notified, lastAt: lastAt === null ? null : Number(lastAt) };
}
