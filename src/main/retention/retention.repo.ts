/** SQL of what leaves a device for its age. Money, receipts and whatever the server has not is never among it. */
import { and, asc, eq, inArray, isNotNull, isNull, lte, min, not, notExists, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { carScans, thicknessMeasurements } from '#main/domains/diagnostics/diagnostics.tables.ts';
import { fiscalTasks } from '#main/domains/fiscal/fiscal.tables.ts';
import { orders } from '#main/domains/orders/orders.tables.ts';
import { paymentIntents, payments } from '#main/domains/payments/payments.tables.ts';
import { visits } from '#main/domains/visits/visits.tables.ts';
import { journal } from '#main/journal/journal.tables.ts';
import type { PaymentStatus } from '#shared/payments/payments.schema.ts';
import { parseRefKey, type RefKey } from '#shared/sync/refs.ts';

export interface Due {
  readonly due: number;
  /** Unix ms. */
  readonly oldestAt?: number;
}

const asDue = (row: { due: number; oldestAt: number | null } | undefined): Due => ({
  due: row?.due ?? 0,
  ...(typeof row?.oldestAt === 'number' ? { oldestAt: row.oldestAt } : {}),
});

export interface Guest {
  readonly visitId: string;
  /** Unix ms. */
  readonly finishedAt: number;
  readonly orderIds: readonly string[];
  /** Something of it is still to be paid, served or given back. */
  readonly isOpen: boolean;
  /** At their own wish: the visit says nothing of them any more, and all else has yet to follow. */
  readonly isErased: boolean;
}

// The plus keeps SQLite from looking by it: nearly all visits of a kiosk have ended.
const hasEnded = sql`+${visits.status} IN ('completed', 'expired', 'failed')`;
/** Of a visit that has ended. */
const ended = sql<number>`${visits.finishedAt}`;

/** Visits that ended by then and are not forgotten, the oldest first. */
export function listGuests(db: Reader, endedBy: number, limit: number): Guest[] {
  const rows = db
    .select({ visitId: visits.id, finishedAt: ended })
    .from(visits)
    .where(and(hasEnded, lte(visits.finishedAt, endedBy), isNull(visits.erasedAt)))
    .orderBy(asc(visits.finishedAt))
    .limit(limit)
    .all();
  return rows.map((row) => toGuest(db, row, false));
}

// By the index of these few, and not by that of all steps of all visits; in this word, or it would not be found.
const isErasure = sql`${journal.step} = 'ERASED' AND +${journal.kind} = 'visit'`;

/** Visits that were erased at the wish of their guests, of whom something may be left elsewhere. */
export function listErasedGuests(db: Reader, limit: number): Guest[] {
  const forgotten = alias(journal, 'forgotten');
  const rows = db
    .select({ visitId: visits.id, finishedAt: ended })
    .from(journal)
    .innerJoin(visits, eq(visits.id, journal.subject))
    .leftJoin(
      forgotten,
      and(eq(forgotten.kind, 'visit'), eq(forgotten.subject, journal.subject), eq(forgotten.step, 'FORGOTTEN')),
    )
    .where(and(isErasure, isNull(forgotten.id)))
    .orderBy(asc(journal.id))
    .limit(limit)
    .all();
  return rows.map((row) => toGuest(db, row, true));
}

function toGuest(db: Reader, row: Pick<Guest, 'visitId' | 'finishedAt'>, isErased: boolean): Guest {
  const own = listVisitOrders(db, row.visitId);
  const isOpen =
    own.some(({ status }) => status === 'draft' || status === 'awaiting_payment') || hasOpenMoney(db, row.visitId);
  return { ...row, orderIds: own.map(({ id }) => id), isOpen, isErased };
}

const listVisitOrders = (db: Reader, visitId: string): { id: string; status: string | null }[] =>
  db.select({ id: orders.id, status: orders.status }).from(orders).where(eq(orders.visitId, visitId)).all();

/** Money may still come of it, or what has come is neither served for nor given back. */
const hasOpenMoney = (db: Reader, visitId: string): boolean =>
  db
    .select({ id: paymentIntents.id })
    .from(paymentIntents)
    .where(
      and(
        eq(paymentIntents.visitId, visitId),
        or(
          eq(paymentIntents.status, 'pending'),
          eq(paymentIntents.isFollowed, true),
          and(eq(paymentIntents.status, 'confirmed'), sql`${paymentIntents.outcome} IS NOT 'served'`),
        ),
      ),
    )
    .limit(1)
    .get() !== undefined;

const namesCustomer = sql`json_extract(${orders.fields}, '$.customer') IS NOT NULL`;
const imageOf = sql`json_extract(${orders.fields}, '$.imageId')`;
const isPaid = inArray(orders.status, ['paid', 'fulfilled', 'refunded']);

/** Those of these orders that still name who they are for, and need it no more: a photo is handed over by the name. */
export const listNamingCustomer = (db: Reader, orderIds: readonly string[]): string[] =>
  db
    .select({ id: orders.id })
    .from(orders)
    .where(and(inArray(orders.id, [...orderIds]), namesCustomer, or(isNull(imageOf), not(isPaid))))
    .all()
    .map(({ id }) => id);

/** Orders of photos made by then on this device that still name who they are for, the oldest first. */
export const listOldPhotoOrders = (db: Reader, deviceId: string, madeBy: number, limit: number): string[] =>
  db
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.deviceId, deviceId), lte(orders.createdAt, madeBy), isNotNull(imageOf), namesCustomer, isPaid))
    .orderBy(asc(orders.createdAt))
    .limit(limit)
    .all()
    .map(({ id }) => id);

