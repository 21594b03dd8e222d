import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadDeviceConfig } from '#main/config/config.ts';
import { readConfig, SECRETS } from '#server/config.ts';
import { CONFIGURATION_DOCS, configurationDocs, SERVICE_FILE, serviceFile } from './generate-config-docs.ts';

test('docs/configuration.md is what the schemas say: run `npm run docs:config` when this fails', () => {
  expect(readFileSync(CONFIGURATION_DOCS, 'utf8')).toBe(configurationDocs());
});

test('config/service.json holds the defaults of every module: run `npm run docs:config` when this fails', () => {
  expect(readFileSync(SERVICE_FILE, 'utf8')).toBe(serviceFile());
});

const { server } = JSON.parse(serviceFile()) as { readonly server: Readonly<Record<string, unknown>> };

test.each([
  { AGENT_ENV: 'DEV' },
  { AGENT_ENV: 'PROD', YOOKASSA_SHOP_ID: '1', YOOKASSA_SECRET_KEY: 'x', PASSPORT_KEY: 'a key of our own' },
])('with the file or without it, everything is set the same: $AGENT_ENV', (env) => {
  const device = (file: string) => loadDeviceConfig({ file, env: { AGENT_ENV: env.AGENT_ENV }, flags: {} }).config;
  expect(device(SERVICE_FILE)).toEqual(device(join(SERVICE_FILE, '..', 'none.json')));
  const own = { ...env, CONTRACT_SIGNATURE_SECRET: 'a secret of our own' };
  expect(readConfig({ file: server, env: own, argv: [] })).toEqual(readConfig({ file: {}, env: own, argv: [] }));
});

test('no secret stands in the file, not even one that everybody knows', () => {
  expect(Object.keys(server).filter((key) => SECRETS.has(key))).toEqual([]);
  expect(serviceFile()).not.toContain('change_me');
  expect(() => readConfig({ file: server, env: { AGENT_ENV: 'PROD' }, argv: [] })).toThrow(/YOOKASSA_SECRET_KEY/);
});
