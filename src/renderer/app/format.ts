/** Numbers, money and time as a person reads them. Pure: the locale and the zone come in. */
import type { Currency } from '#shared/kernel/money.ts';
import type { Language } from '#shared/visits/visits.schema.ts';
import { useLanguage } from './i18n/i18n.ts';

const LOCALES: Readonly<Record<Language, string>> = {
  ru: 'ru-RU',
  en: 'en-GB',
  fr: 'fr-FR',
  es: 'es-ES',
  he: 'he-IL',
};

export interface Format {
  readonly locale: string;
  /** `480,00 ₽`; with `short`, whole sums lose their kopecks: `480 ₽`. */
  readonly money: (minor: number, options?: { readonly currency?: Currency; readonly short?: boolean }) => string;
  /** `480,00`: a column of sums whose currency stands once elsewhere. */
  readonly sum: (minor: number) => string;
  readonly number: (value: number) => string;
  /** Thousandths: `2`, `0,355`. */
  readonly quantity: (milli: number) => string;
  readonly percent: (share: number) => string;
  /** `14:06` in the zone. */
  readonly time: (ms: number) => string;
  /** `14:06:31` in the zone. */
  readonly timeWithSeconds: (ms: number) => string;
  /** `21 нояб. 2026 г., 14:06` in the zone. */
  readonly dateTime: (ms: number) => string;
  readonly date: (ms: number) => string;
  /** `21 нояб.` */
  readonly dayMonth: (ms: number) => string;
  /** `3 мин назад`, the largest unit that fits. */
  readonly ago: (ms: number, now: number) => string;
}

export function createFormat(language: Language, timeZone?: string): Format {
  const locale = LOCALES[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const cache = new Map<string, Intl.NumberFormat>();
  const currencyFormat = (currency: Currency, digits: 0 | 2) => {
    const key = `${currency}${digits}`;
    const known = cache.get(key);
    if (known) return known;
    const made = new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    cache.set(key, made);
    return made;
  };
  const sum = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const number = new Intl.NumberFormat(locale);
  const quantity = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const hourMinute = { hour: '2-digit', minute: '2-digit' } as const;
  const time = new Intl.DateTimeFormat(locale, { ...zone, ...hourMinute });
  const seconds = new Intl.DateTimeFormat(locale, { ...zone, ...hourMinute, second: '2-digit' });
  const dateTime = new Intl.DateTimeFormat(locale, { ...zone, dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(locale, { ...zone, dateStyle: 'medium' });
  const dayMonth = new Intl.DateTimeFormat(locale, { ...zone, day: 'numeric', month: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  return {
    locale,
    money: (minor, { currency = 'RUB', short = false } = {}) =>
      currencyFormat(currency, short && minor % 100 === 0 ? 0 : 2).format(minor / 100),
    sum: (minor) => sum.format(minor / 100),
    number: (value) => number.format(value),
    quantity: (milli) => quantity.format(milli / 1000),
    percent: (share) => percent.format(share),
    time: (ms) => time.format(ms),
    timeWithSeconds: (ms) => seconds.format(ms),
    dateTime: (ms) => dateTime.format(ms),
    date: (ms) => date.format(ms),
    dayMonth: (ms) => dayMonth.format(ms),
    ago: (ms, now) => {
      const [value, unit] = largestUnit(Math.max(0, now - ms));
      return relative.format(-value, unit);
    },
  };
}

/** A length of time as its largest whole unit: `[12, 'minute']`. */
export function largestUnit(ms: number): readonly [number, 'second' | 'minute' | 'hour' | 'day'] {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return [seconds, 'second'];
  if (seconds < 3600) return [Math.floor(seconds / 60), 'minute'];
  if (seconds < 86_400) return [Math.floor(seconds / 3600), 'hour'];
  return [Math.floor(seconds / 86_400), 'day'];
}

/** `9:42`, and `23:59:42` from an hour on: what is left of a countdown; never below zero. */
export function countdown(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  const last = two(seconds % 60);
  return minutes < 60 ? `${minutes}:${last}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${last}`;
}

/** One for all: making the formatters of a locale costs more than drawing a row of a list that uses them. */
const made = new Map<string, Format>();

function formatOf(language: Language, timeZone?: string): Format {
  const key = `${language} ${timeZone ?? ''}`;
  const known = made.get(key) ?? createFormat(language, timeZone);
  made.set(key, known);
  return known;
}

/** Formats of the language on the screen; times are in `timeZone` (the shop's), or the machine's without it. */
export const useFormat = (timeZone?: string): Format => formatOf(useLanguage(), timeZone);
