import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONFIGURATION_DOCS, configurationDocs } from './generate-config-docs.ts';

test('docs/configuration.md is what the schemas say: run `npm run docs:config` when this fails', () => {
  expect(readFileSync(CONFIGURATION_DOCS, 'utf8')).toBe(configurationDocs());
});
