import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFile } from '#node/file-lock.ts';
import { seedDataDir } from './db/test-folder.ts';

const MAIN = new URL('./server.ts', import.meta.url).href;
const ROOT = join(import.meta.dirname, '..');

let dataDir: string;
let started: ChildProcess[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'prilavok-server-'));
  started = [];
});
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await rm(dataDir, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  /** The address it said on its one line. */
  readonly ready: () => Promise<string>;
}

function start(args: readonly string[], env: Record<string, string> = {}): Run {
  const code = `const { main } = await import(${JSON.stringify(MAIN)}); await main(process.argv.slice(1), process.env);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, '--', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', DATA_DIR: dataDir, ...env },
  });
  started.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const ended = once(child, 'close').then(([exit]) => exit as number | null);
  return {
    child,
    stdout: () => out,
    stderr: () => err,
    ended,
    ready: async () => {
      await expect.poll(() => out.includes('\n') || child.exitCode !== null, { timeout: 25_000 }).toBe(true);
      return (JSON.parse(out) as { url: string }).url;
    },
  };
}

test('it says where it is, once, keeps its folder to itself, and ends quietly', async () => {
  await seedDataDir(dataDir);
  const first = start([]);
  const url = await first.ready();
  expect(first.stdout()).toBe(`${JSON.stringify({ ready: true, url })}\n`);
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' });
  expect(first.stderr()).toContain('does not flush to disk');

  const second = start([]);
  expect(await second.ended).toBe(2);
  expect(second.stderr()).toMatch(/^server: .+ is in use by process \d+/);
  expect(second.stdout()).toBe('');

  const port = new URL(url).port;
  const elsewhere = await mkdtemp(join(tmpdir(), 'prilavok-server-'));
  await seedDataDir(elsewhere);
  const third = start([`--port=${port}`, `--data-dir=${elsewhere}`]);
  expect(await third.ended).toBe(2);
  expect(third.stderr()).toContain(`server: PORT: 127.0.0.1:${port} is in use by another program`);
  lockFile(join(elsewhere, 'pg')).release();
  await rm(elsewhere, { recursive: true });

  // What a browser leaves open must not hold it: a connection kept after an answer, and one that never asked.
  const kept = new Agent({ keepAlive: true });
  await once((await once(get(`${url}/healthz`, { agent: kept }), 'response'))[0].resume(), 'end');
  const silent = connect(Number(port), '127.0.0.1');
  await once(silent, 'connect');
  const asked = performance.now();
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(performance.now() - asked).toBeLessThan(5000);
  lockFile(join(dataDir, 'pg')).release();
  silent.destroy();
  kept.destroy();
}, 120_000);

test('a killed server does not lock the next one out', async () => {
  await seedDataDir(dataDir);
  const first = start([]);
  await first.ready();
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start([]);
  expect(await second.ready()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
}, 120_000);

test('a wrong setting stops it before anything opens, and says which', async () => {
  const run = start(['--port=eighty'], { AGENT_ENV: 'STAGING' });
  expect(await run.ended).toBe(2);
  expect(run.stderr()).toBe(
    'server: PORT = "eighty": must be an integer from 0 to 65535\nAGENT_ENV = "STAGING": must be one of: DEV, PROD\n',
  );
  expect(existsSync(join(dataDir, 'pg'))).toBe(false);
});

test('a database that does not answer is said in one line', async () => {
  const run = start([], { DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:9/none' });
  expect(await run.ended).toBe(2);
  expect(run.stderr()).toBe('server: the database does not answer at DATABASE_URL\n');
});
