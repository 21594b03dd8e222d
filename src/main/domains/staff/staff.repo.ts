import { and, asc, eq } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import type { Attempts } from './staff.rules.ts';
import { staff, staffAttempts } from './staff.tables.ts';

export const findActiveMember = (db: Reader, id: string): StaffMember | undefined =>
  db
    .select({ fields: staff.fields })
    .from(staff)
    .where(and(eq(staff.id, id), eq(staff.active, 1)))
    .get()?.fields;

/** By name. A shop has tens of people: no index needed. */
export const listActiveMembers = (db: Reader): StaffMember[] =>
  db
    .select({ fields: staff.fields })
    .from(staff)
    .where(eq(staff.active, 1))
    .orderBy(asc(staff.name))
    .all()
    .map(({ fields }) => fields);

export const findAttempts = (db: Reader, memberId: string): Attempts | undefined =>
  db
    .select({ failures: staffAttempts.failures, lockedUntil: staffAttempts.lockedUntil })
    .from(staffAttempts)
    .where(eq(staffAttempts.memberId, memberId))
    .get();

export function setAttempts(tx: WriteTx, memberId: string, attempts: Attempts): void {
  tx.insert(staffAttempts)
    .values({ memberId, ...attempts })
    .onConflictDoUpdate({ target: staffAttempts.memberId, set: { ...attempts } })
    .run();
}

export function clearAttempts(tx: WriteTx, memberId: string): void {
  tx.delete(staffAttempts).where(eq(staffAttempts.memberId, memberId)).run();
}
