/** SQL of kiosks. Their replicated rows are read here and written through `sync/rows.writer.ts` alone. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ComingPrice } from '#shared/catalogue/catalogue.schema.ts';
import { priceAt } from '#shared/catalogue/prices.rules.ts';
import { Minor } from '#shared/kernel/schemas.ts';
import { FreeCode, Kiosk, KioskError } from '#shared/kiosk/kiosk.schema.ts';
import { deviceScope, shopScope } from '#shared/sync/scopes.ts';
import { VisitKind } from '#shared/visits/visits.schema.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { lockRows } from '../../sync/rows.writer.ts';
import { entities } from '../../sync/sync.tables.ts';
import { kioskCodes, kioskNotes, kioskSecrets } from './kiosk.tables.ts';

/** A kiosk's own id within its organisation. */
export interface KioskKey extends Tenant {
  readonly deviceId: string;
}

const ofKiosk = ({ organizationId, deviceId }: KioskKey, type: 'kiosk_error' | 'free_code'): SQL | undefined =>
  and(
    eq(entities.organizationId, organizationId),
    eq(entities.type, type),
    eq(entities.scope, deviceScope(deviceId)),
    eq(entities.deleted, false),
  );

/** Newest first. */
export async function listErrors(
  db: Db | Tx,
  key: KioskKey,
  { limit, isOpen = false }: { readonly limit: number; readonly isOpen?: boolean },
): Promise<KioskError[]> {
  const rows = await db
    .select({ fields: entities.fields })
    .from(entities)
    .where(and(ofKiosk(key, 'kiosk_error'), isOpen ? sql`NOT fields ? 'clearedAt'` : undefined))
    .orderBy(sql`((fields->>'at')::bigint) DESC`, sql`id DESC`)
    .limit(limit);
  return rows.map(({ fields }) => KioskError.parse(fields));
}

/** Locked until the transaction ends; undefined when nobody has steered it yet. */
export async function lockKiosk(tx: Tx, { deviceId }: KioskKey): Promise<Kiosk | undefined> {
  const row = (await lockRows(tx, [{ type: 'kiosk', id: deviceId }])).get(`kiosk:${deviceId}`);
  return row === undefined || row.fields === null ? undefined : Kiosk.parse(row.fields);
}

/** The same kiosk's codes come one after the other: locked until the transaction ends. Makes the key on first use. */
export async function lockSecrets(
  tx: Tx,
  { organizationId, deviceId }: KioskKey,
  newKey: () => string,
): Promise<{ readonly codeKey: string; readonly wrongAt: readonly number[] }> {
  const read = () => tx.select().from(kioskSecrets).where(eq(kioskSecrets.deviceId, deviceId)).for('update');
  const [known] = await read();
  if (known !== undefined) return known;
  await tx
    .insert(kioskSecrets)
    .values({ organizationId, deviceId, codeKey: newKey(), wrongAt: [] })
    .onConflictDoNothing();
  const [made] = await read();
  if (made === undefined) throw new Error('the secrets of a kiosk vanished under their own transaction');
  return made;
}

export async function saveWrongCodes(tx: Tx, { deviceId }: KioskKey, wrongAt: readonly number[]): Promise<void> {
  await tx.update(kioskSecrets).set({ wrongAt }).where(eq(kioskSecrets.deviceId, deviceId));
}

export interface ServicePrice {
  readonly kind: VisitKind;
  readonly priceMinor: number;
}

/** What kiosks of the shop sell at a moment (Unix ms), in the order in which a kiosk takes the first of each kind. */
export async function listServicePrices(
  tx: Tx,
  { organizationId, shopId }: Tenant & { readonly shopId: string },
  at: number,
): Promise<ServicePrice[]> {
  const rows = await tx
    .select({ fields: entities.fields })
    .from(entities)
    .where(
      and(
        eq(entities.organizationId, organizationId),
        eq(entities.scope, shopScope(shopId)),
        sql`type = 'catalogue_item' AND NOT deleted AND fields ? 'kioskService' AND fields->'active' = 'true'::jsonb`,
      ),
    )
    .orderBy(sql`fields->>'name'`, entities.id);
  return rows.map(({ fields }) => {
    const { kioskService: kind, ...priced } = Service.parse(fields);
    return { kind, priceMinor: priceAt(priced, at) };
  });
}
const Service = z.object({ kioskService: VisitKind, priceMinor: Minor, coming: z.array(ComingPrice).optional() });

/** False when the kiosk has such a code already. */
export async function insertCode(
  tx: Tx,
  key: KioskKey,
  code: { readonly id: string; readonly hash: string; readonly issuedAt: number },
): Promise<boolean> {
  const made = await tx
    .insert(kioskCodes)
    .values({ ...key, ...code })
    .onConflictDoNothing()
    .returning({ id: kioskCodes.id });
  return made.length === 1;
}

export const countCodesSince = (tx: Tx, { deviceId }: KioskKey, since: number): Promise<number> =>
  tx.$count(kioskCodes, and(eq(kioskCodes.deviceId, deviceId), sql`${kioskCodes.issuedAt} > ${since}`));

/** The replicated row of a code, locked. */
export async function lockCodeByHash(tx: Tx, { deviceId }: KioskKey, hash: string): Promise<FreeCode | undefined> {
  const [found] = await tx
    .select({ id: kioskCodes.id })
    .from(kioskCodes)
    .where(and(eq(kioskCodes.deviceId, deviceId), eq(kioskCodes.hash, hash)));
  if (found === undefined) return undefined;
  const row = (await lockRows(tx, [{ type: 'free_code', id: found.id }])).get(`free_code:${found.id}`);
  return row === undefined || row.fields === null ? undefined : FreeCode.parse(row.fields);
}

/** False when it was put down before. */
export async function insertNote(
  tx: Tx,
  { organizationId }: Tenant,
  note: { readonly id: string; readonly at: number },
): Promise<boolean> {
  const made = await tx
    .insert(kioskNotes)
    .values({ organizationId, ...note })
    .onConflictDoNothing()
    .returning({ id: kioskNotes.id });
  return made.length === 1;
}
