import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectDevice } from '#cli/device-client.ts';

const ROOT = join(import.meta.dirname, '../..');
const ready = /^\{"ready":true,/;

let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-device-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly url: string;
  readonly stdout: string[];
}

/** Starts the device as a person would; `url` once it is ready, or what it said when it ended instead. */
function launch(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'src/main/headless.ts', '--data-dir', folder, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const stdout: string[] = [];
  const stderr: string[] = [];
  const ended = Promise.all([once(child, 'exit'), once(child.stdout, 'close'), once(child.stderr, 'close')]).then(
    ([[code]]) => ({ code: code as number | null, stdout, stderr: stderr.join('\n') }),
  );
  createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
  const started = new Promise<Run>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout.push(line);
      if (ready.test(line)) resolve({ child, stdout, url: (JSON.parse(line) as { url: string }).url });
    });
    void ended.then((end) => reject(new Error(`it ended with ${end.code}: ${end.stderr}`)));
  });
  // Whoever expects it to end does not look at the start.
  started.catch(() => undefined);
  return { started, ended };
}
const start = (args: readonly string[] = [], env?: NodeJS.ProcessEnv): Promise<Run> =>
  launch(['--port', '0', ...args], env).started;
const fails = (args: readonly string[], env?: NodeJS.ProcessEnv) => launch(args, env).ended;

describe('a device in a process of its own', () => {
  test('says one line when it is ready, answers its screens, and ends at SIGTERM with its data closed', async () => {
    const { started, ended } = launch(
      '--port 0 --mode cashier --environment DEV --support-contact +78005553535'.split(' '),
    );
    const { url, stdout, child } = await started;
    expect(JSON.parse(stdout[0] ?? '')).toEqual({ ready: true, url, mode: 'cashier' });
    const screen = await connectDevice(url);
    const info = await screen.rpc.device.info();
    expect(info).toMatchObject({ mode: 'cashier', environment: 'DEV', supportContact: '+78005553535' });
    expect(info.sync.state).toBe('not_enrolled');
    expect(await screen.rpc.staff.list()).toEqual([]);
    await expect(screen.rpc.visits.current()).rejects.toMatchObject({ code: 'auth.forbidden', defined: true });
    await expect(screen.rpc.shift.xReport({})).rejects.toMatchObject({ code: 'staff.not_signed_in' });
    expect(await (await fetch(new URL('/metrics', url))).text()).toContain('prilavok_db_integrity 1');
    screen.close();
    child.kill('SIGTERM');
    const end = await ended;
    expect(end.code).toBe(0);
    expect(stdout).toHaveLength(1);
    expect(() => statSync(join(folder, 'shell.json'))).toThrow('ENOENT');
    expect(() => statSync(join(folder, 'device.db-wal'))).toThrow('ENOENT');
    const [banner, ...rest] = readFileSync(join(folder, 'device.log'), 'utf8').trim().split('\n');
    expect(JSON.parse(banner ?? '')).toMatchObject({ message: 'device starts', mode: 'cashier', schema: 1 });
    expect(JSON.parse(rest.at(-1) ?? '')).toMatchObject({ message: 'device stopped' });
    expect(readFileSync(join(folder, 'device.log'), 'utf8')).not.toContain(new URL(url).searchParams.get('token'));
  });

  test('comes up again after its plug was pulled', async () => {
    const { child } = await start();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { url } = await start();
    const screen = await connectDevice(url);
    expect(await screen.rpc.device.info()).toMatchObject({ mode: 'kiosk' });
    screen.close();
  });

  test('a second one in its folder is refused with one clear line, and the first goes on', async () => {
    const { url, child } = await start();
    const second = await fails(['--port', '0']);
    expect(second).toMatchObject({ code: 2, stdout: [] });
    expect(second.stderr.split('\n').at(-1)).toContain(`is in use by process ${child.pid}`);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
  });
});

describe('what a person has to change ends it with code 2', () => {
  const lastLine = (text: string) => text.split('\n').at(-1);

  test.each([
    [['--mode', 'till'], 'mode is "till" (command line --mode); allowed: kiosk, cashier, manager'],
    [['--enrol', 'ABCD-2345', '--port', '0'], '--enrol needs --server'],
    [['--enrol', 'nonsense', '--server', 'http://127.0.0.1:9', '--port', '0'], '--enrol must be 8 letters and digits'],
    [
      ['--enrol', 'ABCD-2345', '--server', 'http://127.0.0.1:9', '--port', '0'],
      'http://127.0.0.1:9 cannot be reached: ECONNREFUSED',
    ],
  ])('%j', async (args, said) => {
    const end = await fails(args);
    expect(end).toMatchObject({ code: 2, stdout: [] });
    expect(lastLine(end.stderr)).toContain(said);
  });

  test('an unknown flag, with what there is', async () => {
    const end = await fails(['--prot', '1']);
    expect(end.code).toBe(2);
    expect(end.stderr).toContain("Unknown option '--prot'");
    expect(end.stderr).toContain('Usage:');
  });

  test('settings are checked before anything is opened', async () => {
    const data = join(folder, 'untouched');
    const end = await fails(['--data-dir', data, '--port', 'x']);
    expect(end.code).toBe(2);
    expect(() => statSync(data)).toThrow('ENOENT');
  });

  test('a database of another program stays as it is', async () => {
    const other = new Database(join(folder, 'device.db'));
    other.exec('CREATE TABLE bookmarks (url TEXT)');
    other.close();
    const end = await fails(['--port', '0']);
    expect(end.code).toBe(2);
    expect(lastLine(end.stderr)).toContain('is a database of another program; it was left as it is');
    expect(readFileSync(join(folder, 'device.log'), 'utf8')).toContain('device could not start');
  });

  test('a folder that cannot be', async () => {
    writeFileSync(join(folder, 'file'), '');
    const end = await fails(['--data-dir', join(folder, 'file', 'below')]);
    expect(end.code).toBe(2);
    expect(lastLine(end.stderr)).toContain('which cannot be written');
  });

  test('a port that is taken', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const end = await fails(['--port', port]);
    other.close();
    expect(end.code).toBe(2);
    expect(lastLine(end.stderr)).toBe(
      `port ${port} of 127.0.0.1 is taken by another program: choose another by --port`,
    );
  });
});

test('a damaged file is set aside and the device starts afresh', async () => {
  writeFileSync(join(folder, 'device.db'), 'This was a database once. '.repeat(1000));
  const { url } = await start();
  const screen = await connectDevice(url);
  expect(await screen.rpc.device.info()).toMatchObject({ sync: { state: 'not_enrolled' } });
  screen.close();
  const lines = readFileSync(join(folder, 'device.log'), 'utf8').trim().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'device starts' });
  expect(lines.some((line) => line.includes('database is damaged and was set aside'))).toBe(true);
});
