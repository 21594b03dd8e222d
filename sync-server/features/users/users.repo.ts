import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { organizations, shops, userInvitations, users } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { UserRow } from '../../auth/users.repo.ts';
import type { Db, Tx } from '../../db/db.ts';

const mine = (tenant: Tenant, id: string) => and(eq(users.id, id), eq(users.organizationId, tenant.organizationId));
const shopsOf = (tenant: Tenant) => eq(shops.organizationId, tenant.organizationId);

/** By name. */
export const listUsers = (db: Db, tenant: Tenant): Promise<UserRow[]> =>
  db
    .select()
    .from(users)
    .where(eq(users.organizationId, tenant.organizationId))
    .orderBy(asc(users.name), asc(users.id))
    .limit(5000);

export const listPartnerShops = (db: Db, tenant: Tenant) =>
  db
    .select({ id: shops.id, userId: shops.partnerUserId })
    .from(shops)
    .where(and(shopsOf(tenant), sql`${shops.partnerUserId} IS NOT NULL`));

export async function lockUser(tx: Tx, tenant: Tenant, id: string): Promise<UserRow | undefined> {
  const [row] = await tx.select().from(users).where(mine(tenant, id)).for('update');
  return row;
}

/** Held until the transaction ends: two administrators who block one another come one after the other. */
export async function lockOrganization(tx: Tx, tenant: Tenant): Promise<void> {
  await tx.select().from(organizations).where(eq(organizations.id, tenant.organizationId)).for('update');
}

/** Other people who can sign in now and administer. */
export const countOtherAdmins = (tx: Tx, tenant: Tenant, id: string): Promise<number> =>
  tx.$count(
    users,
    and(
      eq(users.organizationId, tenant.organizationId),
      eq(users.active, true),
      eq(users.hasPassword, true),
      sql`${users.roles} @> '["hq_admin"]'::jsonb`,
      sql`${users.id} <> ${id}`,
    ),
  );

/** False when somebody has this address already, whoever's organisation. */
export async function insertInvited(tx: Tx, row: typeof users.$inferInsert): Promise<boolean> {
  const made = await tx.insert(users).values(row).onConflictDoNothing().returning({ id: users.id });
  return made.length === 1;
}

export async function patchUser(
  tx: Tx,
  tenant: Tenant,
  id: string,
  patch: Partial<Pick<UserRow, 'name' | 'roles' | 'active'>>,
): Promise<void> {
  if (Object.keys(patch).length > 0) await tx.update(users).set(patch).where(mine(tenant, id));
}

/** Exactly these shops are the partner's. */
export async function setPartnerShops(tx: Tx, tenant: Tenant, userId: string, ids: readonly string[]): Promise<void> {
  await tx
    .update(shops)
    .set({ partnerUserId: null })
    .where(and(shopsOf(tenant), eq(shops.partnerUserId, userId)));
  if (ids.length === 0) return;
  await tx
    .update(shops)
    .set({ partnerUserId: userId })
    .where(and(shopsOf(tenant), inArray(shops.id, [...ids])));
}

/** One to a person: a newer one ends those before it. */
export async function replaceInvitation(tx: Tx, row: typeof userInvitations.$inferInsert): Promise<void> {
  await tx
    .delete(userInvitations)
    .where(
      and(
        eq(userInvitations.organizationId, row.organizationId),
        eq(userInvitations.userId, row.userId),
        isNull(userInvitations.usedAt),
      ),
    );
  await tx.insert(userInvitations).values(row);
}

/** The secret is the proof of the organisation. Locked until the end. */
export async function lockInvitation(
  tx: Tx,
  secretHash: string,
): Promise<typeof userInvitations.$inferSelect | undefined> {
  const [row] = await tx.select().from(userInvitations).where(eq(userInvitations.secretHash, secretHash)).for('update');
  return row;
}

export async function markInvitationUsed(tx: Tx, tenant: Tenant, secretHash: string, at: number): Promise<void> {
  await tx
    .update(userInvitations)
    .set({ usedAt: at })
    .where(and(eq(userInvitations.secretHash, secretHash), eq(userInvitations.organizationId, tenant.organizationId)));
}

export async function patchShop(
  tx: Tx,
  tenant: Tenant,
  id: string,
  patch: { readonly name: string; readonly address: string },
): Promise<void> {
  await tx
    .update(shops)
    .set(patch)
    .where(and(shopsOf(tenant), eq(shops.id, id)));
}
