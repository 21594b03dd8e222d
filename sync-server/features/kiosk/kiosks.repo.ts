/** SQL of many kiosks: ten thousand of them, a page at a time. */
import { and, asc, eq, gte, ilike, inArray, notExists, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { Kiosk } from '#shared/kiosk/kiosk.schema.ts';
import type { CodesOwed, KioskLook } from '#shared/partner/partner.api.ts';
import { deviceScope } from '#shared/sync/scopes.ts';
import { Language } from '#shared/visits/visits.schema.ts';
import { shops } from '../../auth/auth.tables.ts';
import { shopIdsOf } from '../../auth/partner-shops.repo.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { likeAnywhere } from '../../db/like.ts';
import { rowCursor } from '../../db/row-cursor.ts';
import { entities } from '../../sync/sync.tables.ts';
import { devices } from '../devices/devices.tables.ts';
import type { KioskKey } from './kiosk.repo.ts';
import { kioskHeartbeats } from './kiosk.tables.ts';

/** Whose kiosks: of a shop, of a partner's shops, or, for headquarters, of all. */
export interface KioskScope extends Tenant {
  readonly whose?: { readonly shopId: string } | { readonly userId: string };
}

export const kioskCursor = rowCursor(z.strictObject({ name: z.string(), id: z.string() }));

export interface KioskFilter {
  readonly id?: string | undefined;
  readonly q?: string | undefined;
  readonly look?: KioskLook | undefined;
  readonly cursor?: { readonly name: string; readonly id: string } | undefined;
  readonly limit: number;
  /** Who was last heard of before it is silent. Unix ms. */
  readonly silentBefore: number;
}

export interface KioskRow {
  readonly id: string;
  readonly name: string;
  readonly shopId: string;
  readonly shopName: string;
  readonly address: string;
  /** Absent: nobody has steered it yet. */
  readonly kiosk: Kiosk | undefined;
  readonly shopLanguage: Language | undefined;
  readonly lastActiveAt: number | null;
}

const shopRows = alias(entities, 'shop_rows');

const isLook = (
  db: Db | Tx,
  { organizationId }: Tenant,
  look: KioskLook | undefined,
  silentBefore: number,
): SQL | undefined => {
  if (look === undefined) return undefined;
  const one = db.select({ is: sql`1` });
  return look === 'trouble'
    ? // Of few among ten thousand, who they are is read first.
      inArray(
        devices.id,
        db
          .select({ id: entities.id })
          .from(entities)
          .where(and(eq(entities.organizationId, organizationId), eq(entities.inTrouble, true))),
      )
    : notExists(
        one
          .from(kioskHeartbeats)
          .where(and(eq(kioskHeartbeats.deviceId, devices.id), gte(kioskHeartbeats.lastActiveAt, silentBefore))),
      );
};

function isOf({ organizationId, whose }: KioskScope): SQL | undefined {
  if (whose === undefined) return undefined;
  return 'shopId' in whose
    ? eq(devices.shopId, whose.shopId)
    : sql`${devices.shopId} IN (${shopIdsOf({ organizationId, userId: whose.userId })})`;
}

function speaksOf(db: Db | Tx, q: string | undefined): SQL | undefined {
  if (q === undefined || q === '') return undefined;
  const like = likeAnywhere(q);
  const there = db
    .select({ id: shops.id })
    .from(shops)
    .where(or(ilike(shops.name, like), ilike(shops.address, like)));
  return or(ilike(devices.name, like), inArray(devices.shopId, there), eq(devices.id, q));
}

/** By name. Which they are is found first: behind the wall every row that is looked at costs a look at whose it is. */
export async function listKiosks(db: Db | Tx, scope: KioskScope, filter: KioskFilter): Promise<KioskRow[]> {
  const { organizationId } = scope;
  const { id, q, look, cursor, limit, silentBefore } = filter;
  const page = db
    .select({
      id: devices.id,
      name: devices.name,
      shopId: devices.shopId,
    })
    .from(devices)
    .where(
      and(
        eq(devices.organizationId, organizationId),
        eq(devices.mode, 'kiosk'),
        sql`${devices.status} <> 'revoked'`,
        isOf(scope),
        id === undefined ? undefined : eq(devices.id, id),
        isLook(db, scope, look, silentBefore),
        speaksOf(db, q),
        cursor === undefined ? undefined : sql`(${devices.name}, ${devices.id}) > (${cursor.name}, ${cursor.id})`,
      ),
    )
    .orderBy(asc(devices.name), asc(devices.id))
    .limit(limit)
    .as('page');
  const rows = await db
    .select({
      id: page.id,
      name: page.name,
      shopId: page.shopId,
      shopName: shops.name,
      address: shops.address,
      fields: entities.fields,
      shopLanguage: sql<string | null>`${shopRows.fields}->>'defaultLanguage'`,
      lastActiveAt: kioskHeartbeats.lastActiveAt,
    })
    .from(page)
    .innerJoin(shops, eq(shops.id, page.shopId))
    .leftJoin(shopRows, and(eq(shopRows.type, 'shop'), eq(shopRows.id, page.shopId)))
    .leftJoin(entities, and(eq(entities.type, 'kiosk'), eq(entities.id, page.id)))
    .leftJoin(kioskHeartbeats, eq(kioskHeartbeats.deviceId, page.id))
    .orderBy(asc(page.name), asc(page.id));
  return rows.map(({ fields, shopLanguage, ...row }) => ({
    ...row,
    kiosk: fields === null ? undefined : Kiosk.parse(fields),
    shopLanguage: Language.safeParse(shopLanguage).data,
  }));
}

/** What the codes of a kiosk come to: of all time, and since a moment (Unix ms). What was given back counts against it. */
export async function sumCodesOwed(
  db: Db | Tx,
  { organizationId, deviceId }: KioskKey,
  since: number,
): Promise<{ readonly month: CodesOwed; readonly all: CodesOwed }> {
  const sign = sql`CASE WHEN fields->>'kind' = 'code_returned' THEN -1 ELSE 1 END`;
  const isOfMonth = sql`(fields->>'at')::bigint >= ${since}::bigint`;
  const [row] = await db
    .select({
      codes: sql<number>`coalesce(sum(${sign}), 0)::int`,
      amountMinor: sql<string>`coalesce(sum(${sign} * (fields->>'amountMinor')::bigint), 0)`,
      monthCodes: sql<number>`coalesce(sum(${sign}) FILTER (WHERE ${isOfMonth}), 0)::int`,
      monthMinor: sql<string>`coalesce(sum(${sign} * (fields->>'amountMinor')::bigint) FILTER (WHERE ${isOfMonth}), 0)`,
    })
    .from(entities)
    .where(
      and(
        eq(entities.organizationId, organizationId),
        eq(entities.type, 'kiosk_ledger'),
        eq(entities.scope, deviceScope(deviceId)),
        eq(entities.deleted, false),
      ),
    );
  return {
    month: { codes: row?.monthCodes ?? 0, amountMinor: Number(row?.monthMinor ?? 0) },
    all: { codes: row?.codes ?? 0, amountMinor: Number(row?.amountMinor ?? 0) },
  };
}
