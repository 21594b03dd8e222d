import { and, eq, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../db/db.ts';
import type { KioskKey } from './kiosk.repo.ts';
import { kioskMissedMinutes } from './kiosk.tables.ts';

const SEEN_EVERY_MS = 20_000;

export interface Beat extends KioskKey {
  /** Unix ms. */
  readonly at: number;
  readonly appVersion: string | null;
  readonly queue: number | null;
}

/** Each kiosk once. One array goes over the wire, so the statement is the same for any number of them. */
export async function writeBeats(db: Db, beats: readonly Beat[]): Promise<void> {
  const rows = beats.map(({ deviceId, organizationId, at, appVersion, queue }) => ({
    device_id: deviceId,
    organization_id: organizationId,
    last_active_at: at,
    app_version: appVersion,
    queue,
  }));
  // In order of the key, so that two instances do not wait for each other crosswise.
  await db.execute(sql`
    INSERT INTO kiosk_heartbeats (device_id, organization_id, last_active_at, app_version, queue)
    SELECT device_id, organization_id, last_active_at, app_version, queue
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
      AS b (device_id text, organization_id text, last_active_at bigint, app_version text, queue integer)
    ORDER BY device_id
    ON CONFLICT (device_id) DO UPDATE SET
      last_active_at = greatest(kiosk_heartbeats.last_active_at, excluded.last_active_at),
      app_version = coalesce(excluded.app_version, kiosk_heartbeats.app_version),
      queue = coalesce(excluded.queue, kiosk_heartbeats.queue)`);
  // Headquarters' own list: not truer than its page needs, and a row that is locked elsewhere is left for the next beat.
  await db.execute(sql`
    UPDATE devices SET last_seen_at = b.last_active_at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS b (device_id text, last_active_at bigint)
    WHERE devices.id IN (
      SELECT d.id FROM devices d
      JOIN jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS h (device_id text, last_active_at bigint)
        ON d.id = h.device_id AND coalesce(d.last_seen_at, 0) < h.last_active_at - ${SEEN_EVERY_MS}::bigint
      FOR UPDATE OF d SKIP LOCKED)
    AND devices.id = b.device_id`);
}

/** Adds minutes (0 to 1439) of a day. Told twice, it is the same. */
export async function mergeMissed(tx: Tx, key: KioskKey, day: number, minutes: readonly number[]): Promise<void> {
  const empty = Buffer.alloc(180).toString('base64');
  await tx
    .insert(kioskMissedMinutes)
    .values({ ...key, day, bits: empty })
    .onConflictDoNothing();
  const at = and(eq(kioskMissedMinutes.deviceId, key.deviceId), eq(kioskMissedMinutes.day, day));
  const [row] = await tx.select().from(kioskMissedMinutes).where(at).for('update');
  const bits = Buffer.from(row?.bits ?? empty, 'base64');
  for (const minute of minutes) bits[minute >> 3] = (bits[minute >> 3] ?? 0) | (1 << (minute & 7));
  await tx
    .update(kioskMissedMinutes)
    .set({ bits: bits.toString('base64') })
    .where(at);
}
