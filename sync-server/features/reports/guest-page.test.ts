import { expect, test } from 'vitest';
import { LANGUAGES } from '#shared/visits/visits.schema.ts';
import { type GuestTrouble, guestPage, languageOf } from './guest-page.ts';

test.each([
  ['he-IL,he;q=0.9,en;q=0.8', 'he'],
  ['de-DE,de;q=0.9,es;q=0.4,en;q=0.3', 'es'],
  ['fr;q=0.2,en;q=0.9', 'en'],
  ['de,zh', 'ru'],
  ['en;q=0', 'ru'],
  ['en;q=nonsense, fr', 'fr'],
  [undefined, 'ru'],
  ['', 'ru'],
])('a phone that asks for %s reads %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test.each(LANGUAGES)('in %s each trouble has words of its own, and only what is on its way looks again', (language) => {
  const pages = (['expired', 'pending', 'unknown'] as GuestTrouble[]).map((trouble) => guestPage(trouble, language));
  expect(new Set(pages).size).toBe(3);
  expect(pages.map((page) => page.includes('http-equiv="refresh"'))).toEqual([false, true, false]);
  for (const page of pages) {
    expect(page).toContain(`<html lang="${language}" dir="${language === 'he' ? 'rtl' : 'ltr'}">`);
    expect(page).not.toMatch(/undefined|<script/);
  }
});
