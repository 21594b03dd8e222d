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

test('a word to a running register: faults, paper, the tax data operator, the clock', async () => {
  const { line } = await start('--clock-offset', '60');
  const pagePort = new URL(line.url).port;
  const say = (...words: readonly string[]): unknown => {
    const { status, stdout, stderr } = run(...words);
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  expect(say('faults', pagePort)).toMatchObject({ faults: [], paper: true, clock: { offsetSeconds: 60 } });
  expect(say('fault', line.url, 'hang', '--times', '3', '--seconds', '2.5', '--method', 'report')).toMatchObject({
    faults: [{ point: 'hang', times: 3, seconds: 2.5, method: 'report' }],
  });
  expect(say('fault', pagePort, 'kill', '--when', 'after')).toMatchObject({ faults: [{}, { point: 'kill' }] });
  expect(say('clear', pagePort)).toMatchObject({ faults: [] });
  expect(say('paper', pagePort, 'out')).toMatchObject({ paper: false });
  expect(say('paper', pagePort, 'in')).toMatchObject({ paper: true });
  expect(say('ofd', pagePort, 'off')).toMatchObject({ ofdOnline: false });
  expect(say('clock', pagePort, '-7200')).toMatchObject({ clock: { offsetSeconds: -7200 } });
  const wrong = [
    [['fault', pagePort, 'flood'], 2, 'the point is "flood", allowed: before_fn_write, '],
    [['fault', pagePort, 'hang', '--times', 'x'], 2, '--times is "x", allowed: a number'],
    [['paper', pagePort, 'wet'], 2, 'paper is "wet", allowed: in, out'],
    [['faults', 'nowhere'], 2, 'the register is "nowhere", allowed: the port or the address of its page'],
    [['fault', pagePort, 'shift_expired'], 1, 'the register refuses: no shift is open'],
    [['faults', String(line.port)], 1, 'its driver has another port'],
  ] as const;
  for (const [words, status, message] of wrong) {
    expect(run(...words)).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(message) });
  }
}, 60_000);

test.each([
  [['--port', '0', '--clock-offset', 'late'], '--clock-offset is "late", allowed: seconds, as 7200 or -60'],
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
