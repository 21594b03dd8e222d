/** Sessions in the database: where there is no Redis. An ended one stays until it is purged, as the audit may point at it. */
import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Db } from '../db/db.ts';
import { authSessions } from './auth.tables.ts';
import type { Tenant } from './principals.ts';
import type { SessionStore } from './session-store.port.ts';

const openOf = ({ organizationId }: Tenant) =>
  and(eq(authSessions.organizationId, organizationId), isNull(authSessions.revokedAt));

export function createDbSessions(db: Db): SessionStore {
  // Built once: it is asked for each request of a person.
  const open = db
    .select()
    .from(authSessions)
    .where(and(eq(authSessions.id, sql.placeholder('id')), isNull(authSessions.revokedAt)))
    .prepare('auth_session');
  return {
    find: async (id) => {
      const [row] = await open.execute({ id });
      if (row === undefined) return undefined;
      const { revokedAt: _open, ...session } = row;
      return session;
    },
    open: async (tx, session) => {
      await tx.insert(authSessions).values(session);
    },
    touch: async (session, at) => {
      await db
        .update(authSessions)
        .set({ lastSeenAt: at })
        .where(and(openOf(session), eq(authSessions.id, session.id)));
    },
    end: async (tx, session, at) => {
      const ended = await tx
        .update(authSessions)
        .set({ revokedAt: at })
        .where(and(openOf(session), eq(authSessions.id, session.id)))
        .returning({ id: authSessions.id });
      return ended.length === 1;
    },
    endAll: async (tx, user, at) => {
      const ended = await tx
        .update(authSessions)
        .set({ revokedAt: at })
        .where(and(openOf(user), eq(authSessions.userId, user.userId)))
        .returning({ id: authSessions.id });
      return ended.map(({ id }) => id);
    },
    purge: async (before) => {
      await db.delete(authSessions).where(lt(authSessions.expiresAt, before));
    },
    close: async () => undefined,
  };
}
