import { and, eq, isNull, lt } from 'drizzle-orm';
import type { UserRole } from '#shared/hq/hq.api.ts';
import type { Db, Tx } from '../db/db.ts';
import { authSessions, users } from './auth.tables.ts';
import type { Tenant } from './principals.ts';

export interface SessionRow extends Tenant {
  readonly id: string;
  readonly userId: string;
  readonly roles: readonly UserRole[];
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly userActive: boolean;
}

/** By the hash of the cookie: the secret itself proves the organisation. */
export async function findSession(db: Db, id: string): Promise<SessionRow | undefined> {
  const [row] = await db
    .select({
      id: authSessions.id,
      organizationId: authSessions.organizationId,
      userId: authSessions.userId,
      roles: users.roles,
      lastSeenAt: authSessions.lastSeenAt,
      expiresAt: authSessions.expiresAt,
      revokedAt: authSessions.revokedAt,
      userActive: users.active,
    })
    .from(authSessions)
    .innerJoin(users, eq(users.id, authSessions.userId))
    .where(eq(authSessions.id, id));
  return row;
}

export async function insertSession(tx: Tx, row: Omit<typeof authSessions.$inferInsert, 'revokedAt'>): Promise<void> {
  await tx.insert(authSessions).values(row);
}

export async function touchSession(db: Db, tenant: Tenant, id: string, at: number): Promise<void> {
  await db
    .update(authSessions)
    .set({ lastSeenAt: at })
    .where(and(eq(authSessions.id, id), eq(authSessions.organizationId, tenant.organizationId)));
}

/** False when it was already closed. */
export async function revokeSession(tx: Tx, tenant: Tenant, id: string, at: number): Promise<boolean> {
  const closed = await tx
    .update(authSessions)
    .set({ revokedAt: at })
    .where(
      and(
        eq(authSessions.id, id),
        eq(authSessions.organizationId, tenant.organizationId),
        isNull(authSessions.revokedAt),
      ),
    )
    .returning({ id: authSessions.id });
  return closed.length === 1;
}

export async function purgeSessions(db: Db, before: number): Promise<void> {
  await db.delete(authSessions).where(lt(authSessions.expiresAt, before));
}
