/** SQL of the support channel. Rows of devices are written through `sync/rows.writer.ts`. */
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm';
import type { Client } from '#shared/clients/clients.schema.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { entities } from '../../sync/sync.tables.ts';
import { clientUsers, supportMessages, supportTickets, supportTokens } from './support.tables.ts';

export type ClientUserRow = typeof clientUsers.$inferSelect;
export type TicketRow = typeof supportTickets.$inferSelect;
export type MessageRow = typeof supportMessages.$inferSelect;

const ofOrganization = (table: { readonly organizationId: typeof clientUsers.organizationId }, tenant: Tenant) =>
  eq(table.organizationId, tenant.organizationId);

/** A client's living file. */
export async function findClient(db: Db | Tx, tenant: Tenant, id: string): Promise<Client | undefined> {
  const [row] = await db
    .select({ fields: sql<Client>`${entities.fields}` })
    .from(entities)
    .where(
      and(
        eq(entities.type, 'client'),
        eq(entities.id, id),
        eq(entities.organizationId, tenant.organizationId),
        eq(entities.deleted, false),
      ),
    );
  return row?.fields;
}

/** Writers of one client's tickets wait for each other. */
export async function lockClientTickets(tx: Tx, tenant: Tenant, clientId: string): Promise<void> {
  await tx.execute(
    sql`SELECT pg_advisory_xact_lock(hashtextextended(${`support ${tenant.organizationId} ${clientId}`}, 0))`,
  );
}

/** The newest of those that are open. */
export async function findOpenTicket(db: Db | Tx, tenant: Tenant, clientId: string): Promise<TicketRow | undefined> {
  const [row] = await db
    .select()
    .from(supportTickets)
    .where(
      and(
        eq(supportTickets.organizationId, tenant.organizationId),
        eq(supportTickets.clientId, clientId),
        eq(supportTickets.state, 'open'),
      ),
    )
    .orderBy(desc(supportTickets.createdAt), desc(supportTickets.id))
    .limit(1);
  return row;
}

/** Of these clients, oldest first. */
export const listOpenTickets = (db: Db, tenant: Tenant, clientIds: readonly string[]): Promise<TicketRow[]> =>
  clientIds.length === 0
    ? Promise.resolve([])
    : db
        .select()
        .from(supportTickets)
        .where(
          and(
            eq(supportTickets.organizationId, tenant.organizationId),
            inArray(supportTickets.clientId, [...clientIds]),
            eq(supportTickets.state, 'open'),
          ),
        )
        .orderBy(asc(supportTickets.createdAt));

export async function findTicket(db: Db | Tx, tenant: Tenant, id: string): Promise<TicketRow | undefined> {
  const [row] = await db
    .select()
    .from(supportTickets)
    .where(and(eq(supportTickets.organizationId, tenant.organizationId), eq(supportTickets.id, id)));
  return row;
}

/** Newest first. */
export const listTickets = (db: Db, tenant: Tenant, clientId: string): Promise<TicketRow[]> =>
  db
    .select()
    .from(supportTickets)
    .where(and(eq(supportTickets.organizationId, tenant.organizationId), eq(supportTickets.clientId, clientId)))
    .orderBy(desc(supportTickets.createdAt), desc(supportTickets.id))
    .limit(100);

export async function insertTicket(tx: Tx, row: TicketRow): Promise<void> {
  await tx.insert(supportTickets).values(row);
}

export async function touchTicket(tx: Tx, tenant: Tenant, id: string, at: number): Promise<void> {
  await tx
    .update(supportTickets)
    .set({ updatedAt: at })
    .where(and(eq(supportTickets.organizationId, tenant.organizationId), eq(supportTickets.id, id)));
}

const byKey = (tenant: Tenant, key: string) =>
  and(eq(supportMessages.organizationId, tenant.organizationId), eq(supportMessages.idempotencyKey, key));

export async function findMessage(db: Db | Tx, tenant: Tenant, key: string): Promise<MessageRow | undefined> {
  const [row] = await db.select().from(supportMessages).where(byKey(tenant, key));
  return row;
}

/** Oldest first, after a moment; of one ticket, or of all of a client. */
export const listMessages = (
  db: Db | Tx,
  tenant: Tenant,
  of: { readonly ticketId: string } | { readonly clientId: string },
  limit: number,
): Promise<MessageRow[]> =>
  db
    .select()
    .from(supportMessages)
    .where(
      and(
        eq(supportMessages.organizationId, tenant.organizationId),
        'ticketId' in of ? eq(supportMessages.ticketId, of.ticketId) : eq(supportMessages.clientId, of.clientId),
      ),
    )
    .orderBy(asc(supportMessages.createdAt), asc(supportMessages.id))
    .limit(limit);

export async function insertMessage(tx: Tx, row: MessageRow): Promise<void> {
  await tx.insert(supportMessages).values(row);
}

