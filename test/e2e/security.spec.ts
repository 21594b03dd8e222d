/** Attacks on the browser shell and the server's page from inside a real browser. */
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

test('another origin cannot open the line to the core', async ({ browser, world }) => {
  const context = await browser.newContext();
  const enemy = await context.newPage();
  await enemy.goto(world.tapes.cashier);
  const host = new URL(world.devices.cashier).host;
  const opened = await enemy.evaluate(
    (address) =>
      new Promise<string>((resolve) => {
        let socket: WebSocket;
        try {
          socket = new WebSocket(`ws://${address}/rpc`);
        } catch (error) {
          resolve(`refused: ${String(error)}`);
          return;
        }
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      }),
    host,
  );
  expect(opened).toContain('refused');
  await context.close();
});
