/** SQL of the fleet: ten thousand devices, a page of them at a time. */
import { and, asc, eq, ilike, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { HqDevicesQuery } from '#shared/hq/hq.api.ts';
import { shops } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db } from '../../db/db.ts';
import { likeAnywhere } from '../../db/like.ts';
import { rowCursor } from '../../db/row-cursor.ts';
import { entities, syncWriters } from '../../sync/sync.tables.ts';
import { devices } from '../devices/devices.tables.ts';
import { deviceBacklogs } from '../sync/sync.tables.ts';

/** The last row of a page, as it is ordered. */
export const fleetCursor = rowCursor(z.strictObject({ shop: z.string(), name: z.string(), id: z.string() }));

export interface FleetFilter extends Omit<HqDevicesQuery, 'cursor'> {
  readonly cursor?: { readonly shop: string; readonly name: string; readonly id: string } | undefined;
  /** Who was seen since is on line. Unix ms. */
  readonly onlineSince: number;
}

const seenSince = (from: number): SQL => sql`${devices.lastSeenAt} >= ${from}::bigint`;

function isLook(look: HqDevicesQuery['look'], onlineSince: number): SQL | undefined {
  if (look === undefined) return undefined;
  if (look === 'pending' || look === 'revoked') return eq(devices.status, look);
  const active = eq(devices.status, 'active');
  if (look === 'online') return and(active, seenSince(onlineSince));
  if (look === 'faulty') return and(active, or(sql`${deviceBacklogs.refused} > 0`, eq(entities.inTrouble, true)));
  return and(active, or(isNull(devices.lastSeenAt), lt(devices.lastSeenAt, onlineSince)));
}

function speaksOf(q: string | undefined): SQL | undefined {
  if (q === undefined || q === '') return undefined;
  const like = likeAnywhere(q);
  return or(ilike(devices.name, like), ilike(shops.name, like), ilike(devices.appVersion, like), eq(devices.id, q));
}

/** By shop, then by name. */
export const listFleet = (db: Db, tenant: Tenant, filter: FleetFilter) =>
  db
    .select({
      device: devices,
      shopName: shops.name,
      clockSkewMs: syncWriters.clockSkewMs,
      lastMid: syncWriters.lastMid,
      backlog: deviceBacklogs,
      kiosk: entities.fields,
    })
    .from(devices)
    .innerJoin(shops, eq(shops.id, devices.shopId))
    .leftJoin(syncWriters, and(eq(syncWriters.deviceId, devices.id), eq(syncWriters.incarnation, devices.incarnation)))
    .leftJoin(deviceBacklogs, eq(deviceBacklogs.deviceId, devices.id))
    .leftJoin(entities, and(eq(entities.type, 'kiosk'), eq(entities.id, devices.id)))
    .where(
      and(
        eq(devices.organizationId, tenant.organizationId),
        filter.shopId === undefined ? undefined : eq(devices.shopId, filter.shopId),
        filter.mode === undefined ? undefined : eq(devices.mode, filter.mode),
        isLook(filter.look, filter.onlineSince),
        speaksOf(filter.q),
        filter.cursor === undefined
          ? undefined
          : sql`(${shops.name}, ${devices.name}, ${devices.id}) > (${filter.cursor.shop}, ${filter.cursor.name}, ${filter.cursor.id})`,
      ),
    )
    .orderBy(asc(shops.name), asc(devices.name), asc(devices.id))
    .limit(filter.limit);

/** Of devices that work: how many there are, and how many were seen since. */
export async function countFleet(
  db: Db,
  tenant: Tenant,
  onlineSince: number,
): Promise<{ readonly online: number; readonly total: number }> {
  const [row] = await db
    .select({
      total: sql<number>`count(*)::int`,
      online: sql<number>`(count(*) FILTER (WHERE ${seenSince(onlineSince)}))::int`,
    })
    .from(devices)
    .where(and(eq(devices.organizationId, tenant.organizationId), eq(devices.status, 'active')));
  return row ?? { online: 0, total: 0 };
}
