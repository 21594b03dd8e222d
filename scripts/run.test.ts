import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './processes.ts';

/** A Node older than ours on this machine, if there is one: what a newcomer may have. */
const olderNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((file) => !file.includes('node_modules') && existsSync(file))
  .find((file) => Number.parseInt(execFileSync(file, ['-p', 'process.versions.node'], { encoding: 'utf8' }), 10) < 24);

test.runIf(olderNode !== undefined)('a Node that is too old gives one clear line, not a crash', () => {
  const run = spawnSync(olderNode ?? '', ['scripts/run.mjs', 'sync-server/server.ts'], { cwd: ROOT, encoding: 'utf8' });
  expect(run.status).toBe(2);
  expect(run.stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^Prilavok needs Node 24 or newer, this is \d+/),
  ]);
});

test('an entry that is not there is named', () => {
  const run = spawnSync(process.execPath, ['scripts/run.mjs', 'no/such.ts'], { cwd: ROOT, encoding: 'utf8' });
  expect(run.status).toBe(2);
  expect(run.stderr).toContain('"no/such.ts"');
});
