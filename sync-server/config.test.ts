import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const read = (file: object, env: Record<string, string> = {}, argv: readonly string[] = []) =>
  readConfig({ file: { ...file }, env, argv });

test('nothing said is a server on loopback with an embedded database', () => {
  expect(read({})).toMatchObject({ PORT: 8000, HOST: '127.0.0.1', AGENT_ENV: 'DEV', SESSION_IDLE_MIN: 120 });
  expect(read({}).DATABASE_URL).toBeUndefined();
});

test('the command line is above the environment, and that is above the file', () => {
  expect(read({ PORT: 1 }).PORT).toBe(1);
  expect(read({ PORT: 1 }, { PORT: '2' }).PORT).toBe(2);
  expect(read({ PORT: 1 }, { PORT: '2' }, ['--port=3']).PORT).toBe(3);
  expect(read({ PORT: 1 }, { PORT: '' }).PORT).toBe(1);
});

test('lists and flags are read from text', () => {
  expect(read({}, { ALLOWED_ORIGINS: 'https://a.example, https://b.example', TRUST_PROXY: 'true' })).toMatchObject({
    ALLOWED_ORIGINS: ['https://a.example', 'https://b.example'],
    TRUST_PROXY: true,
  });
});

test.each([
  [{ PORT: '70000' }, 'PORT = "70000": must be 0 to 65535'],
  [{ PORT: 'x' }, 'PORT = "x": must be an integer from 0 to 65535'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL = "loud": must be one of: trace, debug, info, warn, error, fatal, silent'],
  [{ TRUST_PROXY: 'yes' }, 'TRUST_PROXY = "yes": must be true, false, or addresses and networks, comma separated'],
  [
    { DATABASE_URL: 'mysql://root:hidden@db' },
    'DATABASE_URL = (hidden): must look like postgres://user:password@host:5432/name',
  ],
  [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN = (hidden): must have at least 16 characters'],
])('%o is refused by name, value and what is allowed', (env, said) => {
  expect(() => read({}, env)).toThrow(expect.objectContaining({ code: 'config.invalid', message: said }));
});

test('a key that there is not is refused, in the file and on the command line', () => {
  expect(() => read({ PROT: 1 })).toThrow(/^PROT: there is no such setting; allowed: PORT, HOST/);
  expect(() => read({}, {}, ['--prot=1'])).toThrow(/Unknown option '--prot'[^]*allowed: --port --host/);
});

test('PROD seals passports with a key of its own, and signs tokens with no secret of an example', () => {
  const prod = { AGENT_ENV: 'PROD', PAYMENT_PROVIDER: 'none' };
  const key = 'a key of our own for passports';
  const refused = (env: Record<string, string>) => expect(() => read({}, { ...prod, ...env }));
  refused({}).toThrow('PASSPORT_KEY: must be a secret of your own in PROD');
  const own = { PASSPORT_KEY: key, CONTRACT_SIGNATURE_SECRET: 'a secret of our own for contracts' };
  refused({ PASSPORT_KEY: key }).toThrow('CONTRACT_SIGNATURE_SECRET: must be a secret of your own in PROD');
  refused({ ...own, MANAGER_JWT_SECRET: 'change_me_manager_secret' }).toThrow(
    'MANAGER_JWT_SECRET: must be a secret of your own in PROD',
  );
  refused({ ...own, MANAGER_JWT_SECRET: 'a secret of our own' }).not.toThrow();
});
