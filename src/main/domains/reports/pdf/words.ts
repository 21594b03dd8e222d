/** The words of a report in the languages of a kiosk. */
import type { Language } from '#shared/visits/visits.schema.ts';
import en from './words/en.json' with { type: 'json' };
import es from './words/es.json' with { type: 'json' };
import fr from './words/fr.json' with { type: 'json' };
import he from './words/he.json' with { type: 'json' };
import ru from './words/ru.json' with { type: 'json' };

export type Words = typeof ru;
const WORDS: Readonly<Record<Language, Words>> = { ru, en, fr, es, he };
export const wordsOf = (language: Language): Words => WORDS[language];

/** Puts values into `{name}` of a phrase. */
export const fill = (phrase: string, values: Readonly<Record<string, string | number>>): string =>
  phrase.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

const LOCALES: Readonly<Record<Language, string>> = { ru: 'ru-RU', en: 'en-GB', fr: 'fr-FR', es: 'es-ES', he: 'he-IL' };
/** @param at Unix ms. */
export const formatMoment = (at: number, timeZone: string, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeStyle: 'short', timeZone, calendar: 'gregory' })
    .format(at)
    .replace(/[\u202F\u00A0]/g, ' ');
export const formatDay = (at: number, timeZone: string, language: Language): string =>
  new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeZone, calendar: 'gregory' })
    .format(at)
    .replace(/[\u202F\u00A0]/g, ' ');
export const formatNumber = (value: number, language: Language): string =>
  new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1 }).format(value).replace(/[\u202F\u00A0]/g, ' ');
