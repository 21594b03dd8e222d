import { and, asc, eq, isNull, ne, type SQL, sql } from 'drizzle-orm';
import { canonicalJson } from '#shared/kernel/canonical.ts';
import { organizations, shops, tokens } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { devices } from '../devices/devices.tables.ts';
import type { FiscalDeviceRow } from './fiscal.repo.ts';
import { fiscalDevices, fiscalStates, fiscalTasks } from './fiscal.tables.ts';

const mine = (tenant: Tenant, id: string): SQL | undefined =>
  and(eq(fiscalDevices.organizationId, tenant.organizationId), eq(fiscalDevices.id, id));

/** Held until the transaction ends: an organisation's registers change one at a time, so an address is given out once. */
export async function lockRegisters(tx: Tx, { organizationId }: Tenant): Promise<void> {
  await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .for('no key update');
}

/** Held until the transaction ends, also against whoever puts a task in its queue. */
export async function lockRegister(tx: Tx, tenant: Tenant, id: string): Promise<FiscalDeviceRow | undefined> {
  const [row] = await tx.select().from(fiscalDevices).where(mine(tenant, id)).for('update');
  return row;
}

export async function isAddressTaken(
  tx: Tx,
  tenant: Tenant,
  { id, kktIp, kktPort }: Pick<FiscalDeviceRow, 'id' | 'kktIp' | 'kktPort'>,
): Promise<boolean> {
  const taken = await tx
    .select({ id: fiscalDevices.id })
    .from(fiscalDevices)
    .where(
      and(
        eq(fiscalDevices.organizationId, tenant.organizationId),
        eq(fiscalDevices.kktIp, kktIp),
        eq(fiscalDevices.kktPort, kktPort),
        isNull(fiscalDevices.archivedAt),
        ne(fiscalDevices.id, id),
      ),
    );
  return taken.length > 0;
}

export async function updateRegister(
  tx: Tx,
  tenant: Tenant,
  id: string,
  set: Partial<Omit<FiscalDeviceRow, 'organizationId' | 'id'>>,
): Promise<void> {
  await tx.update(fiscalDevices).set(set).where(mine(tenant, id));
}

