/** The working hour of a partner, with the real server and a real kiosk. */
import type { Locator, Page } from '@playwright/test';
import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import manager from '../../src/renderer/app/i18n/ru/manager.json' with { type: 'json' };
import partner from '../../src/renderer/app/i18n/ru/partner.json' with { type: 'json' };
import staff from '../../src/renderer/app/i18n/ru/staff.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';
import { photoOrder, standKiosk } from './partner-steps.ts';
import type { WorldFacts } from './world.ts';

async function signIn(page: Page, { partner: { email, password } }: WorldFacts): Promise<void> {
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(email);
  await page.getByLabel(hq.sign_in.password, { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: partner.new.title })).toBeVisible();
}

const rowOf = (page: Page, number: string): Locator => page.getByRole('listitem').filter({ hasText: number });
const goTo = (page: Page, word: string) => page.getByRole('navigation').getByText(word, { exact: true }).click();
const fill = (text: string, values: Record<string, string>): string =>
  text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');

test('P-41 an order comes by itself, with its photo; one press says that it is printed, and one takes it back', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('hq');
  await signIn(page, world);
  await expect(page.getByText(hq.live.online)).toBeVisible();
  const number = await photoOrder(world, 'Мария Левина');
  const row = rowOf(page, number);
  await expect(row.getByText(partner.order.status.new)).toBeVisible();
  await expect(row.getByText('Мария Левина')).toBeVisible();
  await expect
    .poll(() =>
      row
        .locator('img')
        .evaluateAll((images) => (images as unknown as { naturalWidth: number }[])[0]?.naturalWidth ?? 0),
    )
    .toBeGreaterThan(100);
  await look(page, 'partner-1-new');
  await row.getByRole('button', { name: fill(partner.order.mark_of.printed, { number }) }).click();
  await expect(row.getByText(partner.order.status.printed)).toBeVisible();
  await row.getByRole('button', { name: fill(partner.order.mark_of.not_printed, { number }) }).click();
  await expect(row.getByText(partner.order.status.not_printed)).toBeVisible();
});

