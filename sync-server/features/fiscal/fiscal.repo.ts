import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import { tokens } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { fiscalDevices, fiscalTasks } from './fiscal.tables.ts';

export type FiscalTaskRow = typeof fiscalTasks.$inferSelect;
export type FiscalDeviceRow = typeof fiscalDevices.$inferSelect;

const mine = (tenant: Tenant, id: string) =>
  and(eq(fiscalTasks.organizationId, tenant.organizationId), eq(fiscalTasks.id, id));

export async function findFiscalDevice(db: Db | Tx, tenant: Tenant, id: string): Promise<FiscalDeviceRow | undefined> {
  const [row] = await db
    .select()
    .from(fiscalDevices)
    .where(and(eq(fiscalDevices.organizationId, tenant.organizationId), eq(fiscalDevices.id, id)));
  return row;
}

/** Held until the transaction ends: a register does not leave service while a task is put in its queue. */
export async function shareFiscalDevice(tx: Tx, tenant: Tenant, id: string): Promise<FiscalDeviceRow | undefined> {
  const [row] = await tx
    .select()
    .from(fiscalDevices)
    .where(and(eq(fiscalDevices.organizationId, tenant.organizationId), eq(fiscalDevices.id, id)))
    .for('share');
  return row;
}

export async function insertFiscalDevice(tx: Tx, row: typeof fiscalDevices.$inferInsert): Promise<void> {
  await tx.insert(fiscalDevices).values(row);
}

export async function findTask(db: Db | Tx, tenant: Tenant, id: string): Promise<FiscalTaskRow | undefined> {
  const [row] = await db.select().from(fiscalTasks).where(mine(tenant, id));
  return row;
}

/** Held until the transaction ends: reports about one task come one after the other. */
export async function lockTask(tx: Tx, tenant: Tenant, id: string): Promise<FiscalTaskRow | undefined> {
  const [row] = await tx.select().from(fiscalTasks).where(mine(tenant, id)).for('update');
  return row;
}

/** `undefined` when the organisation has a task of this id already. */
export async function insertTask(
  tx: Tx,
  row: typeof fiscalTasks.$inferInsert & Tenant,
): Promise<FiscalTaskRow | undefined> {
  const [inserted] = await tx.insert(fiscalTasks).values(row).onConflictDoNothing().returning();
  return inserted;
}

export interface Claim {
  readonly fiscalDeviceId: string;
  readonly holder: string;
  readonly tokenId: string;
  readonly now: number;
  readonly leaseMs: number;
}

/**
 * The oldest task that waits for the register, or whose retry is due; none for a token that was revoked while its call
 * waited. As the partial index of waiting tasks has it, so that finished ones cost nothing.
 */
export const selectWaiting = (
  tenant: Tenant,
  { fiscalDeviceId, tokenId, now }: Pick<Claim, 'fiscalDeviceId' | 'tokenId' | 'now'>,
): SQL => sql`
  SELECT id FROM ${fiscalTasks}
  WHERE organization_id = ${tenant.organizationId} AND fiscal_device_id = ${fiscalDeviceId}
    AND (status = 'queued' OR (status = 'error' AND next_retry_at IS NOT NULL AND next_retry_at <= ${now}))
    AND EXISTS (SELECT 1 FROM ${tokens} WHERE ${tokens.id} = ${tokenId} AND ${tokens.revokedAt} IS NULL
      AND (${tokens.graceUntil} IS NULL OR ${tokens.graceUntil} > ${now}))
  ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

/** Takes the task in one statement: whoever asks at the same moment gets another task or none. */
export async function claimTask(db: Db, tenant: Tenant, claim: Claim): Promise<FiscalTaskRow | undefined> {
  const { holder, now, leaseMs } = claim;
  const [row] = await db
    .update(fiscalTasks)
    .set({
      status: 'in_progress',
      attempts: sql`${fiscalTasks.attempts} + 1`,
      leaseToken: sql`${fiscalTasks.leaseToken} + 1`,
      leaseUntil: now + leaseMs,
      holder,
      heardAt: null,
      errorText: null,
      retryable: false,
      nextRetryAt: null,
      startedAt: sql`coalesce(${fiscalTasks.startedAt}, ${now}::bigint)`,
      updatedAt: now,
    })
    .where(
      and(
        eq(fiscalTasks.organizationId, tenant.organizationId),
        sql`${fiscalTasks.id} = (${selectWaiting(tenant, claim)})`,
      ),
    )
    .returning();
  return row;
}

/**
 * The oldest task that this holder took and never spoke of: the answer that handed it out may not have arrived. Only for
 * a holder that keeps a journal, so that a task it did hear of is answered from there and not printed again.
 */
export async function findUnheard(
  db: Db,
  tenant: Tenant,
  { fiscalDeviceId, holder }: { readonly fiscalDeviceId: string; readonly holder: string },
): Promise<FiscalTaskRow | undefined> {
  const [row] = await db
    .select()
    .from(fiscalTasks)
    .where(
      and(
        eq(fiscalTasks.organizationId, tenant.organizationId),
        eq(fiscalTasks.fiscalDeviceId, fiscalDeviceId),
        eq(fiscalTasks.holder, holder),
        sql`status = 'in_progress' AND heard_at IS NULL`,
      ),
    )
    .orderBy(asc(fiscalTasks.createdAt), asc(fiscalTasks.id))
    .limit(1);
  return row;
}

export async function updateTask(
  tx: Tx,
  tenant: Tenant,
  id: string,
  set: Partial<typeof fiscalTasks.$inferInsert>,
): Promise<FiscalTaskRow> {
  const [row] = await tx.update(fiscalTasks).set(set).where(mine(tenant, id)).returning();
  if (row === undefined) throw new Error('a locked fiscal task vanished');
  return row;
}
