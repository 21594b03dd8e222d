import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startService } from './processes.ts';

test('a service that became ready in time outlives the time that it was given for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-processes-'));
  const timeoutMs = 5000;
  const started = Date.now();
  const register = await startService({
    name: 'register',
    args: ['emulators/kkt/cli.ts', '--port', '0', '--state', join(folder, 'kkt.json')],
    timeoutMs,
  });
  await delay(started + timeoutMs + 500 - Date.now());
  expect((await fetch(`${register.ready.url}/state`)).status).toBe(200);
  await register.stop();
  rmSync(folder, { recursive: true });
}, 30_000);

test('one that does not become ready is ended, and what it said last is told', async () => {
  const late = startService({ name: 'late', args: ['emulators/kkt/cli.ts', '--help'], timeoutMs: 8000 });
  await expect(late).rejects.toThrow('late ended with code 0 before it was ready');
});
