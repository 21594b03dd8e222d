/** I19 with real processes: a device is killed at any moment, again and again, and what it took reaches the server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBlobWorld, idOf, readStored } from './blob-world.ts';
import { startCuttingProxy } from './cutting-proxy.ts';

const ROOT = join(import.meta.dirname, '../..');
const KILLS = 4;
const GIFTS = 3;
const BYTES = 2_500_000;

test('I19 a device that is killed at any chunk sends what it took, from where it was', async () => {
  const world = await createBlobWorld();
  const proxy = await startCuttingProxy(world.url);
  const folder = await mkdtemp(join(tmpdir(), 'prilavok-blob-kills-'));
  const { token } = await world.device();
  const taken: string[] = [];
  let child: ChildProcess | undefined;
  const life = (gifts: number) => {
    const args = ['scripts/run.mjs', 'test/blobs/device-process.ts', folder, proxy.url, token, `${gifts}`, `${BYTES}`];
    const started = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    const lines = createInterface({ input: started.stdout });
    return { started, lines, exited: once(started, 'exit') };
  };
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { started, lines, exited } = life(GIFTS);
      lines.on('line', (id) => taken.push(id));
      await once(lines, 'line');
      // From here on the death may find it taking a file, or sending one.
      await pause(kill * 150);
      started.kill('SIGKILL');
      await exited;
    }
    const { lines, exited } = life(0);
    let last = '';
    lines.on('line', (line) => {
      last = line;
    });
    await exited;
    expect(last).toBe('drained');
    const whole = taken.filter((line) => line !== 'drained');
    expect(whole.length).toBeGreaterThanOrEqual(KILLS);
    for (const id of whole) expect(idOf(await readStored(world, id))).toBe(id);
    // Every life costs what was on its way when it ended (two files at once), never what had arrived.
    expect(proxy.sent()).toBeLessThan((whole.length + 2) * BYTES + KILLS * 2 * 1_100_000);
  } finally {
    child?.kill('SIGKILL');
    await proxy.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
