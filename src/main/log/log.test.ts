import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '#shared/kernel/errors.ts';
import { createLog, createMemoryLog } from './log.ts';
import { openRotatingFile } from './rotating-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-log-'));
  file = join(folder, 'device.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (maxBytes = 5_000_000, files = 5) =>
  createLog({ level: 'info', now: () => 0, file: openRotatingFile(file, { maxBytes, files }) });
const bytes = () => readFileSync(file, 'utf8');

test('no secret reaches the bytes of the file, wherever it hides', () => {
  const log = open();
  const secret = 'S3CRET-VALUE';
  const http = Object.assign(new Error(`request to https://u:${secret}@host/x?token=${secret}&a=1 failed`), {
    config: { headers: { Authorization: `Bearer ${secret}` } },
    code: 'ECONNREFUSED',
  });
  log.child({ token: secret, deviceToken: secret }).info('bound', { nested: { list: [{ access_token: secret }] } });
  for (const name of [
    'password',
    'PIN',
    'newPin',
    'pinHash',
    'client-secret',
    'authorization',
    'Cookie',
    'set-cookie',
    'passportNumber',
    'otp',
    'apiKey',
    'enrolmentCode',
    'code',
    'verifier',
  ]) {
    log.info('field', { [name]: secret, deep: { [name]: { value: secret } } });
  }
  log.error('http', { error: http, header: `authorization: Bearer ${secret}` });
  log.error('cause', { error: new AppError('app.internal', 'x', { cause: http, details: { password: secret } }) });
  log.info(`a message with ?token=${secret}`);
  log.info('map', { map: new Map([['token', secret]]), buffer: Buffer.from(secret) });
  expect(bytes()).not.toContain(secret);
  expect(JSON.stringify(log.tail())).not.toContain(secret);
  expect(bytes()).toContain('ECONNREFUSED');
});

test('personal data is masked, and what only sounds like a secret is not', () => {
  const log = open();
  log.info('client', {
    email: 'ivan.petrov@example.org',
    phone: '+79001234567',
    operator: { vatin: '123456789047' },
    customerContact: 'ivan.petrov@example.org',
  });
  log.info('plain', { code: 'orders.not_found', status: 404, mapping: 'x', taskId: 't-1' });
  const [client, plain] = bytes().trim().split('\n');
  expect(JSON.parse(client ?? '')).toMatchObject({
    email: 'i•••@example.org',
    phone: '+•••••••••67',
    operator: { vatin: '1234****9047' },
    customerContact: 'i•••@example.org',
  });
  expect(JSON.parse(plain ?? '')).toMatchObject({ code: 'orders.not_found', status: 404, mapping: 'x', taskId: 't-1' });
});

test('an entry is one line of JSON whatever is put in it', () => {
  const log = open();
  const cycle: Record<string, unknown> = { text: 'line\nbreak', big: 10n, nothing: undefined };
  cycle['self'] = cycle;
  log.info('odd', { cycle, fn: () => 1, symbol: Symbol('s'), date: new Date(0), time: 'mine', level: 'mine' });
  log.info('long', { text: 'x'.repeat(100_000) });
  const lines = bytes().trim().split('\n');
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    time: '1970-01-01T00:00:00.000Z',
    level: 'info',
    cycle: { text: 'line\nbreak', big: '10', self: '[cut]' },
    date: '1970-01-01T00:00:00.000Z',
  });
  expect((lines[1] ?? '').length).toBeLessThan(5000);
});

test('lines below the level are not written, and the tail keeps the last ones', () => {
  const log = createLog({ level: 'warn', now: () => 0, tail: 3 });
  log.info('quiet');
  for (let n = 1; n <= 5; n += 1) log.warn(`loud ${n}`);
  expect(log.tail().map((entry) => entry.message)).toEqual(['loud 3', 'loud 4', 'loud 5']);
});

test('files rotate by size, the oldest goes, only the owner reads them', () => {
  const log = open(1000, 3);
  for (let n = 0; n < 100; n += 1) log.info('x'.repeat(80), { n });
  expect(readdirSync(folder).toSorted()).toEqual(['device.log', 'device.log.1', 'device.log.2']);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1000);
  expect(bytes()).toContain('"n":99');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a disk that refuses the line does not stop the caller', () => {
  const mirrored: string[] = [];
  const log = createLog({
    level: 'info',
    now: () => 0,
    file: {
      write: () => {
        throw new Error('ENOSPC');
      },
      close: () => undefined,
    },
    mirror: (line) => mirrored.push(line),
  });
  log.info('one');
  log.info('two');
  expect(mirrored.filter((line) => line.includes('cannot be written'))).toHaveLength(1);
  expect(log.tail()).toHaveLength(2);
});

test('a memory log keeps debug lines', () => {
  const log = createMemoryLog();
  log.debug('seen');
  expect(log.tail()).toHaveLength(1);
});

test('what is said before a run has a name is written after its banner', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', now: () => 0, hold: true, mirror: (line) => lines.push(line) });
  const child = log.child({ domain: 'db' });
  child.warn('early');
  expect(lines).toEqual([]);
  log.begin('device starts', { version: '1.0.0' });
  child.info('late');
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
    'device starts',
    'early',
    'late',
  ]);
});

test('what was held back is written when the log closes without a banner', () => {
  const log = createLog({
    level: 'info',
    now: () => 0,
    hold: true,
    file: openRotatingFile(file, { maxBytes: 1000, files: 2 }),
  });
  log.error('it failed before it had a name');
  log.close();
  expect(bytes()).toContain('it failed before it had a name');
});
