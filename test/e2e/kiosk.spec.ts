import kioskHe from '../../src/renderer/app/i18n/he/kiosk.json' with { type: 'json' };
import checks from '../../src/renderer/app/i18n/ru/checks.json' with { type: 'json' };
import kiosk from '../../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import report from '../../src/renderer/app/i18n/ru/report.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';

test('a visitor pays for a diagnosis, takes a fiscal receipt and reads what the car says', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const page = await openScreen('kiosk');
  await expect(page.getByText(kiosk.attract.title)).toBeVisible();
  await look(page, 'kiosk-1-attract');
  await page.getByText(kiosk.attract.touch).tap();

  await expect(page.getByRole('heading', { name: kiosk.service.title })).toBeVisible();
  await look(page, 'kiosk-2-service');
  await page.getByRole('button', { name: kiosk.kind.diagnostics.name }).tap();

  await expect(page.getByRole('heading', { name: kiosk.contact.title })).toBeVisible();
  await look(page, 'kiosk-3-contact');
  await page.getByRole('button', { name: kiosk.contact.skip }).tap();

  await expect(page.getByRole('heading', { name: kiosk.confirm.title })).toBeVisible();
  await expect(page.getByText(/480/).first()).toBeVisible();
  await look(page, 'kiosk-4-confirm');
  await page.getByRole('button', { name: kiosk.confirm.pay }).tap();

  await expect(page.getByRole('heading', { name: kiosk.pay.title })).toBeVisible();
  await expect(page.getByRole('img', { name: kiosk.pay.qr })).toBeVisible();
  await look(page, 'kiosk-5-pay');

  await expect(page.getByRole('heading', { name: kiosk.receipt.ready.title })).toBeVisible();
  const receipt = await page.locator('body').innerText();
  const sign = /\b\d{6,10}\b/.exec(receipt.replace(/\s/g, ' '))?.[0];
  expect(sign, 'the fiscal sign is on the screen').toBeDefined();
  await look(page, 'kiosk-6-receipt');

  const tape = await (await request.get(`${world.tapes.kiosk}/tape.txt`)).text();
  expect(tape).toContain('480.00');

  await page.getByRole('button', { name: kiosk.receipt.done }).tap();
  await expect(page.getByRole('heading', { name: checks.connect.title })).toBeVisible();
  await look(page, 'kiosk-checks-1-connect');
  await page.getByRole('button', { name: checks.connect.start }).tap();
  await expect(page.getByRole('heading', { name: checks.found.title.replace('{{n}}', '3') })).toBeVisible();
  await expect(page.getByText('P0420')).toBeVisible();
  await look(page, 'kiosk-checks-2-found');
  await page.getByRole('button', { name: checks.done, exact: true }).tap();
  await page.getByRole('button', { name: report.done }).tap();

  await expect(page.getByText(kiosk.thanks.title)).toBeVisible();
  await look(page, 'kiosk-7-thanks');
  // It goes home by itself after ten seconds, which a slow machine may have spent looking.
  await expect(page.getByText(kiosk.attract.title)).toBeVisible();
});

test('speaks Hebrew from right to left, and goes back to the shop language', async ({ openScreen, look }) => {
  const page = await openScreen('kiosk', { colorScheme: 'dark' });
  await page
    .getByRole('button', { name: /עב/ })
    .or(page.getByRole('radio', { name: /עב/ }))
    .first()
    .tap();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await page.getByText(kioskHe.attract.touch).tap();
  await expect(page.getByRole('heading', { name: kioskHe.service.title })).toBeVisible();
  await look(page, 'kiosk-8-service-he-dark');
});
