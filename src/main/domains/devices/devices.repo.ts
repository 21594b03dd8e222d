import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Reader, WriteTx } from '#main/db/db.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';
import { Language } from '#shared/visits/visits.schema.ts';
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

/**
 * The language that headquarters chose for guests, and the settings it was chosen over: whoever changes those later has
 * the last word.
 */
const ChosenLanguage = z.object({ language: Language, over: z.string() });
const LANGUAGE = 'language';

export function findLanguage(db: Reader, over: string): Language | undefined {
  const row = db.select().from(deviceState).where(eq(deviceState.key, LANGUAGE)).get();
  const chosen = ChosenLanguage.safeParse(row?.value).data;
  return chosen?.over === over ? chosen.language : undefined;
}

export function saveLanguage(tx: WriteTx, language: Language, over: string): void {
  const value = { language, over };
  tx.insert(deviceState)
    .values({ key: LANGUAGE, value })
    .onConflictDoUpdate({ target: deviceState.key, set: { value } })
    .run();
}

export const findShop = (db: Reader, id: string): Shop | undefined =>
  db.select({ fields: shops.fields }).from(shops).where(eq(shops.id, id)).get()?.fields;
