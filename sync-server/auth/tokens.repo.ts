import { and, desc, eq, isNull, lt, or, sql } from 'drizzle-orm';
import type { Mode } from '#shared/kernel/mode.ts';
import type { Db, Tx } from '../db/db.ts';
import { devices } from '../features/devices/devices.tables.ts';
import { tokens } from './auth.tables.ts';
import type { Tenant } from './principals.ts';

export interface BearerRow extends Tenant {
  readonly id: string;
  readonly kind: 'device' | 'agent';
  readonly fiscalDeviceId: string | null;
  readonly rootId: string | null;
  readonly graceUntil: number | null;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
  readonly device: {
    readonly id: string;
    readonly shopId: string;
    readonly mode: Mode;
    readonly status: 'pending' | 'active' | 'revoked';
    readonly incarnation: number;
    readonly fiscalDeviceId: string | null;
    readonly lastSeenAt: number | null;
  } | null;
}

const selectBearers = (db: Db) =>
  db
    .select({
      tokenHash: tokens.tokenHash,
      id: tokens.id,
      kind: tokens.kind,
      organizationId: tokens.organizationId,
      fiscalDeviceId: tokens.fiscalDeviceId,
      rootId: tokens.rootId,
      graceUntil: tokens.graceUntil,
      revokedAt: tokens.revokedAt,
      lastUsedAt: tokens.lastUsedAt,
      device: {
        id: devices.id,
        shopId: devices.shopId,
        mode: devices.mode,
        status: devices.status,
        incarnation: devices.incarnation,
        fiscalDeviceId: devices.fiscalDeviceId,
        lastSeenAt: devices.lastSeenAt,
      },
    })
    .from(tokens)
    .leftJoin(devices, and(eq(devices.id, tokens.deviceId), eq(devices.organizationId, tokens.organizationId)));

/**
 * By the hash of the token: the secret itself proves the organisation. Both statements are built once, since composing one
 * costs this process as much as sending it.
 */
export function createBearerLookup(db: Db) {
  const one = selectBearers(db)
    .where(eq(tokens.tokenHash, sql.placeholder('hash')))
    .prepare('auth_bearer');
  // Written as an array of hexadecimal numbers, so that it is the same statement for any number of them.
  const many = selectBearers(db)
    .where(sql`${tokens.tokenHash} = ANY(${sql.placeholder('hashes')}::text::text[])`)
    .prepare('auth_bearers');
  return {
    find: async (tokenHash: string): Promise<BearerRow | undefined> => (await one.execute({ hash: tokenHash }))[0],
    /** By hash; those that are nobody's are not in it. */
    findAll: async (tokenHashes: readonly string[]): Promise<ReadonlyMap<string, BearerRow>> => {
      const rows = await many.execute({ hashes: `{${tokenHashes.join(',')}}` });
      return new Map(rows.map((row) => [row.tokenHash, row]));
    },
  };
}

export async function insertToken(tx: Tx, row: typeof tokens.$inferInsert): Promise<void> {
  await tx.insert(tokens).values(row);
}

/** False when another rotation of it came first: two heirs of one token would be a clone. */
export async function setGrace(tx: Tx, tenant: Tenant, id: string, graceUntil: number): Promise<boolean> {
  const changed = await tx
    .update(tokens)
    .set({ graceUntil })
    .where(
      and(
        eq(tokens.id, id),
        eq(tokens.organizationId, tenant.organizationId),
        isNull(tokens.graceUntil),
        isNull(tokens.revokedAt),
      ),
    )
    .returning({ id: tokens.id });
  return changed.length === 1;
}

/** True when no refusal of it was noted since `since`. */
export async function markRefused(tx: Tx, tenant: Tenant, id: string, at: number, since: number): Promise<boolean> {
  const changed = await tx
    .update(tokens)
    .set({ refusedAt: at })
    .where(
      and(
        eq(tokens.id, id),
        eq(tokens.organizationId, tenant.organizationId),
        or(isNull(tokens.refusedAt), lt(tokens.refusedAt, since)),
      ),
    )
    .returning({ id: tokens.id });
  return changed.length === 1;
}

export async function revokeDeviceTokens(tx: Tx, tenant: Tenant, deviceId: string, at: number): Promise<void> {
  await tx
    .update(tokens)
    .set({ revokedAt: at })
    .where(
      and(eq(tokens.organizationId, tenant.organizationId), eq(tokens.deviceId, deviceId), isNull(tokens.revokedAt)),
    );
}

/** Never back: requests that overtake each other must not age a token. */
export async function markUsed(db: Db, tenant: Tenant, id: string, at: number): Promise<void> {
  await db
    .update(tokens)
    .set({ lastUsedAt: at })
    .where(and(mine(tenant, id), or(isNull(tokens.lastUsedAt), lt(tokens.lastUsedAt, at))));
}

export type AgentTokenRow = typeof tokens.$inferSelect;

const mine = (tenant: Tenant, id: string) => and(eq(tokens.id, id), eq(tokens.organizationId, tenant.organizationId));

/** Newest first. */
export const listAgentTokens = (db: Db, tenant: Tenant, fiscalDeviceId: string): Promise<AgentTokenRow[]> =>
  db
    .select()
    .from(tokens)
    .where(
      and(
        eq(tokens.organizationId, tenant.organizationId),
        eq(tokens.kind, 'agent'),
        eq(tokens.fiscalDeviceId, fiscalDeviceId),
      ),
    )
    .orderBy(desc(tokens.issuedAt), desc(tokens.id))
    .limit(100);

/** Held until the transaction ends. */
export async function lockAgentToken(tx: Tx, tenant: Tenant, id: string): Promise<AgentTokenRow | undefined> {
  const [row] = await tx
    .select()
    .from(tokens)
    .where(and(mine(tenant, id), eq(tokens.kind, 'agent')))
    .for('update');
  return row;
}

export async function revokeToken(tx: Tx, tenant: Tenant, id: string, at: number): Promise<void> {
  await tx.update(tokens).set({ revokedAt: at }).where(mine(tenant, id));
}

/** @returns the ids of those that were open until now. */
export async function revokeAgentTokens(
  tx: Tx,
  tenant: Tenant,
  fiscalDeviceId: string,
  at: number,
): Promise<readonly string[]> {
  const ended = await tx
    .update(tokens)
    .set({ revokedAt: at })
    .where(
      and(
        eq(tokens.organizationId, tenant.organizationId),
        eq(tokens.kind, 'agent'),
        eq(tokens.fiscalDeviceId, fiscalDeviceId),
        isNull(tokens.revokedAt),
      ),
    )
    .returning({ id: tokens.id });
  return ended.map(({ id }) => id);
}
