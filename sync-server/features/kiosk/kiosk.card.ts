/** One kiosk with what is asked about it most: its latest errors, and what its cash codes come to. */
import type { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import type { Currency } from '#shared/kernel/money.ts';
import { KIOSK_SILENT_MS } from '#shared/kiosk/kiosk.rules.ts';
import { KIOSK_ERRORS_SHOWN, type PartnerKioskDetails } from '#shared/partner/partner.api.ts';
import type { Db, Tx } from '../../db/db.ts';
import { dayNamed, lastDays } from '../hq/hq.rules.ts';
import { listErrors } from './kiosk.repo.ts';
import { type KioskRow, type KioskScope, listKiosks, sumCodesOwed } from './kiosks.repo.ts';
import { toErrorReply, toKioskReply, viewOf } from './kiosks.view.ts';

/** Of the organisation: months are counted in its zone, debts in its currency. */
export interface CardSettings {
  readonly timeZone: string;
  readonly currency: Currency;
}

/** @throws AppError `kiosks.not_found`, also for a kiosk of somebody else. */
export async function findKiosk(reader: Db | Tx, scope: KioskScope, id: string, now: number): Promise<KioskRow> {
  const [row] = await listKiosks(reader, scope, { id, limit: 1, silentBefore: now - KIOSK_SILENT_MS });
  if (row === undefined) throw new AppError('kiosks.not_found', 'there is no such kiosk');
  return row;
}

/** @throws AppError `kiosks.not_found`, also for a kiosk of somebody else. */
export async function readKioskCard(
  reader: Db | Tx,
  scope: KioskScope,
  id: string,
  { timeZone, currency }: CardSettings,
  now: number,
): Promise<z.input<typeof PartnerKioskDetails>> {
  const row = await findKiosk(reader, scope, id, now);
  const key = { organizationId: scope.organizationId, deviceId: id };
  const errors = await listErrors(reader, key, { limit: KIOSK_ERRORS_SHOWN });
  const [today] = lastDays(timeZone, now, 1);
  const month = today === undefined ? 0 : dayNamed(timeZone, `${today.name.slice(0, 8)}01`).from;
  const owed = await sumCodesOwed(reader, key, month);
  return { ...toKioskReply(viewOf(row, now)), errors: errors.map(toErrorReply), balance: { ...owed, currency } };
}
