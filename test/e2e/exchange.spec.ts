/** The currency desk in a real browser, and a phone that is a script of plain HTTP. */
import { execFile } from 'node:child_process';
import type { Page } from '@playwright/test';
import { loginOf } from '../../scripts/demo-data.ts';
import { ROOT } from '../../scripts/processes.ts';
import type { World } from '../../scripts/world.ts';
import desk from '../../src/renderer/app/i18n/ru/desk.json' with { type: 'json' };
import exchange from '../../src/renderer/app/i18n/ru/exchange.json' with { type: 'json' };
import { beginWork } from './cashier-steps.ts';
import { expect, shopTest } from './sync-shop.ts';

const test = shopTest();

test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.beforeEach(({ shell }) => {
  test.skip(shell === 'electron', 'the shop of this spec is served by browser shells');
});

interface Outcome {
  readonly status?: string;
  readonly fail_reason?: string | null;
  readonly transaction_id?: string | null;
}

/** One run of `npm run phone`: what became of it, as it prints it. */
function phone({ serverUrl, access }: World, ...command: string[]): Promise<Outcome> {
  const { email, password } = loginOf(access, 'cashier');
  const args = ['scripts/run.mjs', 'scripts/phone.ts', ...command, '--server', serverUrl, '--email', email];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: ROOT, env: { ...process.env, PHONE_PASSWORD: password } },
      (error, stdout, stderr) => {
        if (stdout === '') reject(error ?? new Error(stderr));
        else resolve(JSON.parse(stdout) as Outcome);
      },
    );
  });
}

/** How many sales the server knows of. */
async function salesOf({ serverUrl, access }: World): Promise<number> {
  const { email, password } = loginOf(access, 'cashier');
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ email, password });
  const signedIn = await fetch(`${serverUrl}/auth/login`, { method: 'POST', headers, body });
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  const answer = await fetch(`${serverUrl}/crypto/transactions`, { headers: { authorization: `Bearer ${token}` } });
  const transactions = (await answer.json()) as readonly { tx_type: string }[];
  return transactions.filter(({ tx_type }) => tx_type === 'SELL').length;
}

const openExchange = async (page: Page): Promise<void> => {
  await page.keyboard.press('F5');
  await page.getByRole('navigation', { name: desk.title }).getByRole('button', { name: desk.section.exchange }).click();
};
/** The desk with its owner signed in by the phone, whatever an earlier test left. */
async function openWallet(page: Page, shop: World): Promise<void> {
  await openExchange(page);
  const asks = page.getByRole('heading', { name: exchange.sign_in.title });
  await expect(asks.or(assets(page))).toBeVisible();
  if (await asks.isHidden()) return;
  await page.getByRole('button', { name: exchange.pair.get }).click();
  await phone(shop, 'pair', await page.getByTestId('pairing-code').innerText());
  expect(await phone(shop, 'login')).toMatchObject({ status: 'ACKNOWLEDGED' });
  await expect(assets(page)).toBeVisible();
}
const request = (page: Page) => page.getByRole('dialog', { name: exchange.command.title });
const assets = (page: Page) => page.getByRole('group', { name: exchange.assets.legend });
const SELL = ['sell', '--asset-id', 'bitcoin', '--quantity', '0.01'] as const;

