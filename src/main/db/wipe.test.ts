import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import { markForWipe, wipeIfMarked } from './wipe.ts';

const OURS = ['device.db', 'device.db-wal', 'device.db.corrupt-1', 'secrets.json', 'secrets.key', 'secrets.safe.json'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-wipe-'));
  for (const name of [...OURS, 'device.log', 'letter.txt']) writeFileSync(join(folder, name), 'a guest');
  for (const name of ['blobs', 'backups', 'unsent', 'exports', 'photos of the owner']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file'), 'a guest');
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a start erases all that is ours, once it was said, and nothing else', () => {
  const before = readdirSync(folder);
  expect(wipeIfMarked(folder, createMemoryLog())).toBe(false);
  expect(readdirSync(folder)).toEqual(before);
  markForWipe(folder);
  expect(wipeIfMarked(folder, createMemoryLog())).toBe(true);
  expect(readdirSync(folder).toSorted()).toEqual(['device.log', 'letter.txt', 'photos of the owner']);
  expect(wipeIfMarked(folder, createMemoryLog())).toBe(false);
});

test('an erasure that was cut off goes on: the mark goes last', () => {
  markForWipe(folder);
  rmSync(join(folder, 'device.db'));
  wipeIfMarked(folder, createMemoryLog());
  expect(existsSync(join(folder, 'secrets.json'))).toBe(false);
  expect(existsSync(join(folder, 'wipe'))).toBe(false);
});
