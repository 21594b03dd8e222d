/** A photo from the first touch to the hand of its owner: a camera that Chromium plays, the real kiosk, server and partner. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ROOT } from '../../scripts/processes.ts';
import kioskHe from '../../src/renderer/app/i18n/he/kiosk.json' with { type: 'json' };
import photoHe from '../../src/renderer/app/i18n/he/photo.json' with { type: 'json' };
import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import kiosk from '../../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import partner from '../../src/renderer/app/i18n/ru/partner.json' with { type: 'json' };
import photo from '../../src/renderer/app/i18n/ru/photo.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';

const CAR = join(ROOT, 'scripts/demo-photos/car-1.jpg');
const NAME = 'Лукерья';
const takes = (page: Page) => page.getByRole('heading', { name: photo.take.title });

/** Up to the camera. */
async function toCamera(page: Page): Promise<void> {
  await page.getByText(kiosk.attract.touch).tap();
  await page.getByRole('button', { name: kiosk.kind.photo.name }).tap();
  for (const key of NAME.toLocaleLowerCase('ru')) await page.getByRole('button', { name: key, exact: true }).tap();
  await page.getByRole('button', { name: kiosk.action.next }).tap();
  await page.getByRole('button', { name: kiosk.contact.skip }).tap();
}
const seesCamera = (page: Page) =>
  expect
    .poll(() => page.locator('video').evaluate((video) => (video as unknown as { currentTime: number }).currentTime))
    .toBeGreaterThan(0);
/** What the platform says in place of a picture. */
const withoutCamera = (page: Page, name: string) =>
  page.addInitScript({
    content: `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('planned', '${name}'));`,
  });
const leave = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /Назад/ }).tap();
  await page.getByRole('button', { name: /Назад/ }).tap();
  await page.getByRole('button', { name: /Назад/ }).tap();
  await expect(page.getByRole('heading', { name: kiosk.service.title })).toBeVisible();
};

test('AU-01 AP-29 a photo is taken, paid for, seen by the partner, handed over; and nothing of the guest stays', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('kiosk');
  await toCamera(page);
  await expect(takes(page)).toBeVisible();
  await seesCamera(page);
  await page.getByText(photo.take.portrait).tap();
  await page.getByRole('button', { name: photo.take.soon }).tap();
  await expect(page.getByLabel(photo.take.left.replace('{{count}}', '2'))).toBeVisible();
  await expect(page.getByRole('heading', { name: photo.review.title })).toBeVisible();
  await page.getByRole('button', { name: photo.review.flip }).tap();
  await look(page, 'kiosk-photo-3-review');
  await page.getByRole('button', { name: photo.review.again }).tap();
  await seesCamera(page);
  await page.getByText(photo.take.landscape).tap();
  await look(page, 'kiosk-photo-2-take');
  await page.getByRole('button', { name: photo.take.soon }).tap();
  await page.getByRole('button', { name: photo.review.use }).tap();

  await expect(page.getByRole('heading', { name: kiosk.confirm.title })).toBeVisible();
  await expect(page.getByRole('img', { name: photo.review.picture })).toBeVisible();
  await expect(page.getByText(NAME)).toBeVisible();
  await look(page, 'kiosk-photo-4-confirm');
  await page.getByRole('button', { name: kiosk.confirm.pay }).tap();
  await expect(page.getByRole('heading', { name: kiosk.receipt.ready.title })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: kiosk.receipt.done }).tap();
  // This kiosk has no printer of photos: it says who hands it over.
  await expect(page.getByRole('heading', { name: photo.paper.staff.title })).toBeVisible();
  await expect(page.getByText(/K-\d{4}/)).toBeVisible();
  await look(page, 'kiosk-photo-5-staff');

  const office = await openScreen('hq');
  await office.getByRole('textbox', { name: hq.sign_in.email }).fill(world.partner.email);
  await office.getByLabel(hq.sign_in.password, { exact: true }).fill(world.partner.password);
  await office.keyboard.press('Enter');
  const row = office.getByRole('listitem').filter({ hasText: NAME });
  await expect(row).toBeVisible();
  // The rows come first, and the bytes after them, by a link that was signed.
  await expect
    .poll(() =>
      row
        .locator('img')
        .evaluateAll((images) => images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth)),
    )
    .toEqual([1200]);
  const link = (await row.locator('img').getAttribute('src')) ?? '';
  const taken = await office.request.get(new URL(link, world.serverUrl).href);
  expect(taken.headers()['content-type']).toBe('image/jpeg');
  const changed = link.replace(/expires=\d/, (found) => `expires=${found.endsWith('9') ? '8' : '9'}`);
  expect((await office.request.get(new URL(changed, world.serverUrl).href)).status()).toBe(403);
  await row.getByRole('button').filter({ hasText: partner.order.mark.printed }).click();
  await expect(page.getByRole('heading', { name: photo.paper.printed.title })).toBeVisible();
  await page.getByRole('button', { name: photo.paper.done }).tap();
  await expect(page.getByText(kiosk.thanks.title)).toBeVisible();
  await page.getByRole('button', { name: kiosk.thanks.done }).tap();

  await expect(page.getByText(kiosk.attract.title)).toBeVisible();
  await expect(page.getByText(NAME)).toHaveCount(0);
  const dataDir =
    world.processes.kiosk.args.find((one) => one.startsWith('--data-dir='))?.slice('--data-dir='.length) ?? '';
  const pictures = () =>
    readdirSync(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true }).filter(
      (one) => one.isFile() && taken.url().includes(one.name),
    );
  await expect.poll(pictures).toEqual([]);
});