test('AC-16 AC-24 a phone binds the desk by its code, signs it in, opens its dashboard and sells at it; a refusal and a silence sell nothing', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  await openExchange(page);
  await expect(page.getByRole('heading', { name: exchange.sign_in.title })).toBeVisible();
  await page.getByRole('button', { name: exchange.pair.get }).click();
  const code = await page.getByTestId('pairing-code').innerText();
  await expect(page.getByText(exchange.listen.on)).toBeVisible();
  await look(page, 'exchange-1-pairing');
  await phone(shop, 'pair', code);
  expect(await phone(shop, 'dashboard')).toMatchObject({ status: 'FAILED', fail_reason: 'NOT_AUTHENTICATED' });

  expect(await phone(shop, 'login')).toMatchObject({ status: 'ACKNOWLEDGED' });
  await expect(page.getByText(loginOf(shop.access, 'cashier').email)).toBeVisible();
  await expect(assets(page).getByRole('radio', { name: 'Bitcoin' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('navigation', { name: desk.title })).toBeHidden();
  expect(await phone(shop, 'dashboard')).toMatchObject({ status: 'ACKNOWLEDGED' });
  await expect(page.getByRole('heading', { name: exchange.title, exact: true })).toBeVisible();
  await look(page, 'exchange-2-dashboard');

  const before = await salesOf(shop);
  const sold = phone(shop, ...SELL);
  await expect(request(page).getByText(exchange.action.EXECUTE_DESKTOP_SELL)).toBeVisible();
  // What a scanner ends with answers nothing.
  await page.keyboard.press('Enter');
  await expect(request(page).getByText(exchange.command.left)).toBeVisible();
  await look(page, 'exchange-3-request');
  await page.keyboard.press('Control+Enter');
  await expect(request(page).getByText(/^Продано 0,01 BTC/)).toBeVisible();
  const done = await sold;
  expect(done.status).toBe('ACKNOWLEDGED');
  expect(done.transaction_id).toEqual(expect.any(String));
  await page.getByRole('button', { name: exchange.sale.done }).click();

  const rejected = phone(shop, ...SELL);
  await expect(request(page)).toBeVisible();
  await page.keyboard.press('Control+Delete');
  expect(await rejected).toMatchObject({ status: 'FAILED', fail_reason: 'USER_REJECTED', transaction_id: null });
  await expect(request(page)).toBeHidden();

  const silence = phone(shop, ...SELL, '--ttl', '6');
  await expect(request(page)).toBeVisible();
  expect(await silence).toMatchObject({ status: 'EXPIRED', transaction_id: null });
  await expect(request(page)).toBeHidden();
  expect(await salesOf(shop)).toBe(before + 1);
  await page.getByText(exchange.tab.commands, { exact: true }).click();
  await expect(page.getByText(exchange.reason.USER_REJECTED)).toBeVisible();
  await look(page, 'exchange-4-commands');
});

test('AC-13 a double click on the word that sells is one sale, which the history shows; a form that a phone fills in is another', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier', { colorScheme: 'dark' });
  await beginWork(page, world);
  await openWallet(page, shop);
  const before = await salesOf(shop);
  await assets(page).getByRole('radio', { name: 'Ethereum' }).check();
  await page.getByLabel('Количество, ETH').fill('100');
  await expect(page.getByText(/^Доступно только/)).toBeVisible();
  await page.getByLabel('Количество, ETH').fill('0,25');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: exchange.sale.title });
  await expect(dialog.getByRole('timer')).toContainText(exchange.sale.holds);
  await look(page, 'exchange-5-preview-dark');
  await dialog.getByRole('button', { name: /^Продать за/ }).dblclick();
  await expect(page.getByRole('dialog', { name: exchange.sale.sold })).toBeVisible();
  await look(page, 'exchange-6-sold-dark');
  await page.getByRole('button', { name: exchange.sale.done }).click();
  expect(await salesOf(shop)).toBe(before + 1);
  await page.getByText(exchange.tab.history, { exact: true }).click();
  await expect(page.getByRole('listitem').filter({ hasText: '0,25 ETH' })).toHaveCount(1);

  const suggested = phone(shop, 'request', '--asset-id', 'solana', '--quantity', '2');
  await expect(request(page).getByText(exchange.action.REQUEST_DESKTOP_SELL)).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByLabel('Количество, SOL')).toHaveValue('2');
  await look(page, 'exchange-9-suggested-dark');
  await page.getByRole('button', { name: exchange.sell.preview }).click();
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('dialog', { name: exchange.sale.sold })).toBeVisible();
  expect(await suggested).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await salesOf(shop)).toBe(before + 2);
});

test('a sale under the limit is not asked about, visibly; without the server the wallet and its history are read as of then, and nothing is sold', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  await openWallet(page, shop);
  const auto = page.getByRole('switch', { name: /^Без вопроса до/ });
  await auto.click();
  await expect(auto).toBeChecked();
  expect(await phone(shop, 'sell', '--asset-id', 'tether', '--amount-usd', '5')).toMatchObject({
    status: 'ACKNOWLEDGED',
  });
  await look(page, 'exchange-7-auto');
  await auto.click();
  await expect(auto).not.toBeChecked();
  await page.getByText(exchange.tab.history, { exact: true }).click();
  const sale = page.getByRole('listitem').filter({ hasText: 'USDT' });
  await expect(sale.first()).toBeVisible();

  await shop.stopServer();
  await expect(page.getByText(exchange.sell.offline)).toBeVisible();
  await expect(page.getByText(/^Сервер не отвечает\. Показано на/).first()).toBeVisible();
  await expect(sale.first()).toBeVisible();
  await page.getByText(exchange.sell.by.all, { exact: true }).click();
  await expect(page.getByRole('button', { name: exchange.sell.preview })).toBeDisabled();
  await look(page, 'exchange-8-offline');

  await shop.startServer();
  await expect(page.getByText(exchange.sell.offline)).toBeHidden({ timeout: 40_000 });
  await expect(page.getByRole('button', { name: exchange.sell.preview })).toBeEnabled();
  await page.getByRole('button', { name: exchange.sign_out }).click();
  await expect(page.getByRole('heading', { name: exchange.sign_in.title })).toBeVisible();
});
