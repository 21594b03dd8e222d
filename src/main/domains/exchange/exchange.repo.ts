import { and, asc, desc, eq, isNull, like, ne } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import { deviceState } from '#main/domains/devices/devices.tables.ts';
import { commandExecutions } from './exchange.tables.ts';

export type ExecutionRow = typeof commandExecutions.$inferSelect;
export type Outcome = Pick<ExecutionRow, 'outcome' | 'reason' | 'sold' | 'finishedAt'>;

export const findExecution = (db: Reader, id: string): ExecutionRow | undefined =>
  db.select().from(commandExecutions).where(eq(commandExecutions.id, id)).get();

export function insertExecution(
  tx: WriteTx,
  row: Pick<ExecutionRow, 'id' | 'via' | 'userId' | 'action' | 'payload' | 'receivedAt' | 'expiresAt'>,
): void {
  tx.insert(commandExecutions)
    .values({ ...row, state: 'received' })
    .run();
}

/** In the order they came. */
export const listUnfinished = (db: Reader): ExecutionRow[] =>
  db
    .select()
    .from(commandExecutions)
    .where(ne(commandExecutions.state, 'finished'))
    .orderBy(asc(commandExecutions.receivedAt), asc(commandExecutions.id))
    .all();

/** Finished, and the server has not heard of it. */
export const listUntold = (db: Reader): ExecutionRow[] =>
  db
    .select()
    .from(commandExecutions)
    .where(and(eq(commandExecutions.state, 'finished'), isNull(commandExecutions.toldAt)))
    .orderBy(asc(commandExecutions.finishedAt), asc(commandExecutions.id))
    .all();

/** Newest first. */
export const listHandled = (db: Reader, limit: number): ExecutionRow[] =>
  db
    .select()
    .from(commandExecutions)
    .where(eq(commandExecutions.state, 'finished'))
    .orderBy(desc(commandExecutions.finishedAt), desc(commandExecutions.id))
    .limit(limit)
    .all();

export function setExecution(tx: WriteTx, id: string, set: Partial<Omit<ExecutionRow, 'id'>>): void {
  tx.update(commandExecutions).set(set).where(eq(commandExecutions.id, id)).run();
}

const KEY = 'exchange';

/** What was kept under a name; whoever reads it knows what it must look like. */
export const findKept = (db: Reader, name: string): unknown =>
  db
    .select({ value: deviceState.value })
    .from(deviceState)
    .where(eq(deviceState.key, `${KEY}.${name}`))
    .get()?.value;

export function keep(tx: WriteTx, name: string, value: object): void {
  tx.insert(deviceState)
    .values({ key: `${KEY}.${name}`, value })
    .onConflictDoUpdate({ target: deviceState.key, set: { value } })
    .run();
}

/** What the server said of one person's money. */
export function forgetAnswers(tx: WriteTx): void {
  tx.delete(deviceState)
    .where(like(deviceState.key, `${KEY}.answer.%`))
    .run();
}
