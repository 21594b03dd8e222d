/** Which language the staff of this machine chose. A kiosk does not ask: its guests choose anew each time. */
import { STAFF_LANGUAGES } from './areas.ts';

export type StaffLanguage = (typeof STAFF_LANGUAGES)[number];

export const STAFF_LANGUAGE_NAMES: Readonly<Record<StaffLanguage, string>> = { ru: 'Русский', en: 'English' };

const KEY = 'prilavok.language';

export const saveLanguage = (language: StaffLanguage): void => localStorage.setItem(KEY, language);

/** Russian until somebody chooses. */
export const savedLanguage = (): StaffLanguage =>
  STAFF_LANGUAGES.find((language) => language === localStorage.getItem(KEY)) ?? 'ru';
