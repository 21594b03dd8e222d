import { and, eq, sql } from 'drizzle-orm';
import type { UserRole } from '#shared/hq/hq.api.ts';
import type { Db, Tx } from '../db/db.ts';
import { organizations, users } from './auth.tables.ts';
import type { Tenant } from './principals.ts';

export type UserRow = typeof users.$inferSelect;
export type OrganizationRow = typeof organizations.$inferSelect;

/** The one query by e-mail alone: it is how a person who signs in tells us the organisation. */
export async function findUserByEmail(db: Db | Tx, email: string): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(eq(users.email, email.toLowerCase()));
  return row;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly UserRole[];
  readonly organization: { readonly id: string; readonly name: string; readonly timeZone: string };
}

export async function findPerson(db: Db | Tx, tenant: Tenant, userId: string): Promise<Person | undefined> {
  const [row] = await db
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      roles: users.roles,
      organization: { id: organizations.id, name: organizations.name, timeZone: organizations.timeZone },
    })
    .from(users)
    .innerJoin(organizations, eq(organizations.id, users.organizationId))
    .where(and(eq(users.id, userId), eq(users.organizationId, tenant.organizationId)));
  return row;
}

/** What somebody may do at this moment. Built once: it is asked for each request of a person. */
export function createAccessLookup(db: Db | Tx) {
  const access = db
    .select({ roles: users.roles, active: users.active })
    .from(users)
    .where(and(eq(users.id, sql.placeholder('userId')), eq(users.organizationId, sql.placeholder('organizationId'))))
    .prepare('auth_access');
  return async (
    { organizationId }: Tenant,
    userId: string,
  ): Promise<{ readonly roles: readonly UserRole[]; readonly active: boolean } | undefined> =>
    (await access.execute({ userId, organizationId }))[0];
}

export async function insertUser(
  tx: Tx,
  row: Omit<typeof users.$inferInsert, 'active' | 'lastSignInAt'>,
): Promise<void> {
  await tx.insert(users).values({ ...row, email: row.email.toLowerCase() });
}

export async function setPassword(tx: Tx, tenant: Tenant, userId: string, passwordHash: string): Promise<void> {
  await tx
    .update(users)
    .set({ passwordHash, hasPassword: true })
    .where(and(eq(users.id, userId), eq(users.organizationId, tenant.organizationId)));
}

export async function markSignedIn(tx: Tx, tenant: Tenant, userId: string, at: number): Promise<void> {
  await tx
    .update(users)
    .set({ lastSignInAt: at })
    .where(and(eq(users.id, userId), eq(users.organizationId, tenant.organizationId)));
}

export async function insertOrganization(tx: Tx, row: OrganizationRow): Promise<void> {
  await tx.insert(organizations).values(row);
}

export async function getOrganization(db: Db | Tx, tenant: Tenant): Promise<OrganizationRow> {
  const [row] = await db.select().from(organizations).where(eq(organizations.id, tenant.organizationId));
  if (row === undefined) throw new Error('the tenant has no organisation row');
  return row;
}

/** Every organisation there is, for whoever looks after the server itself. */
export const listOrganizations = (db: Db): Promise<Pick<OrganizationRow, 'id' | 'name'>[]> =>
  db
    .select({ id: organizations.id, name: organizations.name })
    .from(organizations)
    .orderBy(organizations.createdAt, organizations.id);
