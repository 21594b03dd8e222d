import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import axios from 'axios';
import { Counter, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { devicesProcedures } from '#main/domains/devices/devices.procedures.ts';
import { createDevices } from '#main/domains/devices/devices.service.ts';
import { createMemoryLog, type DeviceLog } from '#main/log/log.ts';
import { createRouter, type Procedures } from '#main/rpc/router.ts';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { type BrowserShell, startBrowserShell } from './browser-shell.ts';
import { fileFor } from './pages.ts';
import { MAX_FRAME_BYTES } from './rpc-socket.ts';

const TOKEN = 'a1'.repeat(32);

let folder: string;
let core: TestCore;
let log: DeviceLog;
let shell: BrowserShell;
let origin: string;
let host: string;
let sockets: WebSocket[];

const start = async (port = 0, screens = true): Promise<BrowserShell> => {
  const devices = createDevices(
    { ...core, log },
    {
      version: '1.0.0',
      platform: 'test',
      environment: 'DEV',
      serverUrl: undefined,
      supportContact: undefined,
      http: axios.create(),
    },
  );
  // Only the device's own procedures: the others are not what is tried here.
  const procedures = { device: devicesProcedures(devices, core.changes, () => []) } as unknown as Procedures;
  const metrics = new Registry();
  new Counter({ name: 'tried_total', help: 'x', registers: [metrics] }).inc();
  return startBrowserShell({
    mode: 'kiosk',
    host: '127.0.0.1',
    port,
    token: TOKEN,
    ...(screens ? { pagesFolder: join(folder, 'pages') } : {}),
    dataDir: folder,
    router: createRouter(procedures, { log, newRef: () => 'r' }),
    contextFor: (connectionId) => ({ mode: 'kiosk', connectionId, signedIn: () => false }),
    metrics,
    log,
    newRef: () => 'r',
  });
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prilavok-shell-'));
  for (const page of ['kiosk', 'cashier', 'hq', 'assets']) mkdirSync(join(folder, 'pages', page), { recursive: true });
  for (const page of ['kiosk', 'cashier', 'hq'])
    writeFileSync(join(folder, 'pages', page, 'index.html'), `<h1>${page}`);
  writeFileSync(join(folder, 'pages/assets/main-abc.js'), 'export {};');
  writeFileSync(join(folder, 'pages/.env'), 'hidden');
  writeFileSync(join(folder, 'secret.txt'), 'outside');
  core = createTestCore();
  log = createMemoryLog();
  sockets = [];
  shell = await start();
  host = `127.0.0.1:${shell.port}`;
  origin = `http://${host}`;
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await shell.close();
  rmSync(folder, { recursive: true, force: true });
});

const cookie = () => `prilavok_${shell.port}=${TOKEN}`;

/** A request as it goes over the wire: `fetch` would tidy the path and refuse to set the Host. */
const raw = async (lines: readonly string[]): Promise<{ status: number; head: string; body: string }> => {
  const socket = connect(shell.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  const [head = '', ...body] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body: body.join('\r\n\r\n') };
};
const get = (path: string, headers: readonly string[] = []) =>
  raw([`GET ${path} HTTP/1.1`, ...(headers.some((h) => h.startsWith('Host:')) ? [] : [`Host: ${host}`]), ...headers]);
const signedIn = (path: string) => get(path, [`Cookie: ${cookie()}`]);

