import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { CommandDetails, CommandResult } from '#shared/devices/commands.schema.ts';
import { remoteCommands } from './commands.tables.ts';

export type CommandRow = typeof remoteCommands.$inferSelect;

export const isKnown = (db: Reader, id: string): boolean =>
  db.select({ id: remoteCommands.id }).from(remoteCommands).where(eq(remoteCommands.id, id)).get() !== undefined;

export function insertCommand(tx: WriteTx, row: Pick<CommandRow, 'id' | 'order' | 'receivedAt' | 'deadline'>): void {
  tx.insert(remoteCommands)
    .values({ ...row, state: 'received' })
    .run();
}

/** In the order they came. */
export const listIn = (db: Reader, state: 'received' | 'started'): CommandRow[] =>
  db
    .select()
    .from(remoteCommands)
    .where(eq(remoteCommands.state, state))
    .orderBy(asc(remoteCommands.receivedAt), asc(remoteCommands.id))
    .all();

/** Finished, and the server has not heard of it. */
export const listUntold = (db: Reader): CommandRow[] =>
  db
    .select()
    .from(remoteCommands)
    .where(and(eq(remoteCommands.state, 'finished'), isNull(remoteCommands.toldAt)))
    .orderBy(asc(remoteCommands.finishedAt), asc(remoteCommands.id))
    .all();

/** The server knows that this device gives itself up; whatever came between, it does. */
export const isToldToWipe = (db: Reader): boolean =>
  db
    .select({ order: remoteCommands.order, outcome: remoteCommands.outcome })
    .from(remoteCommands)
    .where(isNotNull(remoteCommands.toldAt))
    .all()
    .some(({ order, outcome }) => order.kind === 'wipe' && outcome === 'done');

export function setState(tx: WriteTx, id: string, state: 'received' | 'started'): void {
  tx.update(remoteCommands).set({ state }).where(eq(remoteCommands.id, id)).run();
}

export function finish(
  tx: WriteTx,
  id: string,
  result: {
    readonly outcome: CommandResult['outcome'];
    readonly details: CommandDetails;
    readonly bundle?: string | undefined;
    readonly finishedAt: number;
  },
): void {
  tx.update(remoteCommands)
    .set({ ...result, state: 'finished' })
    .where(eq(remoteCommands.id, id))
    .run();
}

export function markTold(tx: WriteTx, id: string, toldAt: number): void {
  tx.update(remoteCommands).set({ toldAt, bundle: null }).where(eq(remoteCommands.id, id)).run();
}
