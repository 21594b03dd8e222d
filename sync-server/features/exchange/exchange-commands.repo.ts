import { and, asc, eq, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { OPEN_STATUSES } from '#shared/exchange/commands.rules.ts';
import type { Db, Tx } from '../../db/db.ts';
import { exchangeCommands } from './exchange.tables.ts';
import type { Owner } from './wallets.repo.ts';

export type CommandRow = typeof exchangeCommands.$inferSelect;

const commandOf = ({ organizationId, userId }: Owner, id: string) =>
  and(
    eq(exchangeCommands.id, id),
    eq(exchangeCommands.userId, userId),
    eq(exchangeCommands.organizationId, organizationId),
  );
const isOpen = inArray(exchangeCommands.status, [...OPEN_STATUSES]);

export async function insertCommand(
  tx: Tx,
  row: Omit<CommandRow, 'status' | 'failReason' | 'deliveredTo' | 'leaseUntil' | 'transactionId' | 'executedAt'>,
): Promise<CommandRow> {
  const [made] = await tx
    .insert(exchangeCommands)
    .values({ ...row, status: 'PENDING' })
    .returning();
  if (made === undefined) throw new Error('a command was not written');
  return made;
}

export async function findCommand(db: Db, owner: Owner, id: string): Promise<CommandRow | undefined> {
  const [row] = await db.select().from(exchangeCommands).where(commandOf(owner, id));
  return row;
}

/** Held until the transaction ends. */
export async function lockCommand(tx: Tx, owner: Owner, id: string): Promise<CommandRow | undefined> {
  const [row] = await tx.select().from(exchangeCommands).where(commandOf(owner, id)).for('update');
  return row;
}

/** Those whose time is over: expired, or done where their sale was made. Of everybody, or of one person. */
export async function closeOverdue(db: Db | Tx, at: number, owner?: Owner): Promise<void> {
  const whose =
    owner === undefined
      ? undefined
      : and(eq(exchangeCommands.userId, owner.userId), eq(exchangeCommands.organizationId, owner.organizationId));
  await db
    .update(exchangeCommands)
    .set({
      status: sql`CASE WHEN ${exchangeCommands.transactionId} IS NULL THEN 'EXPIRED' ELSE 'ACKNOWLEDGED' END`,
      executedAt: sql`CASE WHEN ${exchangeCommands.transactionId} IS NULL THEN NULL ELSE ${at}::bigint END`,
    })
    .where(and(isOpen, lte(exchangeCommands.expiresAt, at), whose));
}

/** What a desktop may be given now, oldest first, held until the transaction ends. What another takes at this moment is left to it. */
export const lockWaiting = (
  tx: Tx,
  owner: Owner,
  {
    targetDevice,
    targetDeviceId,
    limit,
  }: { readonly targetDevice: string; readonly targetDeviceId: string | undefined; readonly limit: number },
  at: number,
): Promise<CommandRow[]> =>
  tx
    .select()
    .from(exchangeCommands)
    .where(
      and(
        eq(exchangeCommands.userId, owner.userId),
        eq(exchangeCommands.organizationId, owner.organizationId),
        eq(exchangeCommands.targetDevice, targetDevice),
        or(
          isNull(exchangeCommands.targetDeviceId),
          targetDeviceId === undefined ? undefined : eq(exchangeCommands.targetDeviceId, targetDeviceId),
        ),
        or(
          eq(exchangeCommands.status, 'PENDING'),
          and(eq(exchangeCommands.status, 'DELIVERED'), lte(exchangeCommands.leaseUntil, at)),
        ),
      ),
    )
    .orderBy(asc(exchangeCommands.createdAt), asc(exchangeCommands.id))
    .limit(limit)
    .for('update', { skipLocked: true });

/** Commands of one person that no desktop has ended yet, for one desktop. */
export const listOpen = (tx: Tx, owner: Owner, targetDeviceId: string): Promise<CommandRow[]> =>
  tx
    .select()
    .from(exchangeCommands)
    .where(
      and(
        eq(exchangeCommands.userId, owner.userId),
        eq(exchangeCommands.organizationId, owner.organizationId),
        or(isNull(exchangeCommands.targetDeviceId), eq(exchangeCommands.targetDeviceId, targetDeviceId)),
        isOpen,
      ),
    );

export async function changeCommand(
  tx: Tx,
  owner: Owner,
  id: string,
  change: Partial<Omit<CommandRow, 'id' | 'organizationId' | 'userId'>>,
): Promise<CommandRow> {
  const [row] = await tx.update(exchangeCommands).set(change).where(commandOf(owner, id)).returning();
  if (row === undefined) throw new Error('a command vanished under its lock');
  return row;
}