describe('pages', () => {
  test('the printed address sets a cookie and leads to the page without the token', async () => {
    const entered = await fetch(shell.url, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    expect(entered.headers.get('location')).toBe('/kiosk/');
    expect(entered.headers.get('set-cookie')).toBe(`${cookie()}; HttpOnly; SameSite=Strict; Path=/`);
    expect(entered.headers.get('referrer-policy')).toBe('no-referrer');
    const page = await fetch(`${origin}/kiosk/`, { headers: { cookie: cookie() } });
    expect(await page.text()).toBe('<h1>kiosk');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect((await signedIn('/')).head).toContain('location: /kiosk/');
  });

  test('the policy is on every answer, and no other site may read any', async () => {
    expect((await get('/')).head).toMatch(/content-security-policy: default-src 'none'; style-src 'sha256-/);
    for (const answer of [await signedIn('/kiosk/'), await signedIn('/nothing'), await get('/metrics')]) {
      expect(answer.head).toContain("content-security-policy: default-src 'none'; script-src 'self'");
      expect(answer.head).toContain('x-content-type-options: nosniff');
      expect(answer.head.toLowerCase()).not.toContain('access-control-');
    }
  });

  test('assets may be kept, routes of the page are the page', async () => {
    const asset = await signedIn('/assets/main-abc.js');
    expect(asset).toMatchObject({ status: 200, body: 'export {};' });
    expect(asset.head).toMatch(/cache-control: private, max-age=31536000, immutable/i);
    expect((await signedIn('/kiosk/pay/42')).body).toBe('<h1>kiosk');
  });

  test('without the cookie there is a friendly refusal, whatever the path', async () => {
    for (const path of ['/', '/kiosk/', '/assets/main-abc.js', '/no/such']) {
      const answer = await get(path);
      expect(answer.status, path).toBe(403);
      expect(answer.body).toContain('Нужен адрес с ключом');
    }
  });

  test.each([
    ['a wrong token', `/?token=${'b'.repeat(64)}`, []],
    ['an empty token', '/?token=', []],
    ['a token that begins right', `/?token=${TOKEN.slice(0, -1)}`, []],
    ['a cookie of another port', '/kiosk/', [`Cookie: prilavok_1=${TOKEN}`]],
    ['a cookie whose name only ends right', '/kiosk/', [`Cookie: xprilavok_PORT=${TOKEN}`]],
    ['a token of the right length in the cookie', '/kiosk/', [`Cookie: prilavok_PORT=${'c'.repeat(64)}`]],
    ['two tokens', `/?token=x&token=${TOKEN}`, []],
  ])('%s does not open', async (_, path, headers) => {
    const answer = await get(
      path,
      headers.map((header) => header.replace('PORT', String(shell.port))),
    );
    expect(answer.status).toBe(403);
    expect(answer.head.toLowerCase()).not.toContain('set-cookie');
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%252e%252e/secret.txt',
    '/assets//../../secret.txt',
    '/kiosk/../../secret.txt',
    '/assets/%00main-abc.js',
    '/assets/main-abc.js%00.html',
    '/.env',
    '/assets/',
    '/cashier/',
    '/hq/index.html',
    '/%zz',
  ])('%s serves no file', async (path) => {
    const answer = await signedIn(path);
    expect(answer.status).toBeGreaterThanOrEqual(300);
    expect(answer.body).not.toMatch(/outside|hidden|<h1>(cashier|hq)/);
    expect(answer.body).not.toContain(folder);
  });

  test('only assets and the routes of its own mode name files', () => {
    expect(fileFor('kiosk', '/assets/a-1.js')).toBe('assets/a-1.js');
    expect(fileFor('kiosk', '/kiosk')).toBe('kiosk/index.html');
    expect(fileFor('kiosk', '/kiosk/index.html')).toBeUndefined();
    expect(fileFor('kiosk', '/cashier/')).toBeUndefined();
    expect(fileFor('kiosk', '/assets/a b.js')).toBeUndefined();
  });
});

describe('who may speak', () => {
  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '127.0.0.1:PORT.evil.example',
    '',
  ])('host %j is refused even with the cookie (DNS rebinding)', async (name) => {
    const answer = await get('/kiosk/', [`Host: ${name.replace('PORT', String(shell.port))}`, `Cookie: ${cookie()}`]);
    expect([400, 403]).toContain(answer.status);
    expect(answer.body).not.toContain('<h1>kiosk');
  });

  test.each([
    'http://evil.example',
    'null',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:1',
    'http://127.0.0.1:PORT.evil.example',
  ])('origin %s is refused even with the cookie', async (name) => {
    const claimed = name.replace('PORT', String(shell.port));
    const answer = await get('/kiosk/', [`Origin: ${claimed}`, `Cookie: ${cookie()}`]);
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain('<h1>kiosk');
    await expect(open({ origin: claimed })).rejects.toThrow('403');
  });

  test('localhost is our own name too', async () => {
    const answer = await get('/kiosk/', [`Host: localhost:${shell.port}`, `Cookie: prilavok_${shell.port}=${TOKEN}`]);
    expect(answer.body).toBe('<h1>kiosk');
  });

  test('metrics are for programs of this machine', async () => {
    expect((await get('/metrics')).body).toContain('tried_total 1');
    expect((await get('/metrics', ['Host: evil.example'])).body).not.toContain('tried_total');
  });

  test('methods that nothing answers, and bodies that are too large, leave as problems', async () => {
    const posted = await fetch(`${origin}/kiosk/`, {
      method: 'POST',
      body: '{}',
      headers: { cookie: cookie(), 'content-type': 'application/json' },
    });
    expect(posted.status).toBe(404);
    expect(await posted.json()).toMatchObject({ code: 'app.not_found', ref: 'r' });
  });
});

/** A page's line to the core. */
async function open(
  given: { origin?: string; cookie?: string; path?: string; host?: string } = {},
): Promise<WebSocket> {
  const headers: Record<string, string> = { cookie: given.cookie ?? cookie() };
  if (given.host !== undefined) headers['host'] = given.host;
  if (given.origin !== '') headers['origin'] = given.origin ?? origin;
  const socket = new WebSocket(`ws://${host}${given.path ?? '/rpc'}`, { headers });
  sockets.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}
