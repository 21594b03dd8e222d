/** Texts and code agree: no text is missing, none is left over, none is written into a component. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#shared/kernel/errors.ts';
import { LANGUAGES } from '#shared/visits/visits.schema.ts';
import { AREAS, type Area, areasOf, GUEST_AREAS } from './areas.ts';

const here = import.meta.dirname;
const renderer = path.join(here, '../..');
const PLURAL = /_(zero|one|two|few|many|other)$/;

const flatten = (value: unknown, prefix = ''): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => flatten(inner, prefix ? `${prefix}.${key}` : key))
    : [prefix];
const read = (language: string, area: string): unknown =>
  JSON.parse(readFileSync(path.join(here, language, `${area}.json`), 'utf8'));
/** A code of the registry is a whole key, whatever it ends with. */
const isPlural = (area: string, key: string): boolean =>
  PLURAL.test(key) && !(area === 'errors' && Object.hasOwn(ERROR_CODES, key));
const plain = (area: string, key: string): string => (isPlural(area, key) ? key.replace(PLURAL, '') : key);
/** Keys as code writes them: plural forms are one key. */
const keysOf = (language: string, area: string): Set<string> =>
  new Set(flatten(read(language, area)).map((key) => plain(area, key)));

const sources = globSync('**/*.{ts,tsx}', { cwd: renderer })
  .filter((file) => !file.endsWith('.test.ts') && !file.endsWith('.d.ts'))
  .map((file) => ({ file, text: readFileSync(path.join(renderer, file), 'utf8') }));

const KEY = new RegExp(`(['"\`])(${AREAS.join('|')}):([^'"\`\\s]+)\\1`, 'g');
/** `'kiosk:pay.title'` and `` `kiosk:kind.${kind}.title` `` as patterns over the keys of an area. */
const used = new Map<Area, RegExp[]>(AREAS.map((area) => [area, []]));
const literals: { readonly file: string; readonly area: Area; readonly key: string }[] = [];
for (const { file, text } of sources) {
  for (const [, quote, area, key] of text.matchAll(KEY)) {
    if (quote !== '`') literals.push({ file, area: area as Area, key: key ?? '' });
    const pattern = (key ?? '')
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+');
    used.get(area as Area)?.push(new RegExp(`^${pattern}$`));
  }
}

describe.each(AREAS)('%s', (area) => {
  it('has the same keys in each of its languages', () => {
    const expected = [...keysOf('ru', area)].toSorted();
    for (const language of LANGUAGES.filter((one) => areasOf(one).includes(area))) {
      expect([...keysOf(language, area)].toSorted(), language).toEqual(expected);
    }
  });

  it('has the plural forms its languages need', () => {
    for (const language of LANGUAGES.filter((one) => areasOf(one).includes(area))) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      const keys = flatten(read(language, area));
      const plurals = new Set(keys.filter((key) => isPlural(area, key)).map((key) => plain(area, key)));
      for (const key of plurals)
        for (const form of forms) expect(keys, `${language} ${key}`).toContain(`${key}_${form}`);
    }
  });

  it('interpolates the same values in each language', () => {
    const values = (language: string) => {
      const found = new Map<string, Set<string>>();
      const walk = (node: unknown, key: string): void => {
        if (typeof node === 'string') {
          const names = found.get(key.replace(PLURAL, '')) ?? new Set();
          for (const [, name] of node.matchAll(/\{\{(\w+)/g)) if (name) names.add(name);
          found.set(key.replace(PLURAL, ''), names);
        } else for (const [name, inner] of Object.entries(node ?? {})) walk(inner, key ? `${key}.${name}` : name);
      };
      walk(read(language, area), '');
      return Object.fromEntries([...found].map(([key, names]) => [key, [...names].toSorted()]));
    };
    for (const language of LANGUAGES.filter((one) => areasOf(one).includes(area))) {
      expect(values(language), language).toEqual(values('ru'));
    }
  });

  it('has no text that nothing shows', () => {
    const patterns = used.get(area) ?? [];
    const shown = (key: string) =>
      area === 'errors' ? Object.hasOwn(ERROR_CODES, key) : patterns.some((pattern) => pattern.test(key));
    expect([...keysOf('ru', area)].filter((key) => !shown(key))).toEqual([]);
  });

  it('has every text that a screen asks for', () => {
    const keys = keysOf('ru', area);
    const missing = literals.filter((one) => one.area === area && !keys.has(one.key));
    expect(missing).toEqual([]);
  });
});

it('gives guests every area they can see', () => {
  for (const language of LANGUAGES) for (const area of GUEST_AREAS) expect(areasOf(language)).toContain(area);
});

/** Words between tags, and words in the attributes that people see or hear. */
const WORDS =
  />[^<>{}()=;]*\p{L}{2,}[^<>{}()=;]*<\/|\b(?:aria-label|title|placeholder|label|alt|description)="[^"]*\p{L}/gu;
it('writes no words into a component', () => {
  const found = sources
    .filter(({ file }) => file.endsWith('.tsx'))
    .flatMap(({ file, text }) => [...text.matchAll(WORDS)].map(([words]) => `${file}: ${words.trim()}`));
  expect(found).toEqual([]);
});
it('would notice words in a component', () => {
  expect('<p>Привет</p>').toMatch(new RegExp(WORDS.source, 'u'));
  expect('<Button aria-label="Close" />').toMatch(new RegExp(WORDS.source, 'u'));
  expect('<Money value={total} /></p>').not.toMatch(new RegExp(WORDS.source, 'u'));
});