/** Whether a row here still says who it is for: what is kept of it goes with it. */
export function isNamed(db: Reader, key: RefKey): boolean {
  const ref = parseRefKey(key);
  if (ref?.type === 'visit') {
    return (
      db
        .select({ id: visits.id })
        .from(visits)
        .where(and(eq(visits.id, ref.id), isNull(visits.erasedAt)))
        .get() !== undefined
    );
  }
  if (ref?.type !== 'order') return false;
  return (
    db
      .select({ id: orders.id })
      .from(orders)
      .where(and(eq(orders.id, ref.id), namesCustomer))
      .get() !== undefined
  );
}

const contact = sql`json_extract(${fiscalTasks.task}, '$.receipt.customerContact')`;
const orderOf = sql<string | null>`json_extract(${fiscalTasks.task}, '$.orderId')`;

/** Receipts with a guest's address on them, by their orders; `isDone` once the register and the server have them. */
export const listReceiptContacts = (
  db: Reader,
): { readonly taskId: string; readonly orderId: string | null; readonly isDone: boolean }[] =>
  db
    .select({ taskId: fiscalTasks.id, orderId: orderOf, state: fiscalTasks.state })
    .from(fiscalTasks)
    .where(isNotNull(contact))
    .all()
    .map(({ state, ...task }) => ({ ...task, isDone: state === 'reported' }));

/** The electronic copy has left with the receipt; the address is needed no more. */
export function removeReceiptContact(tx: WriteTx, taskId: string): void {
  tx.update(fiscalTasks)
    .set({ task: sql`json_remove(${fiscalTasks.task}, '$.receipt.customerContact')` })
    .where(eq(fiscalTasks.id, taskId))
    .run();
}

/** What this device alone kept of a visit: the readings of the car, and the notes of whoever asked for the payment. */
export function forgetVisitDetails(tx: WriteTx, visitId: string): void {
  tx.delete(carScans).where(eq(carScans.visitId, visitId)).run();
  tx.delete(thicknessMeasurements).where(eq(thicknessMeasurements.visitId, visitId)).run();
  tx.update(paymentIntents).set({ metadata: null }).where(eq(paymentIntents.visitId, visitId)).run();
}

const WITHOUT_MONEY: readonly PaymentStatus[] = ['expired', 'cancelled', 'failed'];
/** Of whose payment there is no money here, however the intent was called when it came. */
const endedWithoutMoney = (db: Reader, endedBy: number) =>
  and(
    inArray(paymentIntents.status, [...WITHOUT_MONEY]),
    eq(paymentIntents.isFollowed, false),
    isNull(paymentIntents.outcome),
    // Its money may still come, and would have nowhere to go.
    eq(paymentIntents.isFollowed, false),
    lte(paymentIntents.expiresAt, endedBy),
    notExists(db.select({ id: payments.id }).from(payments).where(eq(payments.id, paymentIntents.id))),
  );

export const countEndedIntents = (db: Reader, endedBy: number): Due =>
  asDue(
    db
      .select({ due: sql<number>`count(*)`, oldestAt: min(paymentIntents.expiresAt) })
      .from(paymentIntents)
      .where(endedWithoutMoney(db, endedBy))
      .get(),
  );

export function purgeEndedIntents(tx: WriteTx, endedBy: number): void {
  tx.delete(paymentIntents).where(endedWithoutMoney(tx, endedBy)).run();
}
