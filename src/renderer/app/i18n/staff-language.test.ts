import { expect, test } from 'vitest';
import { languageOf } from './staff-language.ts';

test.each([
  [['ru-RU', 'en'], 'ru'],
  [['en-GB', 'ru'], 'en'],
  [['fr-FR', 'ru', 'en'], 'ru'],
  [['de'], 'en'],
  [[], 'ru'],
] as const)('a browser that asks for %j is spoken to in %s', (wanted, language) => {
  expect(languageOf(wanted)).toBe(language);
});