test('P-41 by the keyboard alone: a row is chosen, opened, marked, and its card closed', async ({
  openScreen,
  look,
  world,
}) => {
  const number = await photoOrder(world, 'Олег Тарасов');
  const page = await openScreen('hq', { colorScheme: 'dark' });
  await signIn(page, world);
  const row = rowOf(page, number);
  await expect(row).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(row.getByRole('button').first()).toBeFocused();
  await page.keyboard.press('0');
  await expect(row.getByText(partner.order.status.not_printed)).toBeVisible();
  await page.keyboard.press('Enter');
  const card = page.getByRole('dialog');
  await expect(card.getByText('guest@example.com')).toBeVisible();
  await expect(card.getByRole('img', { name: fill(partner.order.photo_of, { number }) })).toBeVisible();
  await look(page, 'partner-2-card-dark');
  await page.keyboard.press('1');
  await expect(card.getByText(partner.order.status.printed).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();
  // The button to press has the same word until the state has it.
  await expect(row.getByText(partner.order.status.not_printed)).toBeHidden();
  await expect(row.getByText(partner.order.status.printed)).toBeVisible();
});

test('P-42 all orders are found by name, by state and by kiosk; the address remembers what was asked', async ({
  openScreen,
  look,
  world,
}) => {
  const [first, second] = [await photoOrder(world, 'Anna Schmidt'), await photoOrder(world, 'Дана Коэн')];
  const page = await openScreen('hq');
  await signIn(page, world);
  await rowOf(page, second)
    .getByRole('button', { name: fill(partner.order.mark_of.printed, { number: second }) })
    .click();
  await expect(rowOf(page, second).getByText(partner.order.status.printed)).toBeVisible();
  await goTo(page, partner.nav.orders);
  // The page that is left shows the same order.
  await expect(page.getByRole('heading', { name: partner.orders.title })).toBeVisible();
  await expect(rowOf(page, first)).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('schmidt');
  await expect(rowOf(page, second)).toBeHidden();
  await expect(rowOf(page, first)).toBeVisible();
  await page.reload();
  await expect(rowOf(page, first)).toBeVisible();
  await expect(rowOf(page, second)).toBeHidden();
  await page.getByRole('combobox', { name: partner.order.state }).click();
  await page.getByRole('option', { name: partner.order.status.printed, exact: true }).click();
  await expect(page.getByText(partner.orders.nothing)).toBeVisible();
  await look(page, 'partner-3-nothing');
  await page.getByRole('button', { name: partner.orders.clear }).click();
  await expect(rowOf(page, first)).toBeVisible();
  await page.getByLabel(partner.orders.to).fill('2020-01-01');
  await expect(page.getByText(partner.orders.nothing)).toBeVisible();
  await page.getByLabel(partner.orders.to).fill('');
  await expect(rowOf(page, first)).toBeVisible();
  await look(page, 'partner-4-orders');
});

test('P-45 AP-13 AP-16 AP-17 a kiosk complains: its partner hears of it at once, gives a code, changes its language, clears the error', async ({
  openScreen,
  look,
  request,
  world,
}) => {
  const name = `Киоск у входа ${crypto.randomUUID().slice(0, 4)}`;
  const kiosk = await standKiosk(request, world, name);
  const page = await openScreen('hq', { size: { width: 390, height: 844 } });
  await signIn(page, world);
  await expect(page.getByText(hq.live.online)).toBeVisible();
  await kiosk.beat();
  await kiosk.complain('B2', 'Paper jam detected');
  const trouble = page.getByRole('status').filter({ hasText: name });
  await expect(trouble).toContainText('B2');
  await look(page, 'partner-5-trouble-phone');
  await trouble.getByRole('button', { name: partner.kiosks.trouble_open }).click();
  const drawer = page.getByRole('dialog', { name });
  await expect(drawer.getByText('Paper jam detected')).toBeVisible();
  await look(page, 'partner-6-kiosk-phone');
  await drawer.getByRole('button', { name: partner.kiosk.issue }).click();
  const codeDialog = page.getByRole('dialog', { name: fill(partner.code.title, { name }) });
  await expect(codeDialog.getByText(partner.code.type.error)).toBeVisible();
  const code = (await codeDialog.locator('output').textContent()) ?? '';
  expect(code).toMatch(/^\d{4}$/);
  await look(page, 'partner-7-code-phone');
  await page.keyboard.press('Escape');
  await expect(codeDialog).toBeVisible();
  await codeDialog.getByRole('button', { name: partner.code.done }).click();
  await expect(codeDialog).toBeHidden();
  expect(await kiosk.redeem(code)).toMatchObject({ ok: true });
  await drawer.getByRole('combobox', { name: partner.kiosk.language }).click();
  await page.getByRole('option', { name: partner.kiosk.language_name.he }).click();
  await expect(drawer.getByRole('combobox', { name: partner.kiosk.language })).toHaveValue(
    partner.kiosk.language_name.he,
  );
  await drawer.getByRole('button', { name: partner.kiosk.clear }).click();
  await page
    .getByRole('dialog', { name: fill(partner.clear.title, { name }) })
    .getByRole('button', { name: partner.clear.confirm, exact: true })
    .click();
  await expect(drawer.getByText(partner.kiosks.status.active)).toBeVisible();
  await expect(drawer.getByText(partner.kiosk.cleared)).toBeVisible();
  await drawer.getByRole('button', { name: partner.kiosk.turn_off }).click();
  await expect(drawer.getByText(partner.kiosks.status.inactive)).toBeVisible();
});

test('AP-08 a mark that is refused changes nothing on the screen, and signed out it shows nothing', async ({
  openScreen,
  look,
  world,
}) => {
  const number = await photoOrder(world, 'Гость без связи');
  const page = await openScreen('hq');
  await signIn(page, world);
  const row = rowOf(page, number);
  await expect(row).toBeVisible();
  await page.route('**/partner/**', (route) =>
    route.request().resourceType() === 'document' ? route.continue() : route.fulfill({ status: 429 }),
  );
  await row.getByRole('button', { name: fill(partner.order.mark_of.printed, { number }) }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(row.getByText(partner.order.status.new)).toBeVisible();
  await look(page, 'partner-8-refused');
  await page.unroute('**/partner/**');
  await page.getByRole('button', { name: /Партнёр/ }).click();
  await page.getByRole('menuitem', { name: hq.nav.sign_out }).click();
  await expect(page.getByRole('heading', { name: hq.sign_in.title })).toBeVisible();
  await expect(row).toBeHidden();
});

test('P-41 with the cable out the page says from when it is and keeps what it shows; with the cable in it catches up by itself', async ({
  openScreen,
  look,
  world,
}) => {
  const number = await photoOrder(world, 'Гость до обрыва');
  const page = await openScreen('hq');
  await signIn(page, world);
  const row = rowOf(page, number);
  await expect(row).toBeVisible();
  await expect(page.getByText(hq.live.online)).toBeVisible();
  await page.context().setOffline(true);
  const [before = '', after = ''] = partner.stale.split('{{time}}');
  const stale = page.getByText(new RegExp(`${before}\\d\\d:\\d\\d${after}`));
  await expect(stale).toBeVisible();
  await expect(page.getByText(hq.live.offline)).toBeVisible();
  const printed = row.getByRole('button', { name: fill(partner.order.mark_of.printed, { number }) });
  await printed.click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(row.getByText(partner.order.status.new)).toBeVisible();
  const meanwhile = await photoOrder(world, 'Гость во время обрыва');
  await look(page, 'partner-11-no-network');
  await page.context().setOffline(false);
  await expect(rowOf(page, meanwhile)).toBeVisible({ timeout: 20_000 });
  await expect(stale).toBeHidden();
  await expect(page.getByText(hq.live.online)).toBeVisible();
  await printed.click();
  await expect(row.getByText(partner.order.status.printed)).toBeVisible();
});

test('P-42 a manager’s desk shows the same orders, says how old they are, and changes none', async ({
  openScreen,
  look,
  world,
}) => {
  const number = await photoOrder(world, 'Гость на двух экранах');
  const page = await openScreen('manager');
  const who = page.getByText(staff.who);
  const list = page.getByRole('tablist', { name: manager.tabs });
  await expect(who.or(list)).toBeVisible();
  if (await who.isVisible()) {
    await page.getByRole('button', { name: new RegExp(world.manager.name) }).click();
    await page.keyboard.type(world.manager.pin);
    await page.keyboard.press('Enter');
  }
  await page.getByText(manager.view.partner, { exact: true }).click();
  const row = rowOf(page, number);
  await expect(row.getByText(partner.order.status.new)).toBeVisible();
  await expect(page.getByText(/По данным на/)).toBeVisible();
  await expect(page.getByRole('button', { name: fill(partner.order.mark_of.printed, { number }) })).toBeHidden();
  await look(page, 'partner-9-manager');
  await page.getByText(partner.nav.kiosks, { exact: true }).click();
  await expect(page.getByRole('button', { name: fill(partner.kiosks.details, { name: 'Киоск 1' }) })).toBeVisible();
  await look(page, 'partner-10-manager-kiosks');
});
