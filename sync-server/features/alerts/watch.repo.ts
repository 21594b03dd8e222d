/** What the watch looks at, what it remembers between looks, and whom it writes to. */
import { and, asc, eq, gt, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { organizations, shops, users } from '../../auth/auth.tables.ts';
import type { Tenant } from '../../auth/principals.ts';
import type { Db, Tx } from '../../db/db.ts';
import { entities } from '../../sync/sync.tables.ts';
import { devices } from '../devices/devices.tables.ts';
import { fiscalDevices, fiscalStates } from '../fiscal/fiscal.tables.ts';
import { pspPayments } from '../payments/payments.tables.ts';
import { alerts, alertWatches } from './alerts.tables.ts';
import type { Found, Silent, Watch } from './flap.rules.ts';
import type { RegisterSaid } from './register-troubles.rules.ts';

export const listOrganizationIds = async (db: Db): Promise<readonly string[]> =>
  (await db.select({ id: organizations.id }).from(organizations)).map(({ id }) => id);

/** False when another instance looks at this organisation now. Held until the transaction ends. */
export async function takeTurn(tx: Tx, { organizationId }: Tenant): Promise<boolean> {
  await tx
    .insert(alertWatches)
    .values({ organizationId, kind: 'turn', subjectType: 'turn', subjectId: '', badSince: 0, isRaised: false })
    .onConflictDoNothing();
  const rows = await tx
    .select({ kind: alertWatches.kind })
    .from(alertWatches)
    .where(and(eq(alertWatches.organizationId, organizationId), eq(alertWatches.kind, 'turn')))
    .for('update', { skipLocked: true });
  return rows.length === 1;
}

/** Kiosks stand and work by themselves; a till is switched off every evening. */
export const listSilentKiosks = (tx: Tx, tenant: Tenant, before: number): Promise<Silent[]> =>
  tx
    .select({
      deviceId: devices.id,
      name: devices.name,
      shopId: shops.id,
      shopName: shops.name,
      lastSeenAt: sql<number>`${devices.lastSeenAt}`.mapWith(Number),
    })
    .from(devices)
    .innerJoin(shops, eq(shops.id, devices.shopId))
    .where(
      and(
        eq(devices.organizationId, tenant.organizationId),
        eq(devices.status, 'active'),
        eq(devices.mode, 'kiosk'),
        lt(devices.lastSeenAt, before),
      ),
    )
    .orderBy(asc(devices.id));

/** Money that a device took for its own, and has neither told of nor been heard of since. */
export async function listMoneyOfSilent(tx: Tx, tenant: Tenant, before: number): Promise<Found[]> {
  const rows = await tx
    .select({ id: pspPayments.id, amountMinor: pspPayments.amountMinor, name: devices.name })
    .from(pspPayments)
    .innerJoin(devices, eq(devices.id, pspPayments.deviceId))
    .where(
      and(
        eq(pspPayments.organizationId, tenant.organizationId),
        eq(pspPayments.status, 'succeeded'),
        lt(pspPayments.claimedAt, before),
        lt(devices.lastSeenAt, before),
        sql`NOT EXISTS (SELECT 1 FROM ${entities} told WHERE told.type = 'payment' AND NOT told.deleted
          AND (told.fields->>'orderId') = ${pspPayments.orderId})`,
      ),
    );
  return rows.map(({ id, amountMinor, name }) => ({
    kind: 'payment.device_silent',
    subject: { type: 'payment', id },
    details: { name, amountMinor },
  }));
}

/** What registers in service said of themselves last. */
export const listRegisterStates = (tx: Tx, tenant: Tenant): Promise<RegisterSaid[]> =>
  tx
    .select({
      id: fiscalDevices.id,
      name: fiscalDevices.name,
      fnValidUntil: fiscalStates.fnValidUntil,
      unsentDocuments: fiscalStates.unsentDocuments,
      unsentSince: fiscalStates.unsentSince,
      shiftState: fiscalStates.shiftState,
      shiftEndsAt: fiscalStates.shiftEndsAt,
    })
    .from(fiscalStates)
    .innerJoin(
      fiscalDevices,
      and(
        eq(fiscalDevices.organizationId, fiscalStates.organizationId),
        eq(fiscalDevices.id, fiscalStates.fiscalDeviceId),
      ),
    )
    .where(and(eq(fiscalStates.organizationId, tenant.organizationId), isNull(fiscalDevices.archivedAt)))
    .orderBy(asc(fiscalDevices.id));

export interface Watched extends Watch {
  readonly kind: string;
  readonly subjectType: string;
  readonly subjectId: string;
}

export const listWatches = (tx: Tx, tenant: Tenant): Promise<Watched[]> =>
  tx
    .select()
    .from(alertWatches)
    .where(and(eq(alertWatches.organizationId, tenant.organizationId), sql`${alertWatches.kind} <> 'turn'`));

export async function saveWatch(
  tx: Tx,
  { organizationId }: Tenant,
  of: Pick<Watched, 'kind' | 'subjectType' | 'subjectId'>,
  watch: Watch | undefined,
): Promise<void> {
  const { kind, subjectType, subjectId } = of;
  if (watch === undefined) {
    await tx
      .delete(alertWatches)
      .where(
        and(
          eq(alertWatches.organizationId, organizationId),
          eq(alertWatches.kind, kind),
          eq(alertWatches.subjectType, subjectType),
          eq(alertWatches.subjectId, subjectId),
        ),
      );
    return;
  }
  const { badSince, goodSince, isRaised } = watch;
  await tx
    .insert(alertWatches)
    .values({ organizationId, kind, subjectType, subjectId, badSince, goodSince, isRaised })
    .onConflictDoUpdate({
      target: [alertWatches.organizationId, alertWatches.kind, alertWatches.subjectType, alertWatches.subjectId],
      set: { badSince, goodSince, isRaised },
    });
}

/** It is over by itself: nobody need see to it. */
export async function closeAlert(
  tx: Tx,
  tenant: Tenant,
  of: Pick<Watched, 'kind' | 'subjectType' | 'subjectId'>,
  at: number,
): Promise<void> {
  await tx
    .update(alerts)
    .set({ acknowledgedAt: at })
    .where(
      and(
        eq(alerts.organizationId, tenant.organizationId),
        sql`${alerts.kind} = ${of.kind}`,
        eq(alerts.subjectType, of.subjectType),
        eq(alerts.subjectId, of.subjectId),
        isNull(alerts.acknowledgedAt),
      ),
    );
}

export type MailedAlert = typeof alerts.$inferSelect;

/**
 * Open alerts that nobody was written of, when the last letter is old enough. Marked as being written of: whoever began a
 * letter at or before `givenUpBefore` and has not told its end is taken for dead.
 */
export async function takeForLetter(
  tx: Tx,
  { organizationId }: Tenant,
  {
    at,
    lastBefore,
    givenUpBefore,
  }: { readonly at: number; readonly lastBefore: number; readonly givenUpBefore: number },
): Promise<MailedAlert[]> {
  const mine = eq(alerts.organizationId, organizationId);
  const recent = await tx.$count(
    alerts,
    and(mine, or(gt(alerts.mailedAt, lastBefore), gt(alerts.letterBegunAt, givenUpBefore))),
  );
  if (recent > 0) return [];
  return tx
    .update(alerts)
    .set({ letterBegunAt: at })
    .where(
      and(
        mine,
        isNull(alerts.acknowledgedAt),
        isNull(alerts.mailedAt),
        // Asked of the row itself too: another instance may have begun between the count and here.
        or(isNull(alerts.letterBegunAt), lte(alerts.letterBegunAt, givenUpBefore)),
      ),
    )
    .returning();
}

/** What came of the letter that was begun at `begunAt`: `mailedAt` is null when it certainly went nowhere. */
export async function endLetter(
  db: Db,
  { organizationId }: Tenant,
  { begunAt, mailedAt }: { readonly begunAt: number; readonly mailedAt: number | null },
): Promise<void> {
  await db
    .update(alerts)
    .set({ mailedAt, letterBegunAt: null })
    .where(and(eq(alerts.organizationId, organizationId), eq(alerts.letterBegunAt, begunAt)));
}

/** Those who administer and can sign in. */
export const listAdminAddresses = async (db: Db, tenant: Tenant): Promise<readonly string[]> =>
  (
    await db
      .select({ email: users.email })
      .from(users)
      .where(
        and(
          eq(users.organizationId, tenant.organizationId),
          eq(users.active, true),
          eq(users.hasPassword, true),
          sql`${users.roles} @> '["hq_admin"]'::jsonb`,
        ),
      )
      .orderBy(asc(users.email))
  ).map(({ email }) => email);
