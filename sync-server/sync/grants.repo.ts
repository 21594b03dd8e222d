/** SQL of what devices may see. The rows of a device are changed under the lock of the device itself. */
import { sql } from 'drizzle-orm';
import type { Db, Tx } from '#server/db/db.ts';
import type { Scope } from '#shared/sync/scopes.ts';
import type { Grant } from './grants.rules.ts';

/** A device's grants of all times as one JSON member, for statements that read something else besides. */
export const grantsOfDevice = (deviceId: string) => sql`
  (SELECT coalesce(jsonb_agg(jsonb_build_object('scope', scope, 'home', home, 'grantedVer', granted_ver,
    'revokedVer', revoked_ver, 'lateUntil', late_until, 'releasedAt', released_at)), '[]')
   FROM device_grants WHERE device_id = ${deviceId})`;

export async function listGrants(db: Db | Tx, deviceId: string): Promise<Grant[]> {
  const { rows } = await db.execute<{ grants: Grant[] }>(sql`SELECT ${grantsOfDevice(deviceId)} AS grants`);
  return rows[0]?.grants ?? [];
}

export async function insertGrants(
  tx: Tx,
  of: { readonly organizationId: string; readonly deviceId: string },
  ver: number,
  given: readonly { readonly scope: Scope; readonly home: boolean }[],
  now: number,
): Promise<void> {
  if (given.length === 0) return;
  await tx.execute(sql`
    INSERT INTO device_grants (device_id, scope, granted_ver, organization_id, home, granted_at)
    SELECT ${of.deviceId}, scope, ${ver}::int, ${of.organizationId}, home, ${now}::bigint
    FROM jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb) AS given (scope text, home boolean)`);
}

/** Ends grants that hold now. `lateUntil` null: work done under them is no longer taken. */
export async function endGrants(
  tx: Tx,
  deviceId: string,
  ver: number,
  scopes: readonly Scope[],
  lateUntil: number | null,
): Promise<void> {
  if (scopes.length === 0) return;
  await tx.execute(sql`
    UPDATE device_grants SET revoked_ver = ${ver}::int, late_until = ${lateUntil}::bigint
    WHERE device_id = ${deviceId} AND revoked_ver IS NULL
      AND scope IN (SELECT jsonb_array_elements_text(${JSON.stringify(scopes)}::text::jsonb))`);
}

/** The device lives by version `ver`: what was taken away up to there is gone from it. */
export async function releaseGrants(db: Db, deviceId: string, ver: number, now: number): Promise<void> {
  await db.execute(sql`
    UPDATE device_grants SET released_at = ${now}::bigint
    WHERE device_id = ${deviceId} AND revoked_ver <= ${ver}::int AND released_at IS NULL`);
}
