/** Sessions of people at the currency desk, and the tickets that open one on a desktop. */
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { exchangeSessions, exchangeTickets } from './exchange.tables.ts';

export type ExchangeSession = typeof exchangeSessions.$inferSelect;
type Ticket = typeof exchangeTickets.$inferSelect;

export async function openSession(tx: Tx, row: Omit<ExchangeSession, 'revokedAt'>): Promise<void> {
  await tx.insert(exchangeSessions).values(row);
}

/** By the id that only we can have signed; undefined once it was ended. */
export async function findSession(db: Db, id: string): Promise<ExchangeSession | undefined> {
  const [row] = await db
    .select()
    .from(exchangeSessions)
    .where(and(eq(exchangeSessions.id, id), isNull(exchangeSessions.revokedAt)));
  return row;
}

/** False when it was over already. */
export async function endSession(tx: Tx, tenant: Tenant, id: string, at: number): Promise<boolean> {
  const ended = await tx
    .update(exchangeSessions)
    .set({ revokedAt: at })
    .where(
      and(
        eq(exchangeSessions.id, id),
        eq(exchangeSessions.organizationId, tenant.organizationId),
        isNull(exchangeSessions.revokedAt),
      ),
    )
    .returning({ id: exchangeSessions.id });
  return ended.length === 1;
}

/** Those that a ticket opened on this desktop. */
export async function endSessionsOf(tx: Tx, tenant: Tenant, deviceId: string, at: number): Promise<void> {
  await tx
    .update(exchangeSessions)
    .set({ revokedAt: at })
    .where(
      and(
        eq(exchangeSessions.deviceId, deviceId),
        eq(exchangeSessions.organizationId, tenant.organizationId),
        isNull(exchangeSessions.revokedAt),
      ),
    );
}

export async function insertTicket(tx: Tx, row: Omit<Ticket, 'usedAt'>): Promise<void> {
  await tx.insert(exchangeTickets).values(row);
}

/** Uses it up: of two who come at once one gets it. */
export async function takeTicket(
  tx: Tx,
  tenant: Tenant,
  { ticketHash, deviceId }: Pick<Ticket, 'ticketHash' | 'deviceId'>,
  at: number,
): Promise<Ticket | undefined> {
  const [row] = await tx
    .update(exchangeTickets)
    .set({ usedAt: at })
    .where(
      and(
        eq(exchangeTickets.ticketHash, ticketHash),
        eq(exchangeTickets.organizationId, tenant.organizationId),
        eq(exchangeTickets.deviceId, deviceId),
        isNull(exchangeTickets.usedAt),
        gt(exchangeTickets.expiresAt, at),
      ),
    )
    .returning();
  return row;
}

export async function purgeSessions(db: Db, before: number): Promise<void> {
  await db.delete(exchangeSessions).where(lt(exchangeSessions.expiresAt, before));
  await db.delete(exchangeTickets).where(lt(exchangeTickets.expiresAt, before));
}
