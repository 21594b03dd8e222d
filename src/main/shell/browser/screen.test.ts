import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryLog, type DeviceLog } from '#main/log/log.ts';
import { CHROMIUM_ARGS, findChromium } from '../../../../scripts/chromium.ts';
import { until } from '../../../../scripts/processes.ts';
import { CRASH_LIMIT } from '../crash.rules.ts';
import { openScreen, type Screen } from './screen.ts';

const PAGE = `<!doctype html><title>screen</title><script>
  setInterval(async () => { if (await (await fetch('/order')).text() === 'hang') for (;;); }, 50);
</script>`;

let folder: string;
let server: Server;
let shown: number;
let order: string;
let log: DeviceLog;
let screen: Screen | undefined;
let gaveUp: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-screen-'));
  shown = 0;
  gaveUp = 0;
  order = '';
  log = createMemoryLog();
  server = createServer((request, response) => {
    if (request.url === '/order') {
      response.end(order);
      order = '';
      return;
    }
    if (request.url?.startsWith('/?') === true) shown += 1;
    response.setHeader('content-type', 'text/html').end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await screen?.close();
  screen = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

const open = (browser: string) =>
  openScreen({
    browser,
    args: [...CHROMIUM_ARGS, '--headless'],
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/?token=secret`,
    mode: 'kiosk',
    profile: join(folder, 'profile'),
    now: () => Date.now(),
    // As long as in life, a hundred times faster.
    after: (ms, work) => {
      const timer = setTimeout(work, ms / 100);
      return () => clearTimeout(timer);
    },
    log,
    giveUp: () => {
      gaveUp += 1;
    },
    limits: { beatMs: 100, hungMs: 2000 },
  });
const untilShown = (times: number) =>
  until(`the page to be shown ${times} times`, () => (shown >= times ? true : undefined), 30_000);

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly line: string;
}

function running(): Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
        return [{ pid: Number(name), parent, line }];
      } catch {
        // It ended while it was looked at.
        return [];
      }
    });
}

/** The browser of this test, known by the folder that is on its command line. */
const browsers = (): Running[] =>
  running().filter(({ line }) => line.includes(folder) && !line.includes('--type=') && !line.includes('crashpad'));

/** Processes of its pages. */
function renderers(): Running[] {
  const all = running();
  const own = new Set(browsers().map(({ pid }) => pid));
  // A page's process is begun by another that waits for it, so it is a grandchild or further down.
  for (let before = -1; before < own.size; ) {
    before = own.size;
    for (const { pid, parent } of all) if (own.has(parent)) own.add(pid);
  }
  return all.filter(({ pid, line }) => own.has(pid) && line.includes('--type=renderer'));
}

describe.runIf(process.platform === 'linux')('the screen of a browser shell', () => {
  test('a page that hangs is begun anew', async () => {
    screen = open(await findChromium());
    await untilShown(1);
    order = 'hang';
    await untilShown(2);
    expect(JSON.stringify(log.tail())).toContain('the page does not respond');
    expect(gaveUp).toBe(0);
  });

  test('a browser that is killed is begun anew, and one that is closed is not', async () => {
    screen = open(await findChromium());
    await untilShown(1);
    expect(browsers().every(({ line }) => !line.includes('secret'))).toBe(true);
    for (const { pid } of browsers()) process.kill(pid, 'SIGKILL');
    await untilShown(2);
    await screen.close();
    await until('all of it to be gone', () => (browsers().length === 0 ? true : undefined));
    expect(shown).toBe(2);
  });

  test('a page whose process is killed is begun anew', async () => {
    screen = open(await findChromium());
    await untilShown(1);
    const pages = renderers();
    expect(pages.length).toBeGreaterThan(0);
    for (const { pid } of pages) process.kill(pid, 'SIGKILL');
    await untilShown(2);
  });
});

test('a browser that cannot be started is tried again', async () => {
  screen = open(join(folder, 'none'));
  const attempts = () => log.tail().filter(({ message }) => message === 'the browser cannot be started').length;
  await until('two attempts', () => (attempts() >= 2 ? true : undefined));
  expect(gaveUp).toBe(0);
});

test('a browser that keeps dying is given up', async () => {
  screen = open('/bin/false');
  await until('it to be given up', () => (gaveUp > 0 ? true : undefined), 30_000);
  const deaths = () => log.tail().filter(({ message }) => message === 'the browser has gone').length;
  expect(deaths()).toBe(CRASH_LIMIT.count + 1);
});
