/** Sessions of managers, and what their session is worth at this moment. */
import { and, eq, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import type { Db, Tx } from '../db/db.ts';
import { entities } from '../sync/sync.tables.ts';
import { managerSessions, shops, users } from './auth.tables.ts';
import type { Tenant } from './principals.ts';
import type { UserRow } from './users.repo.ts';

export type ManagerSession = typeof managerSessions.$inferSelect;

export async function openManagerSession(tx: Tx, row: Omit<ManagerSession, 'revokedAt'>): Promise<void> {
  await tx.insert(managerSessions).values(row);
}

/** By the id that only we can have signed; undefined once it was ended. */
export async function findManagerSession(db: Db, id: string): Promise<ManagerSession | undefined> {
  const [row] = await db
    .select()
    .from(managerSessions)
    .where(and(eq(managerSessions.id, id), isNull(managerSessions.revokedAt)));
  return row;
}

/** False when it was over already. */
export async function endManagerSession(tx: Tx, tenant: Tenant, id: string, at: number): Promise<boolean> {
  const ended = await tx
    .update(managerSessions)
    .set({ revokedAt: at })
    .where(
      and(
        eq(managerSessions.id, id),
        eq(managerSessions.organizationId, tenant.organizationId),
        isNull(managerSessions.revokedAt),
      ),
    )
    .returning({ id: managerSessions.id });
  return ended.length === 1;
}

export async function purgeManagerSessions(db: Db, before: number): Promise<void> {
  await db.delete(managerSessions).where(lt(managerSessions.expiresAt, before));
}

export async function findManagerUser(db: Db, tenant: Tenant, id: string): Promise<UserRow | undefined> {
  const [row] = await db
    .select()
    .from(users)
    .where(and(eq(users.id, id), eq(users.organizationId, tenant.organizationId)));
  return row;
}

/** A living member of one of these shops, as the shop's devices have him. */
export async function findMember(
  db: Db,
  tenant: Tenant,
  shopIds: readonly string[],
  id: string,
): Promise<StaffMember | undefined> {
  if (shopIds.length === 0) return undefined;
  const [row] = await db
    .select({ fields: sql<StaffMember>`${entities.fields}` })
    .from(entities)
    .where(
      and(
        eq(entities.type, 'staff'),
        eq(entities.id, id),
        eq(entities.organizationId, tenant.organizationId),
        eq(entities.deleted, false),
        inArray(entities.scope, shopIds.map(shopScope)),
      ),
    );
  return row?.fields;
}

export async function listShopIds(db: Db, tenant: Tenant): Promise<readonly string[]> {
  const rows = await db.select({ id: shops.id }).from(shops).where(eq(shops.organizationId, tenant.organizationId));
  return rows.map(({ id }) => id);
}