/** Those that are due, the longest waiting first. */
export const listDueMessages = (db: Db, now: number, limit: number): Promise<MessageRow[]> =>
  db
    .select()
    .from(supportMessages)
    .where(lte(supportMessages.nextAt, now))
    .orderBy(asc(supportMessages.nextAt), asc(supportMessages.id))
    .limit(limit);

/** False when another instance has taken it. */
export async function claimMessage(db: Db, row: MessageRow, leaseUntil: number): Promise<boolean> {
  const taken = await db
    .update(supportMessages)
    .set({ attempts: row.attempts + 1, nextAt: leaseUntil })
    .where(
      and(
        eq(supportMessages.id, row.id),
        eq(supportMessages.attempts, row.attempts),
        isNull(supportMessages.deliveredAt),
      ),
    )
    .returning({ id: supportMessages.id });
  return taken.length === 1;
}

export async function noteFailure(tx: Tx, id: string, nextAt: number, fault: string): Promise<void> {
  await tx
    .update(supportMessages)
    .set({ nextAt, fault })
    .where(and(eq(supportMessages.id, id), isNull(supportMessages.deliveredAt)));
}

/** False when it was noted before. */
export async function noteDelivery(tx: Tx, id: string, at: number): Promise<boolean> {
  const noted = await tx
    .update(supportMessages)
    .set({ deliveredAt: at, nextAt: null, fault: null })
    .where(and(eq(supportMessages.id, id), isNull(supportMessages.deliveredAt)))
    .returning({ id: supportMessages.id });
  return noted.length === 1;
}

export async function forgetSecret(tx: Tx, tenant: Tenant, key: string): Promise<void> {
  await tx.update(supportMessages).set({ secret: null }).where(byKey(tenant, key));
}

/** Of messages that were delivered before a moment. */
export async function forgetOldSecrets(db: Db, before: number): Promise<void> {
  await db
    .update(supportMessages)
    .set({ secret: null })
    .where(and(isNotNull(supportMessages.secret), lt(supportMessages.deliveredAt, before)));
}

export async function findUser(db: Db | Tx, tenant: Tenant, id: string): Promise<ClientUserRow | undefined> {
  const [row] = await db
    .select()
    .from(clientUsers)
    .where(and(ofOrganization(clientUsers, tenant), eq(clientUsers.id, id)));
  return row;
}

/** Users of these clients. */
export const listUsersOf = (db: Db | Tx, tenant: Tenant, clientIds: readonly string[]): Promise<ClientUserRow[]> =>
  clientIds.length === 0
    ? Promise.resolve([])
    : db
        .select()
        .from(clientUsers)
        .where(and(ofOrganization(clientUsers, tenant), inArray(clientUsers.clientId, [...clientIds])));

export async function putUser(tx: Tx, row: ClientUserRow): Promise<boolean> {
  const { name, phone, email, address, updatedAt } = row;
  const put = await tx
    .insert(clientUsers)
    .values(row)
    .onConflictDoUpdate({
      target: clientUsers.id,
      set: { name, phone, email, address, updatedAt },
      setWhere: eq(clientUsers.organizationId, row.organizationId),
    })
    .returning({ id: clientUsers.id });
  return put.length === 1;
}

/** Held until the transaction ends; those without a file, oldest first. */
export const lockUsersWithoutClient = (tx: Tx, tenant: Tenant, limit: number): Promise<ClientUserRow[]> =>
  tx
    .select()
    .from(clientUsers)
    .where(and(ofOrganization(clientUsers, tenant), isNull(clientUsers.clientId)))
    .orderBy(asc(clientUsers.createdAt), asc(clientUsers.id))
    .limit(limit)
    .for('update');

export async function countUsers(db: Db, tenant: Tenant): Promise<number> {
  return db.$count(clientUsers, ofOrganization(clientUsers, tenant));
}

export async function linkUser(tx: Tx, tenant: Tenant, id: string, clientId: string): Promise<void> {
  await tx
    .update(clientUsers)
    .set({ clientId })
    .where(and(ofOrganization(clientUsers, tenant), eq(clientUsers.id, id)));
}

/** Whose backend a token is of: the secret itself proves the organisation. */
export async function findSupportToken(db: Db, tokenHash: string): Promise<(Tenant & { id: string }) | undefined> {
  const [row] = await db
    .select({ id: supportTokens.id, organizationId: supportTokens.organizationId })
    .from(supportTokens)
    .where(and(eq(supportTokens.tokenHash, tokenHash), isNull(supportTokens.revokedAt)));
  return row;
}

/** The new one opens; those of before end. */
export async function replaceSupportToken(
  tx: Tx,
  row: Omit<typeof supportTokens.$inferInsert, 'revokedAt'>,
): Promise<void> {
  await tx
    .update(supportTokens)
    .set({ revokedAt: row.createdAt })
    .where(and(eq(supportTokens.organizationId, row.organizationId), isNull(supportTokens.revokedAt)));
  await tx.insert(supportTokens).values(row);
}
