import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENTITY_TYPES } from '#shared/sync/entities.ts';
import { MUTATOR_NAMES } from '#shared/sync/registry.ts';
import { SYNC_DOCS, syncDocs } from './generate-sync-docs.ts';

test('the page is what `npm run docs:sync` writes', () => {
  expect(readFileSync(SYNC_DOCS, 'utf8')).toBe(syncDocs());
});

test('every kind of row and every mutation has its line', () => {
  const lines = syncDocs().split('\n');
  for (const name of [...ENTITY_TYPES, ...MUTATOR_NAMES]) {
    expect(lines.filter((line) => line.startsWith(`| \`${name}\` |`))).toHaveLength(1);
  }
});
