import type { Page } from '@playwright/test';
import { connectDevice } from '#cli/device-client.ts';
import { until } from '../../scripts/processes.ts';
import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';
import type { WorldFacts } from './world.ts';

async function signIn(page: Page, { hqAdmin }: WorldFacts): Promise<void> {
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(hqAdmin.email);
  await page
    .getByRole('textbox', { name: hq.sign_in.password })
    .or(page.getByLabel(hq.sign_in.password, { exact: true }))
    .first()
    .fill(hqAdmin.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
}

/** Sells one item at the cashier as its screen would; answers the order's number. */
async function sellAtCashier({ devices, cashier }: WorldFacts): Promise<{ number: string; sign: string }> {
  const till = await connectDevice(devices.cashier);
  const { rpc } = till;
  const member = (await rpc.staff.list()).find(({ name }) => name === cashier.name);
  await rpc.staff.signIn({ memberId: member?.id ?? '', pin: cashier.pin });
  const [item] = await rpc.catalogue.search({ favourite: true });
  if (item === undefined) throw new Error('the till has nothing to sell');
  const made = await rpc.payments.checkout({
    id: crypto.randomUUID(),
    lines: [{ itemId: item.id, quantityMilli: 1000 }],
    tenders: [{ type: 'card', sumMinor: item.priceMinor }],
  });
  const document = await until('the receipt', async () => (await rpc.fiscal.task({ id: made.taskId })).document);
  till.close();
  return { number: made.orderNumber, sign: document.fiscalSign };
}

test('a wrong password is refused in words; the right one opens the summary', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq');
  await expect(page.getByRole('heading', { name: hq.sign_in.title })).toBeVisible();
  await look(page, 'hq-1-sign-in');
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(world.hqAdmin.email);
  await page.getByLabel(hq.sign_in.password, { exact: true }).fill('not this one');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await signIn(page, world);
  await expect(page.getByRole('heading', { name: hq.summary.days })).toBeVisible();
  await look(page, 'hq-2-summary');
});

test('a sale at the till appears in the open list by itself, with its fiscal document', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('hq');
  await signIn(page, world);
  await page.getByRole('navigation').getByText(hq.nav.orders).click();
  await expect(page.getByRole('heading', { name: hq.nav.orders, exact: true })).toBeVisible();
  await expect(page.getByText(hq.live.online)).toBeVisible();
  const { number, sign } = await sellAtCashier(world);
  const row = page.getByText(number).first();
  await expect(row).toBeVisible();
  await look(page, 'hq-3-orders');
  await row.click();
  await expect(page.getByText(sign)).toBeVisible();
  await look(page, 'hq-4-order');
});

test('receipts and devices, with who was seen when', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq', { colorScheme: 'dark' });
  await signIn(page, world);
  await page.getByRole('navigation').getByText(hq.nav.receipts).click();
  await expect(page.getByRole('heading', { name: hq.nav.receipts, exact: true })).toBeVisible();
  await look(page, 'hq-5-receipts-dark');
  await page.getByRole('navigation').getByText(hq.nav.devices).click();
  await expect(page.getByText('Касса 1').first()).toBeVisible();
  await expect(page.getByText(hq.devices.look.online).first()).toBeVisible();
  await look(page, 'hq-6-devices-dark');
});

test('a new device gets a one-time code', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq', { size: { width: 390, height: 844 } });
  await signIn(page, world);
  await look(page, 'hq-7-phone');
  await page.goto(`${world.serverUrl}/hq/devices`);
  await page.getByRole('button', { name: hq.devices.add }).click();
  await page.getByRole('textbox', { name: hq.device_new.name }).fill('Касса 2');
  await look(page, 'hq-8-new-device');
});

test('without a session nothing is told', async ({ request, world }) => {
  for (const path of ['/auth/me', '/hq/orders', '/hq/devices', '/hq/summary', '/hq/receipts', '/partner/orders/new']) {
    const answer = await request.get(`${world.serverUrl}${path}`, { headers: { accept: 'application/json' } });
    expect(answer.status(), path).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'auth.unauthorized' });
  }
});
