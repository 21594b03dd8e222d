import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDeviceLog } from './device-log.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'prilavok-log-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const open = () => {
  const log = openDeviceLog({ dataDir, level: 'info', now: () => Date.UTC(2026, 10, 21) });
  log.begin('device starts');
  return log;
};

test('AF-25 of 600 events a screen gets the last 500, over a restart too, with neither token nor full INN', () => {
  const log = open();
  for (let n = 1; n <= 600; n += 1) log.info('event', { n, vatin: '123456789047', agentToken: 'T0KEN-VALUE' });
  const numbers = (entries: readonly { readonly [field: string]: unknown }[]) => entries.map(({ n }) => n);
  expect(numbers(log.tail())).toEqual(Array.from({ length: 500 }, (_, index) => index + 101));
  log.close();
  const bytes = readFileSync(join(dataDir, 'device.log'), 'utf8');
  expect(bytes).toContain('1234****9047');
  expect(bytes).not.toContain('123456789047');
  expect(bytes).not.toContain('T0KEN-VALUE');
  const again = open();
  expect(again.tail()).toHaveLength(500);
  expect(numbers(again.tail()).slice(-3)).toEqual([599, 600, undefined]);
  again.close();
});

// 28 MB through one file at a time: long on a busy disk.
test('AF-25 the file turns at 5 MB, and five are kept', { timeout: 120_000 }, () => {
  const log = open();
  const fields = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`field${index}`, 'x'.repeat(400)]));
  for (let n = 0; n < 7000; n += 1) log.info('event', fields);
  log.close();
  const files = readdirSync(dataDir).toSorted();
  expect(files).toEqual(['device.log', 'device.log.1', 'device.log.2', 'device.log.3', 'device.log.4']);
  for (const file of files) expect(statSync(join(dataDir, file)).size).toBeLessThanOrEqual(5_000_000);
});

test('a line cut short by a power cut is left out of what a screen gets', () => {
  writeFileSync(
    join(dataDir, 'device.log'),
    '{"time":"2026-11-21T00:00:00.000Z","level":"info","message":"whole"}\n{"time":',
  );
  const log = open();
  expect(log.tail().map(({ message }) => message)).toEqual(['whole', 'device starts']);
  log.close();
});
