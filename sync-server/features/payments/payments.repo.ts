import { and, count, eq, gte, isNull, lt, lte, min } from 'drizzle-orm';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import type { PaymentPatch } from './payments.rules.ts';
import { pspEvents, pspPayments } from './payments.tables.ts';

export type PaymentRow = typeof pspPayments.$inferSelect;
export type EventRow = typeof pspEvents.$inferSelect;
export type NewPayment = Pick<
  PaymentRow,
  | 'id'
  | 'organizationId'
  | 'shopId'
  | 'deviceId'
  | 'orderId'
  | 'amountMinor'
  | 'currency'
  | 'description'
  | 'createdAt'
  | 'expiresAt'
  | 'nextCheckAt'
>;

/** False when there is a payment of this id already. */
export async function insertPayment(tx: Tx, payment: NewPayment): Promise<boolean> {
  const rows = await tx
    .insert(pspPayments)
    .values({ ...payment, status: 'created' })
    .onConflictDoNothing()
    .returning({ id: pspPayments.id });
  return rows.length === 1;
}

export async function findPayment(db: Db | Tx, id: string): Promise<PaymentRow | undefined> {
  const [row] = await db.select().from(pspPayments).where(eq(pspPayments.id, id));
  return row;
}

export async function lockPayment(tx: Tx, id: string): Promise<PaymentRow | undefined> {
  const [row] = await tx.select().from(pspPayments).where(eq(pspPayments.id, id)).for('update');
  return row;
}

export async function findByProviderId(db: Db, providerId: string): Promise<PaymentRow | undefined> {
  const [row] = await db.select().from(pspPayments).where(eq(pspPayments.providerId, providerId));
  return row;
}

export async function updatePayment(tx: Tx, id: string, patch: PaymentPatch): Promise<PaymentRow> {
  const [row] = await tx.update(pspPayments).set(patch).where(eq(pspPayments.id, id)).returning();
  if (row === undefined) throw new Error(`payment ${id} vanished under its own lock`);
  return row;
}

/** How many payments a device began since then, and when the first of them was. */
export async function countBegun(
  tx: Tx,
  tenant: Tenant,
  deviceId: string,
  since: number,
): Promise<{ readonly begun: number; readonly firstAt: number | null }> {
  const [row] = await tx
    .select({ begun: count(), firstAt: min(pspPayments.createdAt) })
    .from(pspPayments)
    .where(
      and(
        eq(pspPayments.organizationId, tenant.organizationId),
        eq(pspPayments.deviceId, deviceId),
        gte(pspPayments.createdAt, since),
      ),
    );
  return row ?? { begun: 0, firstAt: null };
}

/** Takes what is due, and puts its next turn off, so that two instances do not look at once. */
export const takeDue = (db: Db, now: number, until: number, limit: number): Promise<PaymentRow[]> =>
  db.transaction(async (tx) => {
    const due = await tx
      .select()
      .from(pspPayments)
      .where(lte(pspPayments.nextCheckAt, now))
      .orderBy(pspPayments.nextCheckAt)
      .limit(limit)
      .for('update', { skipLocked: true });
    for (const { id, status, claimedAt } of due) {
      // What waits to be claimed is decided by its own time, which must stay as it is.
      if (status === 'succeeded' && claimedAt === null) continue;
      await tx.update(pspPayments).set({ nextCheckAt: until }).where(eq(pspPayments.id, id));
    }
    return due;
  });

/** Money that nobody has claimed is decided then at the earliest. */
export async function postponeUnclaimed(db: Db, until: number): Promise<void> {
  await db
    .update(pspPayments)
    .set({ nextCheckAt: until })
    .where(and(eq(pspPayments.status, 'succeeded'), isNull(pspPayments.claimedAt), lt(pspPayments.nextCheckAt, until)));
}

export async function appendEvent(tx: Tx, event: EventRow): Promise<void> {
  await tx.insert(pspEvents).values(event);
}

/** What was said of a payment, oldest first. */
export const listEvents = (db: Db, paymentId: string): Promise<EventRow[]> =>
  db.select().from(pspEvents).where(eq(pspEvents.paymentId, paymentId)).orderBy(pspEvents.at, pspEvents.id);

/** Links a payment to the provider's id that was not known yet. */
export async function linkPayment(tx: Tx, id: string, providerId: string): Promise<void> {
  await tx
    .update(pspPayments)
    .set({ providerId })
    .where(and(eq(pspPayments.id, id), isNull(pspPayments.providerId)));
}
