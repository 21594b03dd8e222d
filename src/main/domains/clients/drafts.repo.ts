import { and, eq, lt, notInArray } from 'drizzle-orm';
import type { Db } from '#main/db/db.ts';
import { clientDrafts, clients } from './clients.tables.ts';

interface OfMember {
  readonly clientId: string;
  readonly memberId: string;
}
const of = ({ clientId, memberId }: OfMember) =>
  and(eq(clientDrafts.clientId, clientId), eq(clientDrafts.memberId, memberId));

export const listDrafts = (db: Db, member: OfMember): { readonly form: string; readonly sealed: string }[] =>
  db.select({ form: clientDrafts.form, sealed: clientDrafts.sealed }).from(clientDrafts).where(of(member)).all();

export function putDraft(db: Db, row: typeof clientDrafts.$inferInsert): void {
  const { sealed, updatedAt } = row;
  db.insert(clientDrafts)
    .values(row)
    .onConflictDoUpdate({
      target: [clientDrafts.clientId, clientDrafts.memberId, clientDrafts.form],
      set: { sealed, updatedAt },
    })
    .run();
}

export function dropDraft(db: Db, member: OfMember, form: string): void {
  db.delete(clientDrafts)
    .where(and(of(member), eq(clientDrafts.form, form)))
    .run();
}

/** Of clients that are not here any more, and those that nobody touched since `before`. */
export function dropOldDrafts(db: Db, before: number): void {
  db.delete(clientDrafts)
    .where(notInArray(clientDrafts.clientId, db.select({ id: clients.id }).from(clients)))
    .run();
  db.delete(clientDrafts).where(lt(clientDrafts.updatedAt, before)).run();
}

export function dropDraftsOf(db: Db, clientId: string, form: string): void {
  db.delete(clientDrafts)
    .where(and(eq(clientDrafts.clientId, clientId), eq(clientDrafts.form, form)))
    .run();
}

export const hasDrafts = (db: Db): boolean =>
  db.select({ form: clientDrafts.form }).from(clientDrafts).limit(1).get() !== undefined;
