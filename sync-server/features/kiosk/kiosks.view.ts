/** A kiosk as whoever answers for it sees it, and the same in the owner's shape: times as ISO text. Pure. */
import type { z } from 'zod';
import { KIOSK_SILENT_MS } from '#shared/kiosk/kiosk.rules.ts';
import type { KioskError } from '#shared/kiosk/kiosk.schema.ts';
import type { KioskStatus, PartnerKiosk, PartnerKioskError } from '#shared/partner/partner.api.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import type { KioskRow } from './kiosks.repo.ts';

export interface KioskView {
  readonly id: string;
  readonly name: string;
  readonly shopId: string;
  /** Where it stands, in words. */
  readonly location: string;
  readonly status: KioskStatus;
  readonly lastErrorCode: string | null;
  readonly defaultLanguage: Language;
  /** Heard of within three minutes; beside `status`, not a value of it. */
  readonly online: boolean;
  /** Unix ms. */
  readonly lastActiveAt: number | null;
}

export function viewOf(row: KioskRow, now: number): KioskView {
  const { id, name, shopId, shopName, address, kiosk, shopLanguage, lastActiveAt } = row;
  return {
    id,
    name,
    shopId,
    location: address === '' ? shopName : address,
    status: kiosk?.status ?? 'active',
    lastErrorCode: kiosk?.lastErrorCode ?? null,
    defaultLanguage: kiosk?.defaultLanguage ?? shopLanguage ?? 'ru',
    online: lastActiveAt !== null && now - lastActiveAt <= KIOSK_SILENT_MS,
    lastActiveAt,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

export const toKioskReply = (kiosk: KioskView): z.input<typeof PartnerKiosk> => ({
  id: kiosk.id,
  name: kiosk.name,
  location: kiosk.location,
  status: kiosk.status,
  lastErrorCode: kiosk.lastErrorCode,
  settings: { defaultLanguage: kiosk.defaultLanguage },
  online: kiosk.online,
  lastActiveAt: isoOrNull(kiosk.lastActiveAt),
});

export const toErrorReply = ({ id, code, message, at, clearedAt }: KioskError): z.input<typeof PartnerKioskError> => ({
  id,
  code,
  message,
  createdAt: iso(at),
  clearedAt: isoOrNull(clearedAt ?? null),
});
