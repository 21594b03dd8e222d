/** Attacks on what a page can reach: other origins, other files, other windows, the machine. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import { CONTENT_SECURITY_POLICY } from '#main/shell/csp.ts';
import { failurePage } from '#main/shell/electron/failure-page.ts';
import { guardNavigation, refuseDownloads } from '#main/shell/electron/navigation.ts';
import { originOf } from '#main/shell/electron/origin.ts';
import { lockPermissions, type Permission } from '#main/shell/electron/permissions.ts';
import { answerPage, resolveInside } from '#main/shell/electron/scheme.ts';
import { MODES, type Mode } from '#shared/kernel/mode.ts';
import { contentsDouble, electronDouble, preventable } from './electron-double.ts';

const FOREIGN = [
  'https://evil.example/',
  'http://127.0.0.1:3000/',
  'prilavok://app.evil/kiosk/',
  'prilavok://app@evil/kiosk/',
  'prilavok://evil/app/',
  'prilavok-app://app/kiosk/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:https://evil.example/1',
  'about:blank',
  'not an address',
];

describe('navigation', () => {
  const setUp = () => {
    const double = electronDouble();
    guardNavigation(double.electron.app, createMemoryLog());
    const page = contentsDouble(7);
    double.app.emit('web-contents-created', {}, page.contents);
    return page;
  };

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('%s leads nowhere but home', (event) => {
    const page = setUp();
    for (const url of FOREIGN) expect(page.attempt(event, { url }), url).toBe(true);
    expect(page.attempt(event, { url: 'prilavok://app/kiosk/visit?id=1#a' })).toBe(false);
  });

  it('opens no window, not even one of our own', () => {
    const page = setUp();
    for (const url of [...FOREIGN, 'prilavok://app/kiosk/']) expect(page.open(url)).toEqual({ action: 'deny' });
  });

  it('attaches no webview', () => {
    expect(setUp().attempt('will-attach-webview', {}, {}, { src: 'prilavok://app/kiosk/' })).toBe(true);
  });

  it('downloads nothing', () => {
    const { electron, session } = electronDouble();
    refuseDownloads(electron.session.defaultSession, createMemoryLog());
    const event = preventable({});
    session.emit('will-download', event, { getMimeType: () => 'application/x-msdownload' });
    expect(event.prevented).toBe(true);
  });

  it('keeps addresses out of the log: they may carry a token', () => {
    const log = createMemoryLog();
    const { electron, app } = electronDouble();
    guardNavigation(electron.app, log);
    const page = contentsDouble(1);
    app.emit('web-contents-created', {}, page.contents);
    page.attempt('will-navigate', { url: 'https://evil.example/?token=abc' });
    expect(JSON.stringify(log.tail())).toContain('https://evil.example');
    expect(JSON.stringify(log.tail())).not.toContain('abc');
  });

  it('knows origins apart that Node calls "null"', () => {
    expect(new URL('prilavok://app/').origin).toBe(new URL('prilavok://evil/').origin);
    expect(originOf('prilavok://app/kiosk/')).toBe('prilavok://app');
    expect(originOf('prilavok://evil/')).toBe('prilavok://evil');
  });
});

describe('permissions', () => {
  const ask = (mode: Mode) => {
    const { electron, handlers } = electronDouble();
    lockPermissions(electron.session.defaultSession, mode, createMemoryLog());
    return {
      handlers,
      request: (permission: Permission, details: object = {}) => {
        let granted: boolean | undefined;
        const facts = { isMainFrame: true, requestingUrl: 'prilavok://app/kiosk/', ...details };
        handlers.request?.({} as never, permission, (answer) => (granted = answer), facts);
        return granted;
      },
      check: (permission: Permission, from = 'prilavok://app/', details: object = {}) =>
        handlers.check?.(null, permission, from, { isMainFrame: true, ...details }),
    };
  };
  const asked: readonly Permission[] = [
    ...([
      'geolocation',
      'notifications',
      'usb',
      'serial',
      'hid',
      'clipboard-read',
      'fileSystem',
      'openExternal',
    ] as const),
    ...(['fullscreen', 'pointerLock', 'keyboardLock', 'display-capture', 'local-network', 'loopback-network'] as const),
    ...(['midi', 'midiSysex', 'idle-detection', 'screen-wake-lock', 'window-management', 'unknown'] as const),
  ];

  it.each(MODES)('a %s grants nothing by default', (mode) => {
    const { request, check, handlers } = ask(mode);
    for (const permission of asked) {
      expect(request(permission), permission).toBe(false);
      expect(check(permission), permission).toBe(false);
    }
    expect(handlers.device?.({} as never)).toBe(false);
    let streams: unknown = 'unanswered';
    handlers.display?.({} as never, (answer) => (streams = answer));
    expect(streams).toBeNull();
  });

  it.each(['kiosk', 'manager'] as const)('a page of a %s has its camera, and only its camera', (mode) => {
    const { request, check } = ask(mode);
    expect(request('media', { mediaTypes: ['video'] })).toBe(true);
    expect(check('media', 'prilavok://app/', { mediaType: 'video' })).toBe(true);

    expect(request('media', { mediaTypes: ['audio'] })).toBe(false);
    expect(request('media', { mediaTypes: ['video', 'audio'] })).toBe(false);
    expect(request('media', { mediaTypes: [] })).toBe(false);
    expect(request('media')).toBe(false);
    expect(request('display-capture', { mediaTypes: ['video'] })).toBe(false);
    expect(request('media', { mediaTypes: ['video'], isMainFrame: false })).toBe(false);
    expect(request('media', { mediaTypes: ['video'], requestingUrl: 'prilavok://app.evil/' })).toBe(false);
    expect(check('media', 'https://evil.example/', { mediaType: 'video' })).toBe(false);
    expect(check('media', 'prilavok://app/', { mediaType: 'unknown' })).toBe(false);
  });

  it('a till has no camera', () => {
    const { request, check } = ask('cashier');
    expect(request('media', { mediaTypes: ['video'] })).toBe(false);
    expect(check('media', 'prilavok://app/', { mediaType: 'video' })).toBe(false);
  });
});

describe('the scheme', () => {
  let root = '';
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'prilavok-pages-'));
    root = join(folder, 'renderer');
    mkdirSync(join(root, 'kiosk'), { recursive: true });
    mkdirSync(join(root, 'assets'));
    mkdirSync(join(root, 'manager'));
    writeFileSync(join(root, 'manager', 'index.html'), '<!doctype html><title>manager</title>');
    mkdirSync(`${root}-secret`);
    writeFileSync(join(root, 'kiosk', 'index.html'), '<!doctype html><title>kiosk</title>');
    writeFileSync(join(root, 'assets', 'main.js'), 'export {};');
    writeFileSync(join(root, 'assets', 'main.js.map'), '{}');
    writeFileSync(join(`${root}-secret`, 'key.json'), '"secret"');
    writeFileSync(join(folder, 'key.json'), '"secret"');
  });
  afterAll(() => rmSync(join(root, '..'), { recursive: true }));

  const get = (url: string, method = 'GET') =>
    answerPage(
      { url, method },
      { mode: 'kiosk', root, failurePage: () => undefined, blobs: () => undefined, log: createMemoryLog() },
    );

  it('serves a page, its routes and its files, under the policy', async () => {
    for (const url of ['prilavok://app/kiosk/', 'prilavok://app/kiosk', 'prilavok://app/kiosk/visit/12?x=1']) {
      const page = await get(url);
      expect(await page.text()).toContain('<title>kiosk');
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await get('prilavok://app/assets/main.js')).headers.get('content-type')).toContain('text/javascript');
  });

  it.each([
    'prilavok://app/../key.json',
    'prilavok://app/%2e%2e/key.json',
    'prilavok://app/..%2fkey.json',
    'prilavok://app/assets/..%2f..%2fkey.json',
    'prilavok://app/..%2frenderer-secret%2fkey.json',
    'prilavok://app/%252e%252e%252fkey.json',
    'prilavok://app/..%5ckey.json',
    'prilavok://app//etc/hosts.json',
    'prilavok://app/assets/main.js%00.json',
    'prilavok://app/%ff.json',
    'prilavok://app/assets/main.js.map',
    'prilavok://app/assets/',
    'prilavok://app/',
    'prilavok://app/hq/',
    'prilavok://app/manager/',
    'prilavok://app/manager/index.html',
    'prilavok://app/kiosk/../manager/',
    'prilavok://app/assets/../index.html',
    'prilavok://app/constructor',
    'prilavok://app/failure',
    'prilavok://evil/kiosk/',
    'file:///kiosk/index.html',
  ])('answers 404 to %s, with no body', async (url) => {
    const answer = await get(url);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
  });

  it('shows a failure under a policy that allows its one style and nothing else', async () => {
    const page = failurePage(new Error('/srv/secret'), '1.0.0<script>');
    const server = {
      mode: 'kiosk' as const,
      root,
      failurePage: () => page,
      blobs: () => undefined,
      log: createMemoryLog(),
    };
    const answer = await answerPage({ url: 'prilavok://app/failure', method: 'GET' }, server);
    const text = await answer.text();
    expect(text).not.toMatch(/<script|secret/);
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(style).toContain('body {');
    expect(answer.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
  });

  it('takes GET only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await get('prilavok://app/kiosk/', method)).status).toBe(405);
    }
  });

  it('compares folders with the separator on', () => {
    expect(resolveInside('/srv/pages', 'prilavok://app/a.js')).toBe('/srv/pages/a.js');
    expect(resolveInside('/srv/pages', 'prilavok://app/..%2fpages-of-another%2fa.js')).toBeUndefined();
    expect(resolveInside('/srv/pages', 'prilavok://app/')).toBeUndefined();
  });
});

it('the policy is what we agreed', () => {
  expect(CONTENT_SECURITY_POLICY).toMatchInlineSnapshot(
    `"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; media-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'"`,
  );
});
