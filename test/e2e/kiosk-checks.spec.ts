import type { Page } from '@playwright/test';
import checksHe from '../../src/renderer/app/i18n/he/checks.json' with { type: 'json' };
import kioskHe from '../../src/renderer/app/i18n/he/kiosk.json' with { type: 'json' };
import reportHe from '../../src/renderer/app/i18n/he/report.json' with { type: 'json' };
import checks from '../../src/renderer/app/i18n/ru/checks.json' with { type: 'json' };
import kiosk from '../../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import report from '../../src/renderer/app/i18n/ru/report.json' with { type: 'json' };
import { zonesOf } from '../../src/shared/diagnostics/thickness-zones.ts';
import { expect, test } from './fixtures.ts';

/** From the picture that invites to the end of the receipt. */
async function buy(page: Page, words: typeof kiosk | typeof kioskHe, kind: 'diagnostics' | 'thickness'): Promise<void> {
  await page.getByText(words.attract.touch).tap();
  await page.getByRole('button', { name: words.kind[kind].name }).tap();
  await page.getByRole('button', { name: words.contact.skip }).tap();
  await page.getByRole('button', { name: words.confirm.pay }).tap();
  await expect(page.getByRole('heading', { name: words.receipt.ready.title })).toBeVisible();
  await page.getByRole('button', { name: words.receipt.done }).tap();
}

test('a car that does not answer costs no second payment: the key is turned and it is read again', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const be = (car: string) => request.post(`${world.instruments.adapter}/state`, { data: { car } });
  await be('ignition_off');
  const page = await openScreen('kiosk');
  await buy(page, kiosk, 'diagnostics');
  await page.getByRole('button', { name: checks.connect.start }).tap();
  await expect(page.getByRole('heading', { name: checks.failed.no_car.title })).toBeVisible();
  await look(page, 'kiosk-checks-3-no-car');
  await be('clean');
  await page.getByRole('button', { name: checks.failed.again }).tap();
  await expect(page.getByRole('heading', { name: checks.clean.title })).toBeVisible();
  await look(page, 'kiosk-checks-4-clean');
  await page.getByRole('button', { name: checks.done, exact: true }).tap();
  await page.getByRole('button', { name: report.done }).tap();
  await expect(page.getByText(kiosk.thanks.title)).toBeVisible();
  await page.getByRole('button', { name: kiosk.thanks.done }).tap();
  await be('faulty');
});

test('a body is measured in Hebrew: by the gauge, by hand, and where there is no metal', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const page = await openScreen('kiosk', { colorScheme: 'dark' });
  await page.getByRole('button', { name: /עב/ }).tap();
  await buy(page, kioskHe, 'thickness');
  await expect(page.getByRole('heading', { name: checksHe.body.title })).toBeVisible();
  await look(page, 'kiosk-checks-5-body-he-dark');
  await page.getByRole('button', { name: checksHe.body.sedan }).tap();

  const all = zonesOf('sedan').length;
  const done = (count: number) =>
    expect(
      page.getByText(checksHe.measure.progress.replace('{{done}}', String(count)).replace('{{all}}', String(all)), {
        exact: true,
      }),
    ).toBeVisible();
  await expect(page.getByText(checksHe.measure.gauge.ready)).toBeVisible();
  await done(0);
  for (const digit of '118') await page.getByRole('button', { name: digit, exact: true }).tap();
  await page.getByRole('button', { name: checksHe.measure.save }).tap();
  await done(1);
  await page.getByRole('button', { name: checksHe.measure.plastic }).tap();
  await done(2);
  for (let count = 3; count <= all; count += 1) {
    const micrometres = count === 5 ? 620 : count === 6 ? 240 : 120 + count;
    await request.post(`${world.instruments.gauge}/probe`, { data: { micrometres } });
    await done(count);
    if (count === 12) await look(page, 'kiosk-checks-6-measuring-he-dark');
  }
  await page.getByRole('button', { name: checksHe.measure.finish }).tap();
  await expect(page.getByRole('heading', { name: checksHe.result.bad })).toBeVisible();
  await look(page, 'kiosk-checks-7-result-he-dark');
  await page.getByRole('button', { name: checksHe.done, exact: true }).tap();
  await expect(page.getByRole('heading', { name: reportHe.title })).toBeVisible();
  await look(page, 'kiosk-report-he-dark');
  await page.getByRole('button', { name: reportHe.done }).tap();
  await expect(page.getByText(kioskHe.thanks.title)).toBeVisible();
  await page.getByRole('button', { name: kioskHe.thanks.done }).tap();
});
