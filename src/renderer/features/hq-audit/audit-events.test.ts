/** Whatever the server may write into its audit has a word here: a name in capitals is no sentence for a person. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIT_ENTITIES, AUDIT_EVENTS } from './audit-events.ts';

const SERVER = join(import.meta.dirname, '../../../../sync-server');

/** In capitals too, and no act of the audit: names of settings, what a phone asks for, a fault of the network. */
const NO_EVENTS: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'LOGIN_ON_DESKTOP',
  'NOT_AUTHENTICATED',
  'TEST_DATABASE_URL',
]);
const NO_SOURCES = /\.test\.ts$|(^|\/)testing\/|^config\.ts$/;

const sources = readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !NO_SOURCES.test(path))
  .map((path) => readFileSync(join(SERVER, path), 'utf8'));
const said = (pattern: RegExp): string[] => [
  ...new Set(sources.flatMap((text) => Array.from(text.matchAll(pattern), ([, name = '']) => name))),
];

test('every act that the server writes down has a word, and every word is of an act', () => {
  const events = said(/'([A-Z]+(?:_[A-Z]+)+)'/g).filter((name) => !NO_EVENTS.has(name));
  expect(events.toSorted()).toEqual([...AUDIT_EVENTS].toSorted());
});

test('and so has what it was done to', () => {
  const named = said(/\bentity\b[:\s=]+\{ type: '([a-z_]+)'/g);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((type) => !AUDIT_ENTITIES.some((one) => one === type))).toEqual([]);
});
