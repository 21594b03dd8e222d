import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';
import { safeStorageDouble } from '#test/security/electron-double.ts';
import { createElectronSecrets, type SafeSecretsOptions } from './secrets.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (given: Partial<SafeSecretsOptions> = {}) =>
  createElectronSecrets({
    safeStorage: safeStorageDouble('gnome_libsecret'),
    platform: 'linux',
    folder,
    env: {},
    fallback: createMemorySecrets(),
    log: createMemoryLog(),
    ...given,
  });
const file = () => join(folder, 'secrets.safe.json');

describe('secrets in the system store', () => {
  it('survive a restart, and are not in the file as text', async () => {
    const first = await open();
    await Promise.all([first.set('device.token', 'topsecret'), first.set('data.key', 'другой')]);
    await first.remove('nothing');

    const text = readFileSync(file(), 'utf8');
    expect(text).not.toContain('topsecret');
    expect(text).not.toContain(Buffer.from('topsecret').toString('base64'));
    expect(statSync(file()).mode & 0o077).toBe(0);

    const second = await open();
    expect(await second.get('device.token')).toBe('topsecret');
    expect(await second.get('data.key')).toBe('другой');
    await second.remove('device.token');
    expect(await second.get('device.token')).toBeUndefined();
    expect(await second.get('constructor')).toBeUndefined();
  });

  it('are sealed again when the system asks for it', async () => {
    await (await open()).set('a', '1');
    const before = statSync(file()).ino;
    expect(await (await open({ safeStorage: safeStorageDouble('kwallet6', { rotated: true }) })).get('a')).toBe('1');
    expect(statSync(file()).ino).not.toBe(before);
  });

  it('give way to the environment', async () => {
    const secrets = await open({ env: { PRILAVOK_SECRET_DEVICE_TOKEN: 'from-env' } });
    await secrets.set('device.token', 'kept');
    expect(await secrets.get('device.token')).toBe('from-env');
  });

  it('move out of the key file once there is a store', async () => {
    const fallback = createMemorySecrets({ a: 'old' });
    const secrets = await open({ fallback });
    expect(await secrets.get('a')).toBe('old');
    expect(await fallback.get('a')).toBeUndefined();
    expect(await (await open()).get('a')).toBe('old');
  });
});

describe('without a store worth the name', () => {
  it.each([
    ['basic_text', { platform: 'linux' as const, safeStorage: safeStorageDouble('basic_text') }],
    ['nothing', { platform: 'win32' as const, safeStorage: safeStorageDouble('unknown', { available: false }) }],
  ])('%s: the key file keeps them, and the log says so', async (_name, given) => {
    const log = createMemoryLog();
    const fallback = createMemorySecrets();
    const secrets = await open({ ...given, fallback, log });
    await secrets.set('a', '1');
    expect(await secrets.get('a')).toBe('1');
    expect(await fallback.get('a')).toBe('1');
    expect(log.tail()).toEqual([expect.objectContaining({ level: 'warn' })]);
  });

  it('a secret that the store sealed earlier is locked, not absent', async () => {
    await (await open()).set('data.key', 'k');
    const secrets = await open({ safeStorage: safeStorageDouble('basic_text') });
    await expect(secrets.get('data.key')).rejects.toMatchObject({ code: 'app.unavailable' });
    expect(await secrets.get('other')).toBeUndefined();
  });

  it('a store that does not open is a fault, not an empty answer', async () => {
    await (await open()).set('data.key', 'k');
    const secrets = await open({ safeStorage: safeStorageDouble('gnome_libsecret', { locked: true }) });
    await expect(secrets.get('data.key')).rejects.toMatchObject({ code: 'app.unavailable' });
  });

  it('a damaged file is a fault, not an empty one', async () => {
    writeFileSync(file(), '{"version":1,"secr');
    await expect((await open()).get('a')).rejects.toMatchObject({ code: 'app.internal' });
  });
});
