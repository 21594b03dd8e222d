import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { Currency } from '#shared/kernel/money.ts';
import type { Payment, PaymentIntent, PaymentProvider, PaymentStatus } from '#shared/payments/payments.schema.ts';
import type { Refund } from '#shared/payments/refunds.schema.ts';
import { paymentIntents, payments, refunds } from './payments.tables.ts';

type IntentRow = typeof paymentIntents.$inferSelect;

/** An intent and its order, which every intent made on this device has. */
export type OrderIntent = PaymentIntent & { readonly orderId: string };

const toIntent = (row: IntentRow): OrderIntent => ({
  id: row.id,
  orderId: row.orderId,
  status: row.status as PaymentStatus,
  provider: row.provider as PaymentProvider,
  amountMinor: row.amountMinor,
  currency: row.currency as Currency,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  ...(row.visitId === null ? {} : { visitId: row.visitId }),
  ...(row.qrData === null ? {} : { qrData: row.qrData }),
  ...(row.confirmedAt === null ? {} : { confirmedAt: row.confirmedAt }),
  ...(row.metadata === null ? {} : { metadata: row.metadata }),
});

export function insertIntent(tx: WriteTx, intent: OrderIntent): void {
  tx.insert(paymentIntents).values(intent).run();
}

export function findIntent(db: Reader, id: string): OrderIntent | undefined {
  const row = db.select().from(paymentIntents).where(eq(paymentIntents.id, id)).get();
  return row && toIntent(row);
}

/** Intents of a visit in one of the statuses, newest first. A visit has a handful. */
export const listVisitIntents = (db: Reader, visitId: string, statuses: readonly PaymentStatus[]): OrderIntent[] =>
  db
    .select()
    .from(paymentIntents)
    .where(and(eq(paymentIntents.visitId, visitId), inArray(paymentIntents.status, [...statuses])))
    .orderBy(desc(paymentIntents.createdAt), desc(paymentIntents.id))
    .limit(50)
    .all()
    .map(toIntent);

/** Oldest first. */
export const listPendingIntents = (db: Reader): OrderIntent[] =>
  db
    .select()
    .from(paymentIntents)
    .where(eq(paymentIntents.status, 'pending'))
    .orderBy(asc(paymentIntents.createdAt))
    .limit(100)
    .all()
    .map(toIntent);

/** Compare-and-set: false when the intent moved under us. */
export const markIntent = (
  tx: WriteTx,
  { id, status }: Pick<PaymentIntent, 'id' | 'status'>,
  to: PaymentStatus,
  confirmedAt?: number,
): boolean =>
  tx
    .update(paymentIntents)
    .set({ status: to, ...(confirmedAt === undefined ? {} : { confirmedAt }) })
    .where(and(eq(paymentIntents.id, id), eq(paymentIntents.status, status)))
    .run().changes === 1;

/** Money that moved for an order, both ways, oldest first. */
export const listPayments = (db: Reader, orderId: string): Payment[] =>
  db
    .select({ fields: payments.fields })
    .from(payments)
    .where(eq(payments.orderId, orderId))
    .orderBy(asc(payments.confirmedAt), asc(payments.id))
    .all()
    .map(({ fields }) => fields);

export const findRefund = (db: Reader, id: string): Refund | undefined =>
  db.select({ fields: refunds.fields }).from(refunds).where(eq(refunds.id, id)).get()?.fields;
