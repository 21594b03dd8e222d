import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../scripts/processes.ts';

describe.each([
  ['with the tools of this machine', {}],
  ['without a C compiler', { CC: '/nonexistent' }],
])('the demonstration, %s', (_name, env) => {
  test('holds in every part', () => {
    const demo = spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/demo.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    expect(demo.stdout + demo.stderr).toContain('Every part holds.');
    expect(demo.stdout.match(/✓ .*: 1 document$/gm)).toHaveLength(3);
    expect(demo.stdout.match(/^ +registers are reached over TCP, without libfptr10/gm) ?? []).toHaveLength(
      'CC' in env ? 1 : 0,
    );
    expect(demo.status).toBe(0);
  }, 180_000);
});
