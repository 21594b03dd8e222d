import { and, asc, desc, eq, gt, isNull } from 'drizzle-orm';
import type { CommandResult } from '#shared/devices/commands.schema.ts';
import { users } from '../../auth/auth.tables.ts';
import type { DevicePrincipal, Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { commandBundles, deviceCommands } from './commands.tables.ts';

export type CommandRow = typeof deviceCommands.$inferSelect;
export type NamedCommand = CommandRow & { readonly createdByName: string | null; readonly hasBundle: boolean };

const of = (tenant: Tenant, id: string) =>
  and(eq(deviceCommands.id, id), eq(deviceCommands.organizationId, tenant.organizationId));

/** False when there is a command of this id already, whoever's it is. */
export async function insertCommand(
  tx: Tx,
  row: Omit<typeof deviceCommands.$inferInsert, 'deliveredAt' | 'outcome'>,
): Promise<boolean> {
  const made = await tx.insert(deviceCommands).values(row).onConflictDoNothing().returning({ id: deviceCommands.id });
  return made.length === 1;
}

/** Held until the transaction ends. */
export async function lockCommand(tx: Tx, tenant: Tenant, id: string): Promise<CommandRow | undefined> {
  const [row] = await tx.select().from(deviceCommands).where(of(tenant, id)).for('update');
  return row;
}

/** Newest first. */
export async function listCommands(db: Db, tenant: Tenant, deviceId: string, limit: number): Promise<NamedCommand[]> {
  const rows = await db
    .select({ command: deviceCommands, createdByName: users.name, bundleOf: commandBundles.commandId })
    .from(deviceCommands)
    .leftJoin(users, and(eq(users.id, deviceCommands.createdBy), eq(users.organizationId, tenant.organizationId)))
    .leftJoin(commandBundles, eq(commandBundles.commandId, deviceCommands.id))
    .where(and(eq(deviceCommands.organizationId, tenant.organizationId), eq(deviceCommands.deviceId, deviceId)))
    .orderBy(desc(deviceCommands.issuedAt), desc(deviceCommands.id))
    .limit(limit);
  return rows.map(({ command, createdByName, bundleOf }) => ({
    ...command,
    createdByName,
    hasBundle: bundleOf !== null,
  }));
}

/** Those that wait for an answer of this very writer, and are not over; oldest first. */
export const listWaiting = (db: Db | Tx, device: DevicePrincipal, now: number): Promise<CommandRow[]> =>
  db
    .select()
    .from(deviceCommands)
    .where(
      and(
        eq(deviceCommands.organizationId, device.organizationId),
        eq(deviceCommands.deviceId, device.deviceId),
        eq(deviceCommands.incarnation, device.incarnation),
        isNull(deviceCommands.outcome),
        isNull(deviceCommands.cancelledAt),
        gt(deviceCommands.expiresAt, now),
      ),
    )
    .orderBy(asc(deviceCommands.issuedAt), asc(deviceCommands.id))
    .limit(20);

export async function markDelivered(tx: Tx, tenant: Tenant, id: string, at: number): Promise<void> {
  await tx
    .update(deviceCommands)
    .set({ deliveredAt: at })
    .where(and(of(tenant, id), isNull(deviceCommands.deliveredAt)));
}

export async function markCancelled(tx: Tx, tenant: Tenant, id: string, at: number): Promise<void> {
  await tx.update(deviceCommands).set({ cancelledAt: at }).where(of(tenant, id));
}

export async function saveResult(
  tx: Tx,
  tenant: Tenant,
  id: string,
  { outcome, finishedAt, details, bundle }: CommandResult,
  at: number,
): Promise<void> {
  await tx.update(deviceCommands).set({ outcome, finishedAt, details, answeredAt: at }).where(of(tenant, id));
  if (bundle === undefined) return;
  const { organizationId } = tenant;
  await tx.insert(commandBundles).values({ commandId: id, organizationId, bundle }).onConflictDoNothing();
}

export async function findBundle(db: Db, tenant: Tenant, id: string): Promise<string | undefined> {
  const [row] = await db
    .select({ bundle: commandBundles.bundle })
    .from(commandBundles)
    .where(and(eq(commandBundles.commandId, id), eq(commandBundles.organizationId, tenant.organizationId)));
  return row?.bundle;
}