const clientOf = (socket: WebSocket): DeviceClient =>
  createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));

describe('the line to the core', () => {
  test('calls go through it, and changes come back', async () => {
    const client = clientOf(await open());
    expect(await client.device.info()).toMatchObject({ mode: 'kiosk', version: '1.0.0' });
    const aborter = new AbortController();
    const changes = await client.device.changes(undefined, { signal: aborter.signal });
    const next = changes.next();
    // The subscription begins when the stream is first read; repeat until it is there.
    const telling = setInterval(() => core.changes.emit({ collection: 'orders', ids: ['a'] }), 5);
    expect(await next).toMatchObject({ value: { collection: 'orders', ids: ['a'] } });
    clearInterval(telling);
    aborter.abort();
  });

  test.each([
    ['no cookie', { cookie: '' }],
    ['a wrong cookie', { cookie: `prilavok_0=${TOKEN}` }],
    ['no origin', { origin: '' }],
    ['another host', { host: 'evil.example' }],
    ['another path', { path: '/rpc/' }],
    ['the token in the address instead', { cookie: '', path: `/rpc?token=${TOKEN}` }],
  ])('%s: the upgrade is refused', async (_, given) => {
    await expect(open(given)).rejects.toThrow('403');
  });

  test.each([
    ['constructor'],
    ['__proto__'],
    ['device', 'constructor'],
    ['device', 'info', 'constructor'],
    ['device', 'nothing'],
    ['toString'],
  ])('there is no procedure %s %s %s', async (...path) => {
    const link = new RPCLink({ websocket: (await open()) as unknown as globalThis.WebSocket });
    await expect(link.call(path, undefined, { context: {} })).rejects.toMatchObject({ status: 404 });
  });

  test('a frame that is no call closes the line and nothing else', async () => {
    for (const frame of ['{', '[]', '"text"', 'null', '{"i":1}', randomBytes(64)]) {
      const socket = await open();
      socket.send(frame);
      const outcome = await Promise.race([
        once(socket, 'close').then(([code]) => `closed ${String(code)}`),
        once(socket, 'message').then(([data]) => `answered ${String(data)}`),
      ]);
      expect([frame, outcome]).toEqual([frame, 'closed 1003']);
    }
    expect(await clientOf(await open()).device.info()).toMatchObject({ mode: 'kiosk' });
  });

  test('a frame above the limit closes the line with 1009', async () => {
    const socket = await open();
    socket.send('x'.repeat(MAX_FRAME_BYTES + 1));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });

  test('a device that stops ends its lines', async () => {
    const socket = await open();
    const closed = once(socket, 'close');
    await shell.close();
    await closed;
    shell = await start();
  });
});

describe('the token', () => {
  test('stands in a file that only the owner reads, and goes with the shell', async () => {
    const file = join(folder, 'shell.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url: shell.url, mode: 'kiosk', pid: process.pid });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await shell.close();
    expect(existsSync(file)).toBe(false);
    shell = await start();
  });

  test('is never logged, on good ways or bad', async () => {
    await fetch(shell.url, { redirect: 'manual' });
    await fetch(shell.url, { method: 'POST' });
    await get(`/%zz?token=${TOKEN}`);
    await get(`/nothing?token=${TOKEN}`, [`Cookie: ${cookie()}`]);
    await get(`/?token=${TOKEN}`, ['Host: evil.example']);
    await open({ path: `/rpc?token=${TOKEN}` }).catch(() => undefined);
    await open({ origin: `http://x/?token=${TOKEN}` }).catch(() => undefined);
    expect(log.tail().length).toBeGreaterThan(3);
    expect(JSON.stringify(log.tail())).not.toContain(TOKEN);
  });
});

test('a port that is taken is said in one line', async () => {
  await expect(start(shell.port)).rejects.toMatchObject({
    code: 'app.unavailable',
    message: `port ${shell.port} of 127.0.0.1 is taken by another program: choose another by --port`,
  });
});

test('where the screens are elsewhere there is no page, no socket and no note, but there are metrics', async () => {
  await shell.close();
  shell = await start(0, false);
  host = `127.0.0.1:${shell.port}`;
  origin = `http://${host}`;
  expect(existsSync(join(folder, 'shell.json'))).toBe(false);
  expect((await get(`/?token=${TOKEN}`)).status).toBe(404);
  expect((await signedIn('/kiosk/')).status).toBe(404);
  await expect(open()).rejects.toThrow('404');
  expect((await get('/metrics')).body).toContain('tried_total 1');
});
