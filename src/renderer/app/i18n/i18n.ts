/**
 * Texts. A key is written whole, `area:path.in.file`, so that a search finds both ends. Languages are loaded when they
 * are first shown; a missing text falls back to English for guests who chose neither Russian nor English, then to Russian.
 */
import i18next, { type i18n, type TFunction } from 'i18next';
import { use, useCallback } from 'react';
import { I18nContext, initReactI18next, useTranslation } from 'react-i18next';
import type { Language } from '#shared/visits/visits.schema.ts';
import { type Area, areasOf } from './areas.ts';

export type Text = TFunction<readonly [Area, ...Area[]]>;

const files = import.meta.glob<Record<string, unknown>>('./*/*.json', { import: 'default' });

/** An instance that speaks `areas`; `language` and `others` are loaded before it resolves. */
export async function createTexts(
  areas: readonly Area[],
  language: Language,
  others: readonly Language[] = [],
): Promise<i18n> {
  const texts = i18next.createInstance();
  await texts.use(initReactI18next).init({
    lng: language,
    fallbackLng: { ru: [], default: ['en', 'ru'] },
    ns: [...areas],
    defaultNS: 'common',
    resources: {},
    // React escapes by itself.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await Promise.all([language, ...others].map((one) => load(texts, areas, one)));
  await texts.changeLanguage(language);
  return texts;
}

async function load(texts: i18n, areas: readonly Area[], language: Language): Promise<void> {
  // Texts that a guest language has not got are read in English.
  const wanted = areas.map((area) => [areasOf(language).includes(area) ? language : 'en', area] as const);
  await Promise.all(
    wanted.map(async ([from, area]) => {
      if (texts.hasResourceBundle(from, area)) return;
      const file = files[`./${from}/${area}.json`];
      if (!file) throw new Error(`no text file ${from}/${area}.json`);
      texts.addResourceBundle(from, area, await file());
    }),
  );
}

export function useText(): Text {
  const { i18n } = useTranslation();
  return i18n.t;
}

/** Texts of one language, whichever is on the screen; it must have been loaded. */
export function useTextIn(): (language: Language) => Text {
  const { i18n } = useTranslation();
  return (language) => i18n.getFixedT(language);
}

/** The language on the screen. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language as Language;
}

/** Loads a language and shows it. */
export function useChangeLanguage(): (language: Language) => Promise<void> {
  // `useTranslation` answers a new wrapper at every change of language; the context holds the instance itself.
  const i18n = use(I18nContext)?.i18n;
  if (!i18n) throw new Error('I18nextProvider is missing');
  return useCallback(
    async (language) => {
      await load(i18n, (i18n.options.ns ?? []) as readonly Area[], language);
      await i18n.changeLanguage(language);
    },
    [i18n],
  );
}

export const isRtl = (language: Language): boolean => language === 'he';
