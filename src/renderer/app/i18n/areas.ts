/** Which texts exist. A new area is a file `<lang>/<area>.json` in each of its languages, and a line here and in i18next.d.ts. */
import type { Language } from '#shared/visits/visits.schema.ts';

export const AREAS = [
  'common',
  'errors',
  'enrolment',
  'staff',
  'receipt',
  'kiosk',
  'checks',
  'report',
  'photo',
  'cashier',
  'desk',
  'exchange',
  'manager',
  'wizard',
  'hq',
  'console',
  'monitor',
  'goods',
  'sync',
  'reports',
  'attendant',
  'partner',
] as const;
export type Area = (typeof AREAS)[number];

/** What a stranger at a kiosk reads: in every language. The rest is for staff: Russian and English. */
export const GUEST_AREAS = [
  'common',
  'receipt',
  'kiosk',
  'checks',
  'report',
  'photo',
] as const satisfies readonly Area[];
export const STAFF_LANGUAGES = ['ru', 'en'] as const satisfies readonly Language[];

export const areasOf = (language: Language): readonly Area[] =>
  language === 'ru' || language === 'en' ? AREAS : GUEST_AREAS;
