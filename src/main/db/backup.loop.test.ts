import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quietLog } from '#test/doubles/core-double.ts';
import { createBackupLoop } from './backup.loop.ts';
import { verifyBackup } from './backup.ts';
import { openDatabase } from './open.ts';
import { TEST_MIGRATIONS } from './test-db.ts';

const HOUR = 3_600_000;
let dataDir: string;
let now: number;
let isIdle: boolean;
let close: () => void;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'prilavok-backup-loop-'));
  now = Date.now();
  isIdle = true;
  const opened = await openDatabase({
    file: join(dataDir, 'device.db'),
    migrationsFolder: TEST_MIGRATIONS,
    log: quietLog,
    now: () => now,
  });
  close = () => opened.close();
});
afterEach(() => {
  close();
  rmSync(dataDir, { recursive: true, force: true });
});

const loopOf = (everyHours = 24, metrics = new Registry()) =>
  createBackupLoop({ dataDir, everyHours, keep: 2, now: () => now, isIdle: () => isIdle, log: quietLog, metrics });
const copies = (): string[] => {
  try {
    return readdirSync(join(dataDir, 'backups')).toSorted();
  } catch {
    return [];
  }
};

test('once a day, while the device works and nobody is at it, a copy is made that opens; the newest stay', async () => {
  const metrics = new Registry();
  const loop = loopOf(24, metrics);
  await loop.tick();
  expect(copies()).toEqual([]);
  now += 25 * HOUR;
  isIdle = false;
  await loop.tick();
  expect(copies()).toEqual([]);
  isIdle = true;
  for (let day = 1; day <= 3; day += 1) {
    await loop.tick();
    await loop.tick();
    expect(copies()).toHaveLength(Math.min(day, 2));
    now += 24 * HOUR;
  }
  const [newest = ''] = copies().toReversed();
  expect((await verifyBackup(join(dataDir, 'backups', newest))).madeAt).toBe(now - 24 * HOUR);
  const told = await metrics.getSingleMetricAsString('device_backup_last_success_timestamp_seconds');
  expect(told).toContain(` ${(now - 24 * HOUR) / 1000}`);
});

test('a copy of the future keeps nobody from making the right ones; half a copy does not stay', async () => {
  const ahead = join(dataDir, 'backups', 'prilavok-2036-01-01T00-00-00-000Z');
  mkdirSync(ahead, { recursive: true });
  mkdirSync(join(dataDir, 'backups', 'prilavok-2026-01-01T00-00-00-000Z.part'));
  const metrics = new Registry();
  const loop = loopOf(24, metrics);
  for (let day = 1; day <= 3; day += 1) {
    now += 25 * HOUR;
    await loop.tick();
  }
  expect(copies()).toHaveLength(3);
  expect(copies().filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(copies()).toContain('prilavok-2036-01-01T00-00-00-000Z');
  const told = await metrics.getSingleMetricAsString('device_backup_last_success_timestamp_seconds');
  expect(told).toContain(` ${now / 1000}`);
});

test('a device that begins anew counts on from its last copy; one that shall make none makes none', async () => {
  now += 25 * HOUR;
  await loopOf().tick();
  expect(copies()).toHaveLength(1);
  now += 23 * HOUR;
  await loopOf().tick();
  expect(copies()).toHaveLength(1);
  now += HOUR;
  await loopOf(0).tick();
  expect(copies()).toHaveLength(1);
  await loopOf().tick();
  expect(copies()).toHaveLength(2);
});
