import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { until } from '../../scripts/processes.ts';
import common from '../../src/renderer/app/i18n/ru/common.json' with { type: 'json' };
import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import sync from '../../src/renderer/app/i18n/ru/sync.json' with { type: 'json' };
import { beginWork, nextBuyer, sellForCard } from './cashier-steps.ts';
import { ask, cancelElsewhere, expect, OTHER_TILL, openHq, test } from './sync-shop.ts';

test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.beforeEach(({ shell }) => {
  test.skip(shell === 'electron', 'the shop of this spec is served by browser shells');
});

const badge = (page: Page) => page.getByRole('banner').getByRole('button', { name: sync.badge.open });

/** One item, to the closed receipt. */
async function sell(page: Page): Promise<void> {
  await sellForCard(page);
  await nextBuyer(page);
}

test('AU-01 the server is away: the badge says since when, the sale waits in words and in a file; it is back: nothing waits', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  await expect(badge(page)).toContainText(common.sync.online);
  await shop.stopServer();
  await sell(page);
  await expect(badge(page)).toHaveText(/^Нет связи с сервером с \d\d:\d\d • \d+ в очереди/);
  await look(page, 'sync-1-offline');

  await badge(page).click();
  await expect(page.getByRole('heading', { name: sync.title })).toBeVisible();
  const rows = page.getByRole('main').getByRole('listitem');
  await expect(rows.filter({ hasText: /^Заказ C-\d+/ })).toHaveCount(1);
  await expect(rows.filter({ hasText: new RegExp(`^${sync.change.payment.settle} C-`) })).toHaveCount(1);
  await expect(rows.filter({ hasText: /^Чек C-\d+ • напечатан/ })).toHaveCount(1);
  await page.getByRole('button', { name: sync.save }).click();
  const path = await page.getByRole('main').locator('code').innerText();
  await look(page, 'sync-2-waiting');
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; name?: string });
  expect(lines[0]).toMatchObject({ kind: 'header', format: 'prilavok-backlog', mode: 'cashier' });
  expect(lines.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['order.place', 'payment.settle', 'fiscal.report']),
  );

  await page.getByRole('button', { name: sync.try_now }).click();
  await expect(page.getByRole('button', { name: sync.try_now })).toBeEnabled();
  await expect(rows.first()).toBeVisible();
  await shop.startServer();
  await page.getByRole('button', { name: sync.try_now }).click();
  await expect(page.getByText(sync.waiting.empty)).toBeVisible();
  await expect(badge(page)).toContainText(common.sync.online);
  await look(page, 'sync-3-empty');
  const told = (await (await openHq(world))('/hq/orders')) as { orders: { order: { status: string } }[] };
  expect(told.orders.map(({ order }) => order.status)).toEqual(['paid']);
});

test('AU-03 money for an order that was called off elsewhere: the till reads of it, headquarters settles it', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('cashier', { colorScheme: 'dark' });
  await beginWork(page, world);
  await shop.stopServer();
  await sell(page);
  const [sale] = await ask(world.devices.cashier, (rpc) => rpc.orders.recent({ limit: 1 }));
  if (sale === undefined) throw new Error('the sale is not on the till');
  const { pid } = world.processes.cashier;
  process.kill(pid, 'SIGSTOP');
  try {
    await shop.startServer();
    await cancelElsewhere(world, sale.order);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await until('the till to be answered', async () =>
    (await ask(world.devices.cashier, (rpc) => rpc.sync.tryNow())).unsent === 0 ? true : undefined,
  );
  await expect(badge(page)).toHaveText(/^1 требует внимания/);
  await badge(page).click();
  const letter = page.getByRole('main').getByRole('listitem').filter({ hasText: sale.order.number });
  await expect(letter).toContainText(sync.anomaly.payment_without_order);
  await expect(letter.getByRole('button', { name: sync.letters.retry })).toBeHidden();
  await look(page, 'sync-4-letter-dark');
  await letter.getByRole('button', { name: sync.letters.dismiss }).click();
  await expect(page.getByText(sync.letters.empty.unread)).toBeVisible();
  await page.getByText(sync.show.read, { exact: true }).click();
  await expect(letter).toContainText(world.cashier.name);
  await look(page, 'sync-5-read-dark');

  const office = await openScreen('hq');
  await office.getByRole('textbox', { name: hq.sign_in.email }).fill(world.hqAdmin.email);
  await office.getByLabel(hq.sign_in.password, { exact: true }).fill(world.hqAdmin.password);
  await office.keyboard.press('Enter');
  const place = office.getByRole('navigation').getByText(hq.nav.sync);
  await place.click();
  await expect(office.getByRole('navigation').getByLabel('2 случая синхронизации ждут разбора')).toBeVisible();
  const cases = office.getByRole('button').filter({ hasText: sync.hq.kind.anomaly });
  await expect(cases).toContainText(sale.order.number);
  await expect(office.getByRole('button').filter({ hasText: sync.hq.kind.refused })).toContainText('Касса 9');
  await look(office, 'sync-6-hq');
  await cases.click();
  const drawer = office.getByRole('dialog');
  await drawer.getByRole('button', { name: sync.hq.settle.act }).click();
  await expect(drawer.getByText(sync.hq.settle.wrong)).toBeVisible();
  await drawer.getByLabel(sync.hq.settle.note).fill('деньги вернули покупателю');
  await look(office, 'sync-7-hq-case');
  await drawer.getByRole('button', { name: sync.hq.settle.act }).click();
  await expect(drawer).toBeHidden();
  await expect(cases).toHaveCount(0);
  const which = office.getByRole('radiogroup', { name: sync.hq.which, exact: true });
  await which.getByText(sync.hq.state.settled, { exact: true }).click();
  await expect(cases).toHaveCount(1);
});

test('AU-05 a revoked till keeps what it has and shows nothing else', async ({ openScreen, look, world }) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  await badge(page).click();
  await expect(page.getByRole('heading', { name: sync.title })).toBeVisible();
  await look(page, 'sync-8-till');
  const call = await openHq(world);
  const { devices } = (await call('/hq/devices')) as { devices: { id: string; mode: string; name: string }[] };
  const till = devices.find(({ mode, name }) => mode === 'cashier' && name !== OTHER_TILL);
  await call(`/hq/devices/${till?.id}/revoke`, {});
  await ask(world.devices.cashier, (rpc) => rpc.sync.tryNow());
  await expect(page.getByRole('alert')).toContainText(sync.revoked.title);
  await expect(page.getByRole('banner')).toBeHidden();
  await look(page, 'sync-9-revoked');
});
