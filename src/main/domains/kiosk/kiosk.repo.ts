import { and, asc, eq, gt, inArray, isNull, lte } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { FreeCode, Kiosk } from '#shared/kiosk/kiosk.schema.ts';
import { codeAttempts, freeCodes, kioskErrors, kiosks, missedMinutes } from './kiosk.tables.ts';

export type Attempt = typeof codeAttempts.$inferSelect;

export const findKiosk = (db: Reader, id: string): Kiosk | undefined =>
  db.select({ fields: kiosks.fields }).from(kiosks).where(eq(kiosks.id, id)).get()?.fields;

export const hasOpenError = (db: Reader, code: string): boolean =>
  db
    .select({ fields: kioskErrors.fields })
    .from(kioskErrors)
    .where(isNull(kioskErrors.clearedAt))
    .all()
    .some(({ fields }) => fields.code === code);

/** Codes are unique at a kiosk while both are kept; the newest, should one have come back. */
export const findCodeByHash = (db: Reader, hash: string): FreeCode | undefined =>
  db
    .select({ fields: freeCodes.fields })
    .from(freeCodes)
    .where(eq(freeCodes.hash, hash))
    .all()
    .map(({ fields }) => fields)
    .toSorted((a, b) => b.issuedAt - a.issuedAt)[0];

/** Oldest first. */
export const listAttempts = (db: Reader): Attempt[] =>
  db.select().from(codeAttempts).orderBy(asc(codeAttempts.at), asc(codeAttempts.id)).all();

export function insertAttempt(tx: WriteTx, attempt: Attempt): void {
  tx.insert(codeAttempts).values(attempt).run();
}

export function removeAttempts(tx: WriteTx, ids: readonly string[]): void {
  tx.delete(codeAttempts)
    .where(inArray(codeAttempts.id, [...ids]))
    .run();
}

export function markAttemptWrong(tx: WriteTx, id: string): void {
  tx.update(codeAttempts).set({ isUndecided: false }).where(eq(codeAttempts.id, id)).run();
}

export function forgetAttemptsBefore(tx: WriteTx, at: number): void {
  tx.delete(codeAttempts)
    .where(and(lte(codeAttempts.at, at), eq(codeAttempts.isUndecided, false)))
    .run();
}

export function addMissedMinute(tx: WriteTx, minute: number, keepAfter: number): void {
  tx.insert(missedMinutes).values({ minute }).onConflictDoNothing().run();
  tx.delete(missedMinutes).where(lte(missedMinutes.minute, keepAfter)).run();
}

/** Ascending. */
export const listMissedMinutes = (db: Reader, after = -1): number[] =>
  db
    .select()
    .from(missedMinutes)
    .where(gt(missedMinutes.minute, after))
    .orderBy(asc(missedMinutes.minute))
    .all()
    .map(({ minute }) => minute);

export function removeMissedMinutes(tx: WriteTx, through: number): void {
  tx.delete(missedMinutes).where(lte(missedMinutes.minute, through)).run();
}
