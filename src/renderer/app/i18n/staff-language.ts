/** Which language the staff of this machine chose. A kiosk does not ask: its guests choose anew each time. */
import { STAFF_LANGUAGES } from './areas.ts';

export type StaffLanguage = (typeof STAFF_LANGUAGES)[number];

export const STAFF_LANGUAGE_NAMES: Readonly<Record<StaffLanguage, string>> = { ru: 'Русский', en: 'English' };

const KEY = 'prilavok.language';

export const saveLanguage = (language: StaffLanguage): void => localStorage.setItem(KEY, language);

const chosen = (): StaffLanguage | undefined =>
  STAFF_LANGUAGES.find((language) => language === localStorage.getItem(KEY));

/** Russian until somebody chooses: what stands on a desk of a shop. */
export const savedLanguage = (): StaffLanguage => chosen() ?? 'ru';

/** Of a page that people open in browsers of their own: the first of the browser's languages that we speak. */
export const browserLanguage = (): StaffLanguage =>
  chosen() ?? languageOf(typeof navigator === 'undefined' ? [] : navigator.languages);

/** @param wanted as a browser tells them, the best first: `en-GB`, `ru` */
export const languageOf = (wanted: readonly string[]): StaffLanguage =>
  wanted.flatMap((tag) => STAFF_LANGUAGES.find((language) => language === tag.toLowerCase().split('-')[0]) ?? [])[0] ??
  (wanted.length > 0 ? 'en' : 'ru');
