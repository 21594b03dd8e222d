import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const CLI = [join(import.meta.dirname, '../../scripts/run.mjs'), join(import.meta.dirname, 'cli.ts')];
let folder: string;
let state: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-cli-'));
  state = join(folder, 'kkt.json');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Ready {
  readonly child: ChildProcess;
  readonly line: { readonly ready: boolean; readonly url: string; readonly port: number };
}

async function start(...args: readonly string[]): Promise<Ready> {
  const child = spawn(process.execPath, [...CLI, '--port', '0', '--state', state, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, line: JSON.parse(line) as Ready['line'] };
}

const run = (...args: readonly string[]) => spawnSync(process.execPath, [...CLI, ...args], { encoding: 'utf8' });

test('says once that it is ready, and stops when asked', async () => {
  const { child, line } = await start('--version', '10.10.6.3');
  expect(line).toEqual({
    ready: true,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    port: expect.any(Number),
  });
  expect(await (await fetch(`${line.url}/state`)).json()).toMatchObject({ version: '10.10.6.3', lastDocument: 0 });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('makes the folder of a state file, and says when it cannot', async () => {
  const inside = join(folder, 'a/b/kkt.json');
  expect((await start('--state', inside)).line.ready).toBe(true);
  writeFileSync(join(folder, 'file'), '');
  const under = run('--port', '0', '--state', join(folder, 'file/kkt.json'));
  expect(under).toMatchObject({ status: 2, stderr: expect.stringContaining('cannot be made') });
});

test('one register to a state file, and a killed one leaves it free', async () => {
  const { child, line } = await start();
  const second = run('--port', '0', '--state', state);
  expect(second).toMatchObject({ status: 2, stderr: expect.stringContaining('in use by another register') });
  await fetch(`${line.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"point":"kill"}',
  });
  if (child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  expect((await start()).line.ready).toBe(true);
});

test.each([
  [['--port', '70000'], '--port is "70000", allowed: 0 to 65535'],
  [['--port', '5555', '--page-port', 'x'], '--page-port is "x", allowed: 0 to 65535'],
  [['--port', '0', '--version', 'new'], '--version is "new", allowed: four numbers'],
  [['--port', '0', '--fn-serial', '12'], '--fn-serial is "12", allowed: 16 digits'],
  [['--port', '0', '--time-zone', 'Mars'], '--time-zone is "Mars", allowed: an IANA zone'],
  [['--colour'], "Unknown option '--colour'"],
])('refuses %j with one line and code 2', (args, message) => {
  const { status, stdout, stderr } = run('--state', state, ...args);
  expect(stderr).toContain(message);
  expect({ status, stdout, lines: stderr.trim().split('\n').length }).toEqual({ status: 2, stdout: '', lines: 1 });
});

test('refuses a missing or foreign state file and a taken port the same way', async () => {
  expect(run('--port', '0')).toMatchObject({ status: 2, stderr: expect.stringContaining('--state is missing') });
  const { line } = await start();
  const other = join(folder, 'other.json');
  const taken = run('--port', String(line.port), '--page-port', '0', '--state', other);
  expect(taken).toMatchObject({ status: 2, stderr: expect.stringContaining('EADDRINUSE') });
  writeFileSync(other, 'not ours');
  expect(run('--port', '0', '--state', other)).toMatchObject({ status: 2, stderr: expect.stringContaining(other) });
});
