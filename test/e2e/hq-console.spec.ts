import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { ROOT } from '../../scripts/processes.ts';
import words from '../../src/renderer/app/i18n/ru/console.json' with { type: 'json' };
import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import staff from '../../src/renderer/app/i18n/ru/staff.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';
import { readMailbox } from './mailbox.ts';
import { sellAtCashier } from './till-sale.ts';
import type { WorldFacts } from './world.ts';

async function signIn(page: Page, who: { readonly email: string; readonly password: string }): Promise<void> {
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(who.email);
  await page.getByLabel(hq.sign_in.password, { exact: true }).fill(who.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
}
const goTo = (page: Page, { serverUrl }: WorldFacts, path: string) => page.goto(`${serverUrl}/hq/${path}`);

test('a device is asked from its card, obeys by the live line, and comes back from a restart', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('hq');
  await signIn(page, world.hqAdmin);
  await goTo(page, world, 'devices');
  await page.getByRole('button', { name: words.device.open.replace('{{name}}', 'Менеджер 1') }).click();
  const card = page.getByRole('dialog');
  await expect(card.getByText(words.command.none)).toBeVisible();
  await card.getByRole('button', { name: words.command.kind.refresh_prices }).click();
  const first = card.getByRole('listitem').first();
  await expect(first.getByText(words.command.state.done)).toBeVisible({ timeout: 20_000 });
  await card.getByRole('button', { name: words.command.kind.log_bundle }).click();
  const download = card.getByRole('link', { name: words.command.download });
  await expect(download).toBeVisible({ timeout: 20_000 });
  const saved = page.waitForEvent('download');
  await download.click();
  expect((await saved).suggestedFilename()).toMatch(/^device-log-.*\.jsonl\.gz$/);
  await card.getByRole('button', { name: words.command.kind.restart }).click();
  await expect(card.getByText(/вернулось с версией/)).toBeVisible({ timeout: 40_000 });
  await look(page, 'hq-console-1-device');
  // At the same address as before: whoever stands in front of it has a page of it open.
  const desk = await openScreen('manager');
  await expect(desk.getByText(staff.who)).toBeVisible();
});

test('an invited person chooses a password by the link, signs in, and is out once blocked', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('hq');
  await signIn(page, world.hqAdmin);
  await goTo(page, world, 'users');
  const email = `new-${Date.now()}@prilavok.example`;
  await page.getByRole('button', { name: words.users.invite }).click();
  await page.getByRole('textbox', { name: words.users.name }).fill('Ольга Новая');
  await page.getByRole('dialog').getByRole('textbox', { name: hq.sign_in.email }).fill(email);
  await page.getByRole('checkbox', { name: hq.role.hq_admin }).check();
  await look(page, 'hq-console-2-invite');
  await page.getByRole('button', { name: words.users.invite_submit, exact: true }).click();
  const link = await page.getByRole('status').filter({ hasText: '/hq/invitation#' }).innerText();
  await look(page, 'hq-console-3-link');
  await page.keyboard.press('Escape');

  const guest = await openScreen('hq');
  await guest.goto(link);
  // A change of what stands behind `#` alone loads nothing.
  await guest.reload();
  await guest.getByLabel(words.password.new, { exact: true }).fill('another horse battery');
  await guest.getByLabel(words.password.again, { exact: true }).fill('another horse battery');
  await look(guest, 'hq-console-4-password');
  await guest.getByRole('button', { name: words.password.submit }).click();
  await guest.getByRole('button', { name: hq.sign_in.submit }).click();
  await signIn(guest, { email, password: 'another horse battery' });

  await expect(page.getByText(email)).toBeVisible();
  await look(page, 'hq-console-5-people');
  await page.getByRole('button', { name: hq.devices.actions.replace('{{name}}', 'Ольга Новая') }).click();
  await page.getByRole('menuitem', { name: words.users.block }).click();
  await expect(page.getByText(words.users.state.blocked).first()).toBeVisible();
  await expect(guest.getByRole('heading', { name: hq.sign_in.title })).toBeVisible({ timeout: 20_000 });
});

test('a day of each shop side by side, and the day before', async ({ openScreen, look, world }) => {
  await sellAtCashier(world);
  const page = await openScreen('hq', { colorScheme: 'dark' });
  await signIn(page, world.hqAdmin);
  await goTo(page, world, 'reconciliation');
  await expect(page.getByRole('heading', { name: 'Автомаркет на Лесной' })).toBeVisible();
  await expect(page.getByLabel(words.reconciliation.day, { exact: true })).toBeVisible();
  await look(page, 'hq-console-6-day-dark');
  await page.getByRole('button', { name: words.reconciliation.before }).click();
  await expect(page.getByText(words.reconciliation.empty)).toBeVisible();
});

test('the audit is found by its kind and proves to be whole', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq');
  await signIn(page, world.hqAdmin);
  await goTo(page, world, 'audit?event=LOGIN_OK');
  const rows = page.getByRole('listitem');
  await expect(rows.getByText(words.audit.event.LOGIN_OK, { exact: true }).first()).toBeVisible();
  await expect(rows.getByText(words.audit.event.DEVICE_PAIRED)).toHaveCount(0);
  await page.getByRole('button', { name: words.audit.verify }).click();
  await expect(page.getByText(/Цепь цела/)).toBeVisible();
  await look(page, 'hq-console-7-audit');
});

test('K-91 K-92 what is connected is tried on demand: what works, and what does not with the setting that mends it', async ({
  openScreen,
  look,
  world,
}) => {
  const said = words.connections;
  const page = await openScreen('hq');
  await signIn(page, world.hqAdmin);
  await goTo(page, world, 'connections');
  const card = (name: string) => page.getByRole('region', { name, exact: true });
  const check = (name: string) => page.getByRole('button', { name: said.check_of.replace('{{name}}', name) });
  const letters = () => readMailbox(join(ROOT, 'test-results/mail'));
  const before = letters().length;
  await check(said.name.email).click();
  await expect(card(said.name.email).getByRole('listitem').nth(1)).toContainText(said.ok.letter);
  const came = letters().slice(before);
  expect(came.some((letter) => letter.toString().includes(`To: ${world.hqAdmin.email}`))).toBe(true);
  await check(said.name.payments).click();
  const [access, webhook, notices] = ['access', 'webhook', 'notices'].map((step) =>
    card(said.name.payments)
      .getByRole('listitem')
      .filter({ hasText: said.step[step as keyof typeof said.step] }),
  );
  await expect(access as Locator).toContainText(said.ok.access);
  // Nobody has told this server how it is reached.
  await expect(webhook as Locator).toContainText(`${said.fault.not_set}${said.settings} PUBLIC_URL`);
  await expect(notices as Locator).toContainText(/7 дней/);
  await look(page, 'hq-console-8-connections');
});
