import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../testing/test-app.ts';

let folder: string;
let server: TestApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prilavok-pages-'));
  await mkdir(join(folder, 'hq'));
  await mkdir(join(folder, 'manager'));
  await mkdir(join(folder, 'kiosk'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'hq/index.html'), '<title>HQ</title>');
  await writeFile(join(folder, 'manager/index.html'), await readFile('src/renderer/manager/index.html'));
  await writeFile(join(folder, 'kiosk/index.html'), '<title>Kiosk</title>');
  await writeFile(join(folder, 'assets/hq-1a2b.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  server = await createTestApp({ RENDERER_DIR: folder });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** What Chromium sends when somebody types an address. */
const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const open = (url: string, accept = HTML) => server.app.inject({ url, headers: { accept } });

test.each(['/hq', '/hq/orders', '/hq/devices?shop=1', '/hq/any/depth'])('%s is the page', async (url) => {
  const reply = await open(url);
  expect(reply.body).toBe('<title>HQ</title>');
  expect(reply.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' });
});

test('AM-30 the manager’s page is at the root, kept by nobody, and reaches under a phone’s edges', async () => {
  for (const url of ['/', '/clients', '/clients/x/step/2', '/clients?tab=mine']) {
    const reply = await open(url);
    expect(reply.statusCode).toBe(200);
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
    expect(reply.body).toContain('data-mode="manager"');
    expect(reply.body).toContain('viewport-fit=cover');
  }
  for (const url of ['/api/manager/x', '/api/manager/clients/x/step/2', '/api/x']) {
    const reply = await open(url);
    expect(reply.statusCode).toBe(404);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(reply.json()).toMatchObject({ code: 'app.not_found' });
  }
});

test("the page's own call to the same address is the resource", async () => {
  expect((await open('/hq/orders', 'application/json')).json()).toMatchObject({ code: 'auth.unauthorized' });
  expect((await open('/hq/any/depth', '*/*')).json()).toMatchObject({ code: 'app.not_found' });
  expect((await open('/auth/me')).json()).toMatchObject({ code: 'auth.unauthorized' });
});

test('AM-30 hashed files are kept for ever', async () => {
  const reply = await open('/assets/hq-1a2b.js', '*/*');
  expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(reply.headers['content-type']).toMatch(/javascript/);
});

test.each([
  '/assets/../secret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/..%2fsecret.txt',
  '/secret.txt',
  '/assets/',
  '/kiosk/index.html',
])('%s gives nothing away', async (url) => {
  const reply = await open(url);
  expect(reply.statusCode).toBeGreaterThanOrEqual(400);
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(reply.body).not.toContain('secret<');
});

test('before it is built the page says what to do', async () => {
  const bare = await createTestApp();
  const reply = await bare.app.inject({ url: '/', headers: { accept: HTML } });
  expect(reply.statusCode).toBe(503);
  expect(reply.body).toContain('npm run build');
  await bare.close();
});
