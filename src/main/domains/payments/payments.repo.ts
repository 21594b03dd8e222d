import { and, asc, count, desc, eq, gte, inArray, isNull, lte, ne, or } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { Currency } from '#shared/kernel/money.ts';
import type { Payment, PaymentIntent, PaymentProvider, PaymentStatus } from '#shared/payments/payments.schema.ts';
import type { Refund } from '#shared/payments/refunds.schema.ts';
import { paymentIntents, payments, refunds } from './payments.tables.ts';

type IntentRow = typeof paymentIntents.$inferSelect;

/** An intent and its order, which every intent made on this device has. */
export type OrderIntent = PaymentIntent & {
  readonly orderId: string;
  readonly isLate: boolean;
  readonly isFollowed: boolean;
  readonly nextLookAt: number;
  readonly refundReason?: IntentRow['refundReason'];
  readonly refundDueAt?: IntentRow['refundDueAt'];
};

const toIntent = (row: IntentRow): OrderIntent => ({
  id: row.id,
  orderId: row.orderId,
  status: row.status as PaymentStatus,
  provider: row.provider as PaymentProvider,
  amountMinor: row.amountMinor,
  currency: row.currency as Currency,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  isLate: row.isLate,
  isFollowed: row.isFollowed,
  nextLookAt: row.nextLookAt,
  refundReason: row.refundReason,
  refundDueAt: row.refundDueAt,
  ...(row.outcome === null ? {} : { outcome: row.outcome }),
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

/** Those of which money may come, whose turn it is; the longest waiting first. */
export const listDueIntents = (db: Reader, now: number): OrderIntent[] =>
  db
    .select()
    .from(paymentIntents)
    .where(
      and(
        or(eq(paymentIntents.status, 'pending'), eq(paymentIntents.isFollowed, true)),
        lte(paymentIntents.nextLookAt, now),
      ),
    )
    .orderBy(asc(paymentIntents.nextLookAt))
    .limit(20)
    .all()
    .map(toIntent);

/** Money that has not come to anything yet. */
export const listUndecided = (db: Reader): OrderIntent[] =>
  db
    .select()
    .from(paymentIntents)
    .where(and(eq(paymentIntents.status, 'confirmed'), isNull(paymentIntents.outcome)))
    .orderBy(asc(paymentIntents.createdAt))
    .limit(100)
    .all()
    .map(toIntent);

/** Money that has to go back, whose turn it is. */
export const listDueRefunds = (db: Reader, now: number): OrderIntent[] =>
  db
    .select()
    .from(paymentIntents)
    .where(
      and(
        eq(paymentIntents.status, 'confirmed'),
        eq(paymentIntents.outcome, 'refund'),
        lte(paymentIntents.nextLookAt, now),
      ),
    )
    .orderBy(asc(paymentIntents.nextLookAt))
    .limit(20)
    .all()
    .map(toIntent);

/** Money of a provider that stays here and was not claimed on this timeline of the server, newest first. */
export const listClaimedBefore = (db: Reader, provider: PaymentProvider, epoch: string, since: number): OrderIntent[] =>
  db
    .select()
    .from(paymentIntents)
    .where(
      and(
        eq(paymentIntents.status, 'confirmed'),
        eq(paymentIntents.provider, provider),
        or(isNull(paymentIntents.outcome), eq(paymentIntents.outcome, 'served')),
        or(isNull(paymentIntents.claimedEpoch), ne(paymentIntents.claimedEpoch, epoch)),
        gte(paymentIntents.confirmedAt, since),
      ),
    )
    .orderBy(desc(paymentIntents.confirmedAt))
    .limit(20)
    .all()
    .map(toIntent);

/** Money that this device has yet to give back. */
export const countOwedRefunds = (db: Reader): number =>
  db
    .select({ n: count() })
    .from(paymentIntents)
    .where(and(eq(paymentIntents.status, 'confirmed'), eq(paymentIntents.outcome, 'refund')))
    .get()?.n ?? 0;

/** What may change in an intent without its status. */
export function patchIntent(
  tx: WriteTx,
  id: string,
  patch: Partial<Pick<IntentRow, 'qrData' | 'isFollowed' | 'nextLookAt' | 'metadata' | 'claimedEpoch'>>,
): void {
  tx.update(paymentIntents).set(patch).where(eq(paymentIntents.id, id)).run();
}

/** Everything that something may still come of is due at once. */
export function bringForward(tx: WriteTx, at: number): void {
  tx.update(paymentIntents)
    .set({ nextLookAt: at })
    .where(
      or(
        eq(paymentIntents.status, 'pending'),
        eq(paymentIntents.isFollowed, true),
        and(eq(paymentIntents.status, 'confirmed'), eq(paymentIntents.outcome, 'refund')),
      ),
    )
    .run();
}

/** Compare-and-set: false when somebody decided before. */
export const markOutcome = (
  tx: WriteTx,
  id: string,
  decided: Pick<IntentRow, 'outcome'> & Partial<Pick<IntentRow, 'refundReason' | 'refundDueAt' | 'nextLookAt'>>,
): boolean =>
  tx
    .update(paymentIntents)
    .set(decided)
    .where(and(eq(paymentIntents.id, id), eq(paymentIntents.status, 'confirmed'), isNull(paymentIntents.outcome)))
    .run().changes === 1;

/** Compare-and-set: false when the intent moved under us. */
export const markIntent = (
  tx: WriteTx,
  { id, status }: Pick<PaymentIntent, 'id' | 'status'>,
  to: PaymentStatus,
  facts: Partial<Pick<IntentRow, 'confirmedAt' | 'isLate' | 'isFollowed' | 'nextLookAt' | 'claimedEpoch'>> = {},
): boolean =>
  tx
    .update(paymentIntents)
    .set({ status: to, ...facts })
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
