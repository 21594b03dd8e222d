import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/processes.ts';

test('the demonstration holds in every part', () => {
  const demo = spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/demo.ts'], { cwd: ROOT, encoding: 'utf8' });
  expect(demo.stdout + demo.stderr).toContain('Every part holds.');
  expect(demo.stdout.match(/✓ .*: 1 document$/gm)).toHaveLength(3);
  expect(demo.status).toBe(0);
}, 180_000);
