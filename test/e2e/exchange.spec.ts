/** The currency desk in a real browser. */
import { loginOf } from '../../scripts/demo-data.ts';
import desk from '../../src/renderer/app/i18n/ru/desk.json' with { type: 'json' };
import exchange from '../../src/renderer/app/i18n/ru/exchange.json' with { type: 'json' };
import {
  assets,
  BEHIND,
  beginAt,
  openExchange,
  openWallet,
  phone,
  phoneOf,
  request,
  salesOf,
} from './exchange-steps.ts';
import { expect, shopTest } from './sync-shop.ts';

const test = shopTest({
  deviceEnv: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(BEHIND)}` },
});

test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.beforeEach(({ shell }) => {
  test.skip(shell === 'electron', 'the shop of this spec is served by browser shells');
});

const SELL = ['sell', '--asset-id', 'bitcoin', '--quantity', '0.01'] as const;

test('AC-16 AC-24 a phone binds the desk by its code, signs it in, opens its dashboard and sells at it; a refusal and a silence sell nothing', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier');
  await beginAt(page, world);
  await openExchange(page);
  await expect(page.getByRole('heading', { name: exchange.sign_in.title })).toBeVisible();
  await page.getByRole('button', { name: exchange.pair.get }).click();
  const code = await page.getByTestId('pairing-code').innerText();
  await expect(page.getByText(exchange.listen.on)).toBeVisible();
  await look(page, 'exchange-1-pairing');
  await phone(shop, 'pair', code);
  await expect(page.getByTestId('pairing-code')).toBeHidden();
  await expect(page.getByText(`Телефон: ${loginOf(shop.access, 'cashier').name}`)).toBeVisible();
  await look(page, 'exchange-1-paired');
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
  await beginAt(page, world);
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
  await beginAt(page, world);
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

test('AC-28 a command that comes while a sale stands open waits for its end; a price that ran out sells nothing until it is asked for anew', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier', { colorScheme: 'dark' });
  await beginAt(page, world);
  await openWallet(page, shop);
  const before = await salesOf(shop);
  await assets(page).getByRole('radio', { name: 'Solana' }).check();
  await page.getByRole('radiogroup', { name: exchange.fact.source }).getByText(exchange.source.coincap).click();
  await page.getByLabel('Количество, SOL').fill('1');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: exchange.sale.title });
  await expect(dialog.getByRole('timer')).toContainText(/0:(30|2\d)/);
  await expect(dialog.getByText(exchange.source.coincap)).toBeVisible();
  const asked = phone(shop, ...SELL, '--ttl', '90');
  await expect(page.getByText(exchange.command.tag)).toBeVisible();
  await expect(request(page)).toBeHidden();
  await expect(dialog.getByText(exchange.sale.gone)).toBeVisible({ timeout: 40_000 });
  await page.keyboard.press('Control+Enter');
  await look(page, 'exchange-10-price-gone-dark');
  expect(await salesOf(shop)).toBe(before);
  await dialog.getByRole('button', { name: exchange.sale.renew }).click();
  await dialog.getByRole('button', { name: /^Продать за/ }).click();
  await expect(page.getByRole('dialog', { name: exchange.sale.sold })).toBeVisible();
  await page.getByRole('button', { name: exchange.sale.done }).click();
  expect(await salesOf(shop)).toBe(before + 1);

  const left = request(page).getByRole('timer').filter({ hasText: exchange.command.left });
  await expect(left).toContainText(/(0:\d\d|1:[012]\d)/);
  await look(page, 'exchange-11-request-dark');
  await page.keyboard.press('Control+Enter');
  expect(await asked).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await salesOf(shop)).toBe(before + 2);
});

test('a sale whose answer is lost is said to be unclear; asked after, it was made once', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier');
  await beginAt(page, world);
  await openWallet(page, shop);
  const before = await salesOf(shop);
  await assets(page).getByRole('radio', { name: 'Ethereum' }).check();
  await page.getByLabel('Количество, ETH').fill('0,1');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: exchange.sale.title });
  const sell = dialog.getByRole('button', { name: /^Продать за/ });
  await expect(sell).toBeVisible();
  const { pid } = shop.server();
  process.kill(pid, 'SIGSTOP');
  try {
    await sell.click();
    await expect(dialog.getByText(exchange.sale.unclear)).toBeVisible({ timeout: 40_000 });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await look(page, 'exchange-12-unclear');
  // What was asked arrived, and its answer had nobody to go to.
  await expect.poll(() => salesOf(shop)).toBe(before + 1);
  await dialog.getByRole('button', { name: 'Закрыть' }).first().click();
  await expect(page.getByText(exchange.sale.unclear)).toBeVisible();
  await look(page, 'exchange-13-put-off');
  await page.getByRole('button', { name: exchange.sale.look }).click();
  await dialog.getByRole('button', { name: exchange.sale.find_out }).click();
  await expect(page.getByRole('dialog', { name: exchange.sale.sold })).toBeVisible();
  expect(await salesOf(shop)).toBe(before + 1);
});

test("AC-23 another person's phone signs its owner in when the person at the desk says so, and shows nothing of who was there", async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier');
  await beginAt(page, world);
  await openWallet(page, shop);
  // Who came by his phone goes with it when another is paired; who came with a password stays until he is asked.
  await page.getByRole('button', { name: exchange.sign_out }).click();
  const { email, password } = loginOf(shop.access, 'cashier');
  await page.getByLabel(exchange.sign_in.email).fill(email);
  await page.getByLabel(exchange.sign_in.password, { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(assets(page)).toBeVisible();
  await page.getByRole('button', { name: exchange.pair.get }).click();
  await phoneOf('manager', shop, 'pair', await page.getByTestId('pairing-code').innerText());
  await expect(page.getByText(`Телефон: ${loginOf(shop.access, 'manager').name}`)).toBeVisible();
  for (const answer of ['Control+Delete', 'Control+Enter']) {
    const switching = phoneOf('manager', shop, 'login');
    await expect(request(page).getByText(email)).toBeVisible();
    if (answer === 'Control+Enter') await look(page, 'exchange-14-switch');
    await page.keyboard.press(answer);
    expect((await switching).status).toBe(answer === 'Control+Enter' ? 'ACKNOWLEDGED' : 'FAILED');
  }
  await page.getByRole('button', { name: exchange.sale.done }).click();
  await expect(page.getByText(loginOf(shop.access, 'manager').email)).toBeVisible();
  await expect(page.getByText(email)).toBeHidden();
  await expect(page.getByText(exchange.assets.empty, { exact: true })).toBeVisible();
  await look(page, 'exchange-15-another');
});
