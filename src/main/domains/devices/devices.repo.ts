import { eq } from 'drizzle-orm';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';
import { DeviceIdentity } from './devices.identity.ts';
import { deviceState, shops } from './devices.tables.ts';

const IDENTITY = 'identity';

export function findIdentity(db: Reader): DeviceIdentity | undefined {
  const row = db.select().from(deviceState).where(eq(deviceState.key, IDENTITY)).get();
  return row === undefined ? undefined : DeviceIdentity.parse(row.value);
}

export function saveIdentity(tx: WriteTx, identity: DeviceIdentity): void {
  tx.insert(deviceState)
    .values({ key: IDENTITY, value: identity })
    .onConflictDoUpdate({ target: deviceState.key, set: { value: identity } })
    .run();
}

export const findShop = (db: Reader, id: string): Shop | undefined =>
  db.select({ fields: shops.fields }).from(shops).where(eq(shops.id, id)).get()?.fields;
