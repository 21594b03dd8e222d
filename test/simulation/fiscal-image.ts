/** The data folder of a cashier's device on its first day: enrolled, its shop, staff and catalogue there. */
import { scryptSync } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '#main/db/open.ts';
import { catalogueItems } from '#main/domains/catalogue/catalogue.tables.ts';
import type { DeviceIdentity } from '#main/domains/devices/devices.identity.ts';
import { deviceState, shops } from '#main/domains/devices/devices.tables.ts';
import { staff } from '#main/domains/staff/staff.tables.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import type { Shop } from '#shared/devices/devices.schema.ts';
import type { StaffMember } from '#shared/staff/staff.schema.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { TEST_WRITER } from '#test/doubles/local-sync.ts';
import { FISCAL_DEVICE_ID } from './fiscal-plan.ts';

export const MIGRATIONS = join(import.meta.dirname, '../../drizzle/device');
export const PIN = '1234';

const salt = Buffer.from('simulation');
/** The cheapest verifier that is one: signing in is not what is simulated. */
const pinVerifier = `scrypt$2$1$1$${salt.toString('base64url')}$${scryptSync(PIN, salt, 32, { N: 2, r: 1, p: 1 }).toString('base64url')}`;

export const SUPERVISOR: StaffMember = {
  id: '00000000-0000-7000-8000-0000000000a1',
  name: 'Анна Петрова',
  vatin: '123456789047',
  role: 'supervisor',
  pinVerifier,
  active: true,
};

const item = (n: number, change: Partial<CatalogueItem>): CatalogueItem => ({
  id: `00000000-0000-7000-8000-0000000000b${n}`,
  sku: `S${n}`,
  name: `Товар ${n}`,
  category: 'Товары',
  priceMinor: 8990,
  vat: 'vat10',
  paymentObject: 'commodity',
  unit: 'piece',
  favourite: true,
  active: true,
  ...change,
});
export const ITEMS: readonly CatalogueItem[] = [
  item(1, { name: 'Молоко 3,2%' }),
  item(2, { name: 'Диагностика автомобиля', priceMinor: 48_000, vat: 'vat22', paymentObject: 'service' }),
  item(3, { name: 'Сыр весовой', priceMinor: 129_900, vat: 'none', unit: 'kilogram' }),
];

/** Makes the folder's database. `enrolled` is what a real enrolment answered. */
export async function makeFirstDay(folder: string, enrolled: Partial<DeviceIdentity> = {}): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { db, close } = await openDatabase({
    file: join(folder, 'device.db'),
    migrationsFolder: MIGRATIONS,
    log: quietLog,
    now: Date.now,
  });
  const identity: DeviceIdentity = {
    ...TEST_WRITER,
    name: 'Касса 1',
    incarnation: 1,
    fiscalDeviceId: FISCAL_DEVICE_ID,
    serverUrl: 'http://127.0.0.1:9',
    enrolledAt: 1,
    ...enrolled,
  };
  const { organizationId, shopId } = identity;
  const shop: Shop = {
    id: shopId,
    organizationId,
    organizationName: 'Автомаркет',
    organizationInn: '7707083893',
    name: 'Лесная',
    address: 'Лесная, 5',
    timeZone: 'Europe/Moscow',
    currency: 'RUB',
    taxationSystem: 'osn',
    defaultLanguage: 'ru',
  };
  const scope = `shop:${shopId}`;
  db.insert(deviceState).values({ key: 'identity', value: identity }).run();
  db.insert(shops).values({ id: shopId, scope, ver: 1, fields: shop }).run();
  db.insert(staff).values({ id: SUPERVISOR.id, scope, ver: 1, fields: SUPERVISOR }).run();
  for (const fields of ITEMS) db.insert(catalogueItems).values({ id: fields.id, scope, ver: 1, fields }).run();
  close();
}

/**
 * The disk as it is this instant, whoever has it open: the database and its log, as a power cut would leave them.
 * Its caller must hold no transaction's end back: within one, the image has what was committed before it.
 */
export function takeImage(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of ['device.db', 'device.db-wal']) {
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
  }
}