test('a camera that is not there, closed or busy is said in words, and a file stands in while developing', async ({
  openScreen,
  look,
}) => {
  const page = await openScreen('kiosk');
  await withoutCamera(page, 'NotAllowedError');
  await page.reload();
  await toCamera(page);
  await expect(page.getByRole('heading', { name: photo.fault.refused.title })).toBeVisible();
  await look(page, 'kiosk-photo-6-refused');
  await withoutCamera(page, 'NotFoundError');
  await leave(page);
  await page.reload();
  await toCamera(page);
  await expect(page.getByRole('heading', { name: photo.fault.none.title })).toBeVisible();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') });
  await expect(page.getByText(kiosk.fault.picture)).toBeVisible();
  await page.locator('input[type=file]').setInputFiles(CAR);
  await expect(page.getByRole('heading', { name: photo.review.title })).toBeVisible();
  await page.route('**/blobs?kind=photo*', (route) =>
    // The page goes by the code; a status of 5xx the browser itself would call an error.
    route.fulfill({ status: 422, contentType: 'application/problem+json', body: '{"code":"photos.no_room"}' }),
  );
  await page.getByRole('button', { name: photo.review.use }).tap();
  await expect(page.getByText(kiosk.fault.storage)).toBeVisible();
  await look(page, 'kiosk-photo-7-full');
  await page.unroute('**/blobs?kind=photo*');
  await page.getByRole('button', { name: photo.review.use }).tap();
  await expect(page.getByRole('heading', { name: kiosk.confirm.title })).toBeVisible();
  await page.getByRole('button', { name: kiosk.confirm.leave }).tap();
  await expect(page.getByText(kiosk.attract.title)).toBeVisible();
});

test('AP-12 the way to a photo reads from the right in Hebrew, on a panel that lies', async ({ openScreen, look }) => {
  const page = await openScreen('kiosk', { size: { width: 1366, height: 768 } });
  await page
    .getByRole('radio', { name: 'עברית' })
    .or(page.getByRole('button', { name: 'עברית' }))
    .first()
    .tap();
  await page.getByText(kioskHe.attract.touch).first().tap();
  await page.getByRole('button', { name: kioskHe.kind.photo.name }).tap();
  await expect(page.getByRole('heading', { name: photoHe.name.title })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await page.getByRole('button', { name: kioskHe.action.next }).tap();
  await expect(page.getByText(photoHe.name.wrong)).toBeVisible();
  for (const key of 'שרה') await page.getByRole('button', { name: key, exact: true }).tap();
  await look(page, 'kiosk-photo-1-name-he');
  await page.getByRole('button', { name: kioskHe.action.next }).tap();
  await page.getByRole('button', { name: kioskHe.contact.skip }).tap();
  await expect(page.getByRole('heading', { name: photoHe.take.title })).toBeVisible();
  await seesCamera(page);
  await look(page, 'kiosk-photo-2-take-he');
});
