import { and, asc, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { shops } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { insertGrants } from '../../sync/grants.repo.ts';
import { firstGrants } from '../../sync/sync.port.ts';
import { deviceEnrolmentCodes, devices } from './devices.tables.ts';

export type DeviceRow = typeof devices.$inferSelect;
export type ShopRow = typeof shops.$inferSelect;

const mine = (tenant: Tenant, id: string) => and(eq(devices.id, id), eq(devices.organizationId, tenant.organizationId));

/** Never back: requests that overtake each other must not age a device. */
export async function markSeen(db: Db, tenant: Tenant, id: string, at: number): Promise<void> {
  await db
    .update(devices)
    .set({ lastSeenAt: at })
    .where(and(mine(tenant, id), or(isNull(devices.lastSeenAt), lt(devices.lastSeenAt, at))));
}

/** Of one organisation, in the order they were made. */
export const listDevices = (db: Db | Tx, tenant: Tenant): Promise<DeviceRow[]> =>
  db
    .select()
    .from(devices)
    .where(eq(devices.organizationId, tenant.organizationId))
    .orderBy(asc(devices.createdAt), asc(devices.id))
    .limit(10_000);

/** One that headquarters has not shut out. */
export async function findActiveDevice(db: Db | Tx, tenant: Tenant, id: string): Promise<DeviceRow | undefined> {
  const [row] = await db
    .select()
    .from(devices)
    .where(and(mine(tenant, id), eq(devices.status, 'active')));
  return row;
}

/** Held until the transaction ends, so that two enrolments of one device come one after the other. */
export async function lockDevice(tx: Tx, tenant: Tenant, id: string): Promise<DeviceRow | undefined> {
  const [row] = await tx.select().from(devices).where(mine(tenant, id)).for('update');
  return row;
}

export async function insertDevice(
  tx: Tx,
  row: Pick<DeviceRow, 'id' | 'organizationId' | 'shopId' | 'name' | 'mode' | 'createdAt'> & {
    readonly fiscalDeviceId?: string | undefined;
  },
): Promise<void> {
  const { id: deviceId, organizationId, shopId } = row;
  await tx.insert(devices).values({ ...row, status: 'pending' });
  const given = firstGrants({ organizationId, shopId, deviceId });
  await insertGrants(tx, { organizationId, deviceId }, 1, given, row.createdAt);
}

export async function markEnrolled(
  tx: Tx,
  tenant: Tenant,
  id: string,
  facts: { readonly appVersion: string; readonly platform: string; readonly at: number },
): Promise<number> {
  const [row] = await tx
    .update(devices)
    .set({
      status: 'active',
      incarnation: sql`${devices.incarnation} + 1`,
      appVersion: facts.appVersion,
      platform: facts.platform,
      lastSeenAt: facts.at,
    })
    .where(mine(tenant, id))
    .returning({ incarnation: devices.incarnation });
  if (row === undefined) throw new Error('a locked device vanished');
  return row.incarnation;
}

export async function markRevoked(tx: Tx, tenant: Tenant, id: string, at: number): Promise<void> {
  await tx.update(devices).set({ status: 'revoked', revokedAt: at }).where(mine(tenant, id));
}

export async function moveToShop(tx: Tx, tenant: Tenant, id: string, shopId: string): Promise<void> {
  await tx.update(devices).set({ shopId }).where(mine(tenant, id));
}

/** One code to a device: a newer one ends those before it. */
export async function replaceCode(
  tx: Tx,
  tenant: Tenant,
  code: {
    readonly codeHash: string;
    readonly deviceId: string;
    readonly createdAt: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  await tx
    .delete(deviceEnrolmentCodes)
    .where(
      and(
        eq(deviceEnrolmentCodes.deviceId, code.deviceId),
        eq(deviceEnrolmentCodes.organizationId, tenant.organizationId),
        isNull(deviceEnrolmentCodes.usedAt),
      ),
    );
  await tx.insert(deviceEnrolmentCodes).values({ ...code, organizationId: tenant.organizationId });
}

/** The code is the proof of the organisation: it is what a device without one has. Locked until the end. */
export async function lockCode(
  tx: Tx,
  codeHash: string,
): Promise<typeof deviceEnrolmentCodes.$inferSelect | undefined> {
  const [row] = await tx
    .select()
    .from(deviceEnrolmentCodes)
    .where(eq(deviceEnrolmentCodes.codeHash, codeHash))
    .for('update');
  return row;
}

export async function markCodeUsed(tx: Tx, tenant: Tenant, codeHash: string, at: number): Promise<void> {
  await tx
    .update(deviceEnrolmentCodes)
    .set({ usedAt: at })
    .where(
      and(eq(deviceEnrolmentCodes.codeHash, codeHash), eq(deviceEnrolmentCodes.organizationId, tenant.organizationId)),
    );
}

export const listShops = (db: Db | Tx, tenant: Tenant): Promise<ShopRow[]> =>
  db
    .select()
    .from(shops)
    .where(eq(shops.organizationId, tenant.organizationId))
    .orderBy(asc(shops.name), asc(shops.id))
    .limit(1000);

/** How many of these shops are the organisation's. */
export async function countShops(db: Db | Tx, tenant: Tenant, ids: readonly string[]): Promise<number> {
  return db.$count(shops, and(inArray(shops.id, [...ids]), eq(shops.organizationId, tenant.organizationId)));
}

export async function findShop(db: Db | Tx, tenant: Tenant, id: string): Promise<ShopRow | undefined> {
  const [row] = await db
    .select()
    .from(shops)
    .where(and(eq(shops.id, id), eq(shops.organizationId, tenant.organizationId)));
  return row;
}

/** False when there is a shop with this id, whoever's. */
export async function insertShop(tx: Tx, row: ShopRow): Promise<boolean> {
  const made = await tx.insert(shops).values(row).onConflictDoNothing().returning({ id: shops.id });
  return made.length > 0;
}
