/** Attacks on the browser shell and the server's page from inside a real browser. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

test('a page without the token is told kindly, and nothing else', async ({ page, world }) => {
  const origin = new URL(world.devices.cashier).origin;
  const answer = await page.goto(origin);
  expect(answer?.status()).toBe(403);
  await expect(page.locator('body')).not.toBeEmpty();
  for (const path of ['/cashier/', '/cashier/index.html', '/rpc', '/..%2f..%2fpackage.json']) {
    expect((await page.context().request.get(`${origin}${path}`)).status(), path).toBeGreaterThanOrEqual(400);
  }
});

test('the token leaves the address, and is a cookie no script can read', async ({ openScreen }) => {
  const page = await openScreen('cashier');
  expect(page.url()).not.toContain('token=');
  expect(await page.evaluate('document.cookie')).toBe('');
  const [cookie] = (await page.context().cookies()).filter(({ httpOnly }) => httpOnly);
  expect(cookie).toMatchObject({ sameSite: 'Strict' });
});

test('the policy of the page allows nothing inline and nothing remote', async ({ openScreen }) => {
  for (const mode of ['kiosk', 'cashier', 'manager', 'hq'] as const) {
    const page = await openScreen(mode);
    const policy = (await page.reload())?.headers()['content-security-policy'] ?? '';
    expect(policy, mode).toContain("default-src 'none'");
    expect(policy, mode).not.toContain('unsafe');
    await page.close();
  }
});

/** Tries to open the line to a core from the page as it stands. */
const dial = (page: Page, host: string): Promise<string> =>
  page.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://${address}/rpc`);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      }),
    host,
  );

test('a page of another origin cannot open the line to the core, though the browser sends it the cookie', async ({
  openScreen,
}) => {
  const till = await openScreen('cashier');
  const { host } = new URL(till.url());
  expect(await dial(till, host)).toBe('open');
  // Another port of the same machine: the same site to a cookie, another origin to us.
  const enemy = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>enemy</title>');
  });
  await once(enemy.listen(0, '127.0.0.1'), 'listening');
  try {
    const page = await till.context().newPage();
    await page.goto(`http://127.0.0.1:${(enemy.address() as AddressInfo).port}/`);
    expect(await dial(page, host)).toBe('refused');
    expect(
      await page.evaluate((address) => fetch(`http://${address}/cashier/`).then(String, () => 'refused'), host),
    ).toBe('refused');
  } finally {
    enemy.close();
  }
});