/** Something waits for the register, is with its agent, or is in doubt. */
export async function hasOpenTasks(tx: Tx, tenant: Tenant, fiscalDeviceId: string): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    SELECT 1 FROM ${fiscalTasks}
    WHERE organization_id = ${tenant.organizationId} AND fiscal_device_id = ${fiscalDeviceId}
      AND (status IN ('queued', 'in_progress') OR (status = 'error' AND (uncertain OR next_retry_at IS NOT NULL)))
    LIMIT 1`);
  return rows.length > 0;
}

export type RegisterRow = Awaited<ReturnType<typeof listRegisters>>[number];

/** With who drives each of them; those in service first. */
export async function listRegisters(db: Db, tenant: Tenant, { now, id }: { now: number; id?: string }) {
  const driver = db
    .select({
      fiscalDeviceId: devices.fiscalDeviceId,
      name: sql<string | null>`max(${devices.name})`.as('driver_name'),
      seenAt: sql<number | null>`max(${devices.lastSeenAt})`.as('driver_seen_at'),
    })
    .from(devices)
    .where(and(eq(devices.organizationId, tenant.organizationId), ne(devices.status, 'revoked')))
    .groupBy(devices.fiscalDeviceId)
    .as('driver');
  const agent = db
    .select({
      fiscalDeviceId: tokens.fiscalDeviceId,
      usedAt: sql<number | null>`max(${tokens.lastUsedAt})`.as('agent_used_at'),
      count: sql<number>`count(*) FILTER (WHERE ${tokens.revokedAt} IS NULL
        AND (${tokens.graceUntil} IS NULL OR ${tokens.graceUntil} > ${now}))`.as('agent_tokens'),
    })
    .from(tokens)
    .where(and(eq(tokens.organizationId, tenant.organizationId), eq(tokens.kind, 'agent')))
    .groupBy(tokens.fiscalDeviceId)
    .as('agent');
  return db
    .select({
      register: fiscalDevices,
      state: fiscalStates,
      shopName: shops.name,
      deviceName: driver.name,
      deviceSeenAt: driver.seenAt,
      agentUsedAt: agent.usedAt,
      tokens: agent.count,
    })
    .from(fiscalDevices)
    .leftJoin(shops, and(eq(shops.id, fiscalDevices.shopId), eq(shops.organizationId, tenant.organizationId)))
    .leftJoin(
      fiscalStates,
      and(
        eq(fiscalStates.organizationId, fiscalDevices.organizationId),
        eq(fiscalStates.fiscalDeviceId, fiscalDevices.id),
      ),
    )
    .leftJoin(driver, eq(driver.fiscalDeviceId, fiscalDevices.id))
    .leftJoin(agent, eq(agent.fiscalDeviceId, fiscalDevices.id))
    .where(id === undefined ? eq(fiscalDevices.organizationId, tenant.organizationId) : mine(tenant, id))
    .orderBy(sql`${fiscalDevices.archivedAt} IS NOT NULL`, asc(fiscalDevices.name), asc(fiscalDevices.id))
    .limit(1000);
}

/** @returns whether it says anything that was not known. */
export async function saveState(db: Db, state: typeof fiscalStates.$inferInsert): Promise<boolean> {
  const { organizationId, fiscalDeviceId, ...said } = state;
  return db.transaction(async (tx) => {
    const [known] = await tx
      .select()
      .from(fiscalStates)
      .where(and(eq(fiscalStates.organizationId, organizationId), eq(fiscalStates.fiscalDeviceId, fiscalDeviceId)))
      .for('update');
    await tx
      .insert(fiscalStates)
      .values(state)
      .onConflictDoUpdate({ target: [fiscalStates.organizationId, fiscalStates.fiscalDeviceId], set: said });
    return known === undefined || figures(known) !== figures(state);
  });
}

/** How long a shift has left is told anew each time, a little otherwise. */
const figures = ({ at: _at, shiftEndsAt: _ends, ...said }: typeof fiscalStates.$inferInsert): string =>
  canonicalJson(said);

export interface QueueCounts {
  readonly waiting: number;
  readonly inProgress: number;
  readonly stale: number;
  readonly uncertain: number;
}

/** Of each register that has anything open, from the partial indexes alone: finished tasks are not read. */
export async function countQueues(db: Db, tenant: Tenant, now: number): Promise<ReadonlyMap<string, QueueCounts>> {
  const of = sql`FROM ${fiscalTasks} WHERE organization_id = ${tenant.organizationId}`;
  const { rows } = await db.execute(sql`
    SELECT device, sum(waiting)::int AS waiting, sum(in_progress)::int AS in_progress, sum(stale)::int AS stale,
      sum(uncertain)::int AS uncertain
    FROM (
      SELECT fiscal_device_id AS device, 1 AS waiting, 0 AS in_progress, 0 AS stale, 0 AS uncertain ${of}
        AND (status = 'queued' OR (status = 'error' AND next_retry_at IS NOT NULL))
      UNION ALL
      SELECT fiscal_device_id, 0, 1, CASE WHEN lease_until < ${now} THEN 1 ELSE 0 END, 0 ${of} AND status = 'in_progress'
      UNION ALL
      SELECT fiscal_device_id, 0, 0, 0, 1 ${of} AND uncertain AND status IN ('in_progress', 'error')
    ) AS open GROUP BY device`);
  return new Map(
    rows.map((row) => [
      String(row['device']),
      {
        waiting: Number(row['waiting']),
        inProgress: Number(row['in_progress']),
        stale: Number(row['stale']),
        uncertain: Number(row['uncertain']),
      },
    ]),
  );
}
