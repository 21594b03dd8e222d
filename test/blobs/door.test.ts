/** Files as pages meet them, in both shells: on their own origin, behind the same door. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BlobDoor, createBlobDoor } from '#main/blobs/blob-door.ts';
import { createBlobs } from '#main/blobs/blobs.service.ts';
import { createMemoryLog } from '#main/log/log.ts';
import { createRouter, type Procedures } from '#main/rpc/router.ts';
import { type BrowserShell, startBrowserShell } from '#main/shell/browser/browser-shell.ts';
import { answerPage } from '#main/shell/electron/scheme.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { createTestCore } from '#test/doubles/core-double.ts';
import { idOf, photo } from './blob-world.ts';

const TOKEN = 'a1'.repeat(32);
const bytes = photo(2 * 1024 * 1024 + 5);

let folder: string;
let shell: BrowserShell;
let origin: string;
let signedIn: boolean;
let mode: Mode;
let door: BlobDoor;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-door-'));
  signedIn = true;
  mode = 'cashier';
  const log = createMemoryLog();
  const blobs = createBlobs(createTestCore(), {
    folder: join(folder, 'blobs'),
    bytesPerSecond: 0,
    cacheBytes: 1024 ** 3,
    serverUrl: () => undefined,
    token: () => Promise.resolve(undefined),
    hasUnsent: () => false,
    epoch: () => null,
    countedMs: () => 1,
    random: () => 0.5,
  });
  door = createBlobDoor(
    blobs,
    {
      take: (_visit, body) => blobs.put('photo', body, { isHeld: true }),
      takeOfAppliance: (_id, body) => blobs.put('photo', body),
      takeOfPassport: (_id, body) => blobs.put('photo', body),
    },
    log,
    () => 'r',
  );
  shell = await startBrowserShell({
    mode,
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    pagesFolder: folder,
    dataDir: folder,
    router: createRouter({} as unknown as Procedures, { log, newRef: () => 'r' }),
    contextFor: (connectionId) => ({ mode, connectionId, signedIn: () => signedIn }),
    metrics: new Registry(),
    log,
    newRef: () => 'r',
    blobs: door,
  });
  origin = `http://127.0.0.1:${shell.port}`;
});
afterEach(async () => {
  await shell.close();
  await rm(folder, { recursive: true, force: true });
});

const cookie = () => `prilavok_${shell.port}=${TOKEN}`;
const inBrowser = (path: string, init: RequestInit = {}, headers: Record<string, string> = {}) =>
  fetch(`${origin}${path}`, { ...init, headers: { cookie: cookie(), origin, ...headers } });
const inElectron = (path: string, init: RequestInit = {}) =>
  answerPage(new Request(`prilavok://app${path}`, { ...init, ...(init.body ? { duplex: 'half' } : {}) }), {
    mode,
    root: folder,
    failurePage: () => undefined,
    blobs: () => (request) => door(request, { mode, signedIn: () => signedIn }),
    log: createMemoryLog(),
  });

describe.each([
  ['browser', inBrowser],
  ['Electron', inElectron],
] as const)('%s', (_, call) => {
  const give = (body: Buffer<ArrayBuffer> = Buffer.from(bytes), kind = 'photo') =>
    call(`/blobs?kind=${kind}`, { method: 'PUT', body });

  test('a page gives a photo and shows it', async () => {
    const given = await give();
    expect(given.status).toBe(201);
    const id = idOf(bytes);
    expect(await given.json()).toMatchObject({ id, state: 'local', url: `/blobs/${id}`, size: bytes.length });
    const shown = await call(`/blobs/${id}`);
    expect(shown.status).toBe(200);
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(bytes);
    expect(shown.headers.get('content-type')).toBe('image/jpeg');
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
    expect(shown.headers.get('content-security-policy')).toContain('sandbox');
  });

  test('what is no photo is refused with its code', async () => {
    const refused = await give(Buffer.from('<!doctype html><script>alert(1)</script>'));
    expect(refused.status).toBe(415);
    expect(await refused.json()).toMatchObject({ code: 'blobs.type_refused' });
    expect((await give(undefined, 'film')).status).toBe(400);
    expect((await call('/blobs', { method: 'PUT' })).status).toBe(400);
  });

  test('without anybody signed in there are no files, but at a kiosk there is nobody to sign in', async () => {
    signedIn = false;
    expect(await (await give()).json()).toMatchObject({ code: 'staff.not_signed_in' });
    expect((await call(`/blobs/${idOf(bytes)}`)).status).toBe(401);
    mode = 'kiosk';
    // Its visitor gives the picture of a visit, and fills the disk with nothing else.
    expect((await give()).status).toBe(400);
    const visit = '&visit=PHT-000000001-AAAAAAAA';
    expect((await call(`/blobs?kind=document${visit}`, { method: 'PUT', body: Buffer.from(bytes) })).status).toBe(400);
    const given = await call(`/blobs?kind=photo${visit}`, { method: 'PUT', body: Buffer.from(bytes) });
    expect(given.status).toBe(201);
    const shown = await call(`/blobs/${idOf(bytes)}`);
    expect(shown.headers.get('cache-control')).toBe('no-store');
    await shown.arrayBuffer();
  });

  test.each(['/blobs', '/blobs/', '/blobs/abc', `/blobs/${'A'.repeat(64)}`, '/blobs/..%2f..%2fdevice.db', '/blobsx'])(
    '%s is no file',
    async (path) => {
      expect((await call(path)).status).toBe(404);
    },
  );

  test('a file that is nowhere says so, and one whose server is away says that', async () => {
    expect(await (await call(`/blobs/${idOf(photo(10))}`)).json()).toMatchObject({ code: 'device.not_enrolled' });
  });
});

test('the browser shell asks for the cookie and for our own origin', async () => {
  const put = { method: 'PUT', body: Buffer.from(bytes) };
  expect((await inBrowser('/blobs?kind=photo', put, { cookie: '' })).status).toBe(401);
  expect((await inBrowser('/blobs?kind=photo', put, { origin: 'http://evil.example' })).status).toBe(403);
  const bare = await fetch(`${origin}/blobs?kind=photo`, { ...put, headers: { cookie: cookie() } });
  expect(bare.status).toBe(403);
  expect((await inBrowser(`/blobs/${idOf(bytes)}`, {}, { cookie: '' })).status).toBe(401);
});

test('more than any file may have is refused on its way', async () => {
  const answer = await inBrowser('/blobs?kind=photo', { method: 'PUT', body: Buffer.alloc(21 * 1024 * 1024, 1) }).catch(
    () => undefined,
  );
  // The line may be cut before the answer is read; nothing is kept either way.
  expect([undefined, 413]).toContain(answer?.status);
});
