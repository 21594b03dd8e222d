import { readFileSync } from 'node:fs';
import goods from '../../src/renderer/app/i18n/ru/goods.json' with { type: 'json' };
import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import { beginWork } from './cashier-steps.ts';
import { expect, test } from './fixtures.ts';

const HEADER = 'Артикул;Штрихкод;Название;Категория;Цена;НДС';
const table = (price: string): string =>
  `\uFEFF${HEADER}\r\nC-SEAL;4600000000169;"Герметик прокладок,\r\n85 г";Уход;${price};22%\r\nZ-NEW;4600000009995;Щётка для снега;Уход;350;22%\r\n`;
const file = (price: string) => ({
  name: 'цены.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(table(price)),
});

test('a table with an error is refused where it is wrong; mended, it changes prices at the till', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('hq');
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(world.hqAdmin.email);
  await page.getByLabel(hq.sign_in.password, { exact: true }).fill(world.hqAdmin.password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').getByText(hq.nav.catalogue).click();
  await expect(page.getByText('Герметик прокладок, 85 г')).toBeVisible();
  await look(page, 'hq-catalogue-1-list');

  await page.getByRole('button', { name: goods.import.open }).click();
  await page.getByLabel(goods.import.choose).setInputFiles(file('пятьсот'));
  await look(page, 'hq-catalogue-2-file');
  await page.getByRole('button', { name: goods.import.check }).click();
  const wrong = page.getByRole('row', { name: /пятьсот/ });
  await expect(wrong).toContainText('2');
  await expect(wrong).toContainText(goods.problem.not_money);
  await look(page, 'hq-catalogue-3-errors');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: goods.errors.download }).click();
  const path = await (await downloading).path();
  expect(readFileSync(path, 'utf8')).toContain(`2;Цена;пятьсот;${goods.problem.not_money}`);

  await page.getByRole('button', { name: goods.import.another }).click();
  await page.locator('input[type=file]').setInputFiles(file('555,50'));
  await page.getByRole('button', { name: goods.import.check }).click();
  await expect(page.getByRole('row', { name: /Щётка для снега/ }).first()).toContainText(goods.one.added);
  await look(page, 'hq-catalogue-4-preview');
  await page.getByRole('button', { name: /^Применить/ }).click();
  await expect(page.getByText(goods.end.applied.text)).toBeVisible();
  await look(page, 'hq-catalogue-5-applied');
  await page.getByRole('button', { name: goods.import.done }).click();
  await expect(page.getByRole('button', { name: /Герметик прокладок/ })).toContainText('555,50');

  const till = await openScreen('cashier');
  await beginWork(till, world);
  await till.keyboard.press('F2');
  await till.keyboard.type('герм', { delay: 80 });
  await expect(till.getByRole('option', { name: /Герметик прокладок/ })).toContainText('555,50');
  await till.keyboard.press('Escape');
  // The same keys with the other layout on.
  await till.keyboard.type('otnrf', { delay: 80 });
  await expect(till.getByRole('option', { name: /Щётка для снега/ })).toContainText('350');
  await till.keyboard.press('Escape');
});

test('a price for the next midnight is seen beside the present one, and taken back', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('hq');
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(world.hqAdmin.email);
  await page.getByLabel(hq.sign_in.password, { exact: true }).fill(world.hqAdmin.password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation').getByText(hq.nav.catalogue).click();
  await page.getByRole('button', { name: /Герметик прокладок/ }).click();
  const prices = page.getByRole('region', { name: goods.prices.title });
  await prices.getByLabel(goods.prices.price).fill('600');
  await prices.getByRole('button', { name: goods.prices.plan }).click();
  await expect(prices.getByRole('listitem').first()).toContainText('600,00');
  await prices.getByText(/^История/).click();
  await look(page, 'hq-catalogue-5a-prices');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /Герметик прокладок/ })).toContainText('600,00');
  await look(page, 'hq-catalogue-5b-coming');
  await page.getByRole('button', { name: /Герметик прокладок/ }).click();
  await prices.getByRole('button', { name: /^Отменить цену/ }).click();
  await prices.getByText(/^История/).click();
  await expect(prices.getByText(goods.prices.cancelled)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /Герметик прокладок/ })).not.toContainText('600,00');
  await page.getByRole('navigation').getByText(hq.nav.devices).click();
  await page.getByLabel(hq.devices.find).fill('киоск');
  await expect(page.getByText('Киоск 1')).toBeVisible();
  await expect(page.getByText('Менеджер 1')).toBeHidden();
  await look(page, 'hq-catalogue-5c-fleet');
});

test('an item is edited by hand, on a phone too', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq', { size: { width: 390, height: 844 }, colorScheme: 'dark' });
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(world.hqAdmin.email);
  await page.getByLabel(hq.sign_in.password, { exact: true }).fill(world.hqAdmin.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
  await page.goto(`${world.serverUrl}/hq/catalogue?q=ароматизатор`);
  await look(page, 'hq-catalogue-6-phone');
  await page.getByRole('button', { name: /Ароматизатор в салон/ }).click();
  await page.getByLabel(goods.item.price_roubles, { exact: true }).fill('много');
  await page.getByRole('button', { name: goods.item.save }).click();
  await expect(page.getByText(goods.item.price_wrong)).toBeVisible();
  await look(page, 'hq-catalogue-7-item');
  await page.getByLabel(goods.item.price_roubles, { exact: true }).fill('205');
  await page.getByRole('button', { name: goods.item.save }).click();
  await expect(page.getByRole('button', { name: /Ароматизатор в салон/ })).toContainText('205,00');
});
