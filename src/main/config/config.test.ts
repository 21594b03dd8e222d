import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { loadDeviceConfig, warnOfServerOnly } from './config.ts';
import { DEVICE_SETTINGS } from './device-settings.ts';
import { allowedOf, flagOf, listSettings, variableOf } from './setting.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-config-'));
  file = join(folder, 'service.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (given: { device?: unknown; env?: Record<string, string>; flags?: Record<string, string> } = {}) => {
  if (given.device !== undefined) writeFileSync(file, JSON.stringify({ device: given.device, server: { any: 1 } }));
  return loadDeviceConfig({ file, env: given.env ?? {}, flags: given.flags ?? {} });
};
const faultOf = (given: Parameters<typeof load>[0]): string => {
  try {
    load(given);
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'it was accepted';
};

describe('layers', () => {
  test('defaults are whole and safe', () => {
    const { config, sources } = load();
    expect(config).toMatchObject({
      mode: 'kiosk',
      environment: 'PROD',
      host: '127.0.0.1',
      port: 3000,
      fiscal: { driver: 'libfptr', pollMs: 4000, queueMs: 1000, kkt: {} },
      payments: { dev: { autoConfirmDelayMs: 2000, manualMode: false } },
    });
    expect(config.serverUrl).toBeUndefined();
    expect(new Set(Object.values(sources))).toEqual(new Set(['default']));
  });

  test('the command line wins over the environment, that over the file, and each value knows who set it', () => {
    const { config, sources } = load({
      device: { mode: 'cashier', port: 1, log: { level: 'warn' }, payments: { dev: { manualMode: true } } },
      env: { PRILAVOK_PORT: '2', PRILAVOK_LOG_LEVEL: 'debug', AGENT_ENV: 'DEV' },
      flags: { port: '3', server: 'https://hq.example' },
    });
    expect(config).toMatchObject({
      mode: 'cashier',
      port: 3,
      log: { level: 'debug' },
      environment: 'DEV',
      serverUrl: 'https://hq.example',
      payments: { dev: { manualMode: true, autoConfirmDelayMs: 2000 } },
    });
    expect(sources).toMatchObject({
      mode: `file ${file}`,
      port: 'command line --port',
      'log.level': 'environment PRILAVOK_LOG_LEVEL',
      environment: 'environment AGENT_ENV',
      serverUrl: 'command line --server',
      'payments.dev.autoConfirmDelayMs': 'default',
    });
  });

  test('the emulated driver is for DEV', () => {
    const { config } = load({ flags: { 'fiscal-driver': 'emulated', environment: 'DEV' } });
    expect(config.fiscal.driver).toBe('emulated');
  });

  test('our own variable wins over the one that other tools know', () => {
    expect(load({ env: { PORT: '1', PRILAVOK_PORT: '2' } }).config.port).toBe(2);
    expect(load({ env: { PORT: '1', PRILAVOK_PORT: '' } }).config.port).toBe(1);
  });
});

describe('a bad value names the key, the value, who set it, and what is allowed', () => {
  test.each([
    [
      { env: { PRILAVOK_MODE: 'till' } },
      'mode is "till" (environment PRILAVOK_MODE); allowed: kiosk, cashier, manager',
    ],
    [{ flags: { port: '70000' } }, 'port is 70000 (command line --port); allowed: an integer from 0 to 65535'],
    [{ flags: { port: '80x' } }, 'port is "80x" (command line --port); allowed: an integer from 0 to 65535'],
    [{ flags: { port: '' } }, 'port is "" (command line --port); allowed: an integer from 0 to 65535'],
    [
      { env: { PRILAVOK_PAYMENTS_DEV_MANUAL_MODE: 'yes' } },
      'payments.dev.manualMode is "yes" (environment PRILAVOK_PAYMENTS_DEV_MANUAL_MODE); allowed: true, false',
    ],
    [{ flags: { host: '0.0.0.0' } }, 'host is "0.0.0.0" (command line --host); allowed: 127.0.0.1, ::1, localhost'],
    [
      { flags: { server: 'ftp://x' } },
      'serverUrl is "ftp://x" (command line --server); allowed: a URL that begins with http:// or https://',
    ],
    [{ env: { AGENT_ENV: 'prod' } }, 'environment is "prod" (environment AGENT_ENV); allowed: DEV, PROD'],
    [{ env: { PRILAVOK_PROT: '1' } }, 'PRILAVOK_PROT is not a variable of any setting'],
    [
      { flags: { 'fiscal-kkt-ip': '10.0.0.5' } },
      'fiscal.kkt.ip is set without fiscal.kkt.port (command line --fiscal-kkt-ip)',
    ],
    [
      { flags: { 'fiscal-driver': 'emulated' } },
      'fiscal.driver is emulated in PROD: what an emulated register prints is no receipt (command line --fiscal-driver)',
    ],
    [
      { flags: { 'payments-provider': 'dev' } },
      'payments.provider is dev in PROD: nobody would pay (command line --payments-provider)',
    ],
    [
      { env: { PRILAVOK_FISCAL_DRIVER: 'emulated', AGENT_ENV: 'PROD' } },
      'fiscal.driver is emulated in PROD: what an emulated register prints is no receipt (environment PRILAVOK_FISCAL_DRIVER)',
    ],
    [
      { flags: { 'fiscal-driver': 'simulated' } },
      'fiscal.driver is "simulated" (command line --fiscal-driver); allowed: libfptr, emulated',
    ],
  ])('%j', (given, message) => {
    expect(faultOf(given)).toBe(`config.invalid: ${message}`);
  });

  test('a text where the file needs a number is not guessed at', () => {
    expect(faultOf({ device: { port: '3000' } })).toContain(`port is "3000" (file ${file}); allowed: an integer`);
  });

  test('unknown keys are faults at any depth, with what was probably meant', () => {
    expect(faultOf({ device: { prot: 1 } })).toContain('prot is not a setting');
    expect(faultOf({ device: { fiscal: { poll_ms: 1 } } })).toContain('did you mean fiscal.pollMs?');
    expect(faultOf({ device: { constructor: 1 } })).toContain('constructor is not a setting');
    expect(faultOf({ device: { fiscal: 5 } })).toContain('fiscal is not a setting');
  });

  test('all faults are said at once', () => {
    expect(faultOf({ device: { mode: 1, port: -1 }, flags: { host: 'x' } }).split('\n')).toHaveLength(3);
  });

  test('a broken file is a fault and not an empty file', () => {
    writeFileSync(file, '{"device": {');
    expect(() => load()).toThrow(/is not JSON/);
    writeFileSync(file, '[]');
    expect(() => load()).toThrow(/must be an object/);
    writeFileSync(file, '{"device": 3}');
    expect(() => load()).toThrow(/must be an object/);
  });
});

test('every setting has one name of each kind, a sentence, and allowed values that can be said', () => {
  const settings = listSettings(DEVICE_SETTINGS);
  expect(settings.length).toBeGreaterThan(15);
  for (const name of [variableOf, flagOf]) {
    expect(new Set(settings.map(([key]) => name(key))).size).toBe(settings.length);
  }
  for (const [key, { help, schema, byDefault }] of settings) {
    expect(help, key).toMatch(/\.$/);
    expect(allowedOf(schema), key).not.toContain('undefined');
    expect(schema.safeParse(byDefault).success, key).toBe(true);
  }
});

test("the seed's names of providers are the server's: a device takes none of them, and names those that are set", () => {
  const { serverOnly, config } = load({
    env: { YOOKASSA_SECRET_KEY: 'live_x', SMTP_PASS: 'p', SMS_PROVIDER: '', AGENT_ENV: 'DEV', PORT: '3005' },
  });
  expect(serverOnly).toEqual(['YOOKASSA_SECRET_KEY', 'SMTP_PASS']);
  expect(config).toMatchObject({ environment: 'DEV', port: 3005 });
  expect(JSON.stringify(config)).not.toContain('live_x');
  const log = createMemoryLog();
  warnOfServerOnly(log, serverOnly);
  warnOfServerOnly(log, []);
  expect(log.tail()).toHaveLength(1);
  expect(JSON.stringify(log.tail())).toMatch(/YOOKASSA_SECRET_KEY.*SMTP_PASS/);
});
