import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileSecrets } from './file-secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const open = (env: Record<string, string> = {}) => createFileSecrets({ folder, env, randomBytes });
const sealed = () => join(folder, 'secrets.json');

test('a secret outlives the process, and its text is in no file', async () => {
  expect(await open().get('device.token')).toBeUndefined();
  await open().set('device.token', 'пароль-42');
  await open().set('other', 'x');
  expect(await open().get('device.token')).toBe('пароль-42');
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain('пароль-42');
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  }
  await open().remove('device.token');
  await open().remove('never-there');
  expect(await open().get('device.token')).toBeUndefined();
  expect(await open().get('other')).toBe('x');
});

test('the environment wins over the file', async () => {
  await open().set('device.token', 'from file');
  expect(await open({ PRILAVOK_SECRET_DEVICE_TOKEN: 'from env' }).get('device.token')).toBe('from env');
  expect(await open({ PRILAVOK_SECRET_DEVICE_TOKEN: '' }).get('device.token')).toBe('from file');
});

test('names of object members are only names', async () => {
  const secrets = open();
  expect(await secrets.get('constructor')).toBeUndefined();
  await expect(secrets.set('__proto__', 'x')).rejects.toThrow('is no name for a secret');
  await secrets.set('constructor', 'y');
  expect(await open().get('constructor')).toBe('y');
});

test('a changed byte, a secret in the place of another, a lost key: all are faults, never an empty store', async () => {
  await open().set('a', 'one');
  await open().set('b', 'two');
  const whole = readFileSync(sealed(), 'utf8');
  const { secrets } = JSON.parse(whole) as { secrets: { a: string; b: string } };
  writeFileSync(sealed(), JSON.stringify({ version: 1, secrets: { a: secrets.b, b: secrets.a } }));
  await expect(open().get('a')).rejects.toMatchObject({ code: 'app.internal' });
  const flipped = Buffer.from(secrets.a, 'base64');
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  writeFileSync(sealed(), JSON.stringify({ version: 1, secrets: { a: flipped.toString('base64') } }));
  await expect(open().get('a')).rejects.toThrow(/does not open/);
  writeFileSync(sealed(), '');
  await expect(open().get('a')).rejects.toThrow(/not a file of secrets/);
  writeFileSync(sealed(), whole);
  rmSync(join(folder, 'secrets.key'));
  await expect(open().get('a')).rejects.toThrow(/key file .* is missing/);
  await expect(open().set('c', 'three')).rejects.toThrow(/key file .* is missing/);
  expect(readFileSync(sealed(), 'utf8')).toBe(whole);
});
