import { and, asc, eq, gt, lt } from 'drizzle-orm';
import { users } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { devices } from '../devices/devices.tables.ts';
import { exchangePairingCodes, exchangePairings } from './exchange.tables.ts';

/** False when another desktop shows this very code. */
export async function putPairingCode(
  tx: Tx,
  row: typeof exchangePairingCodes.$inferInsert,
  now: number,
): Promise<boolean> {
  await tx.delete(exchangePairingCodes).where(lt(exchangePairingCodes.expiresAt, now));
  await tx.delete(exchangePairingCodes).where(eq(exchangePairingCodes.deviceId, row.deviceId));
  const made = await tx
    .insert(exchangePairingCodes)
    .values(row)
    .onConflictDoNothing()
    .returning({ code: exchangePairingCodes.code });
  return made.length === 1;
}

/** Uses the code up. Of another organisation there is no code at all. */
export async function takePairingCode(
  tx: Tx,
  tenant: Tenant,
  code: string,
): Promise<{ readonly deviceId: string; readonly expiresAt: number } | undefined> {
  const [row] = await tx
    .delete(exchangePairingCodes)
    .where(and(eq(exchangePairingCodes.code, code), eq(exchangePairingCodes.organizationId, tenant.organizationId)))
    .returning();
  return row;
}

/** Until when the code of this desktop may be typed, Unix ms; undefined once it was, or is over. */
export async function findPairingCodeExpiry(
  db: Db,
  tenant: Tenant,
  deviceId: string,
  now: number,
): Promise<number | undefined> {
  const [row] = await db
    .select({ expiresAt: exchangePairingCodes.expiresAt })
    .from(exchangePairingCodes)
    .where(
      and(
        eq(exchangePairingCodes.deviceId, deviceId),
        eq(exchangePairingCodes.organizationId, tenant.organizationId),
        gt(exchangePairingCodes.expiresAt, now),
      ),
    );
  return row?.expiresAt;
}

export async function putPairing(tx: Tx, row: typeof exchangePairings.$inferInsert): Promise<void> {
  const { userId, pairedAt } = row;
  await tx
    .insert(exchangePairings)
    .values(row)
    .onConflictDoUpdate({ target: exchangePairings.deviceId, set: { userId, pairedAt } });
}

/** False when there was none. */
export async function deletePairing(
  tx: Tx,
  { organizationId, userId, deviceId }: { organizationId: string; userId: string; deviceId: string },
): Promise<boolean> {
  const gone = await tx
    .delete(exchangePairings)
    .where(
      and(
        eq(exchangePairings.deviceId, deviceId),
        eq(exchangePairings.organizationId, organizationId),
        eq(exchangePairings.userId, userId),
      ),
    )
    .returning({ deviceId: exchangePairings.deviceId });
  return gone.length === 1;
}

/** Whose phone this desktop listens to; nobody's once he may not sign in. */
export async function findPairedUser(
  db: Db | Tx,
  tenant: Tenant,
  deviceId: string,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const [row] = await db
    .select({ id: users.id, name: users.name })
    .from(exchangePairings)
    .innerJoin(users, and(eq(users.id, exchangePairings.userId), eq(users.active, true)))
    .where(and(eq(exchangePairings.deviceId, deviceId), eq(exchangePairings.organizationId, tenant.organizationId)));
  return row;
}

export const listPairings = (db: Db | Tx, tenant: Tenant, userId: string) =>
  db
    .select({ deviceId: devices.id, deviceName: devices.name, pairedAt: exchangePairings.pairedAt })
    .from(exchangePairings)
    .innerJoin(devices, and(eq(devices.id, exchangePairings.deviceId), eq(devices.status, 'active')))
    .where(and(eq(exchangePairings.userId, userId), eq(exchangePairings.organizationId, tenant.organizationId)))
    .orderBy(asc(exchangePairings.pairedAt));
