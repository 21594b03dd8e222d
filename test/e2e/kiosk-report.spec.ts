import { createHash } from 'node:crypto';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { ROOT } from '../../scripts/processes.ts';
import checks from '../../src/renderer/app/i18n/ru/checks.json' with { type: 'json' };
import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import kiosk from '../../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import report from '../../src/renderer/app/i18n/ru/report.json' with { type: 'json' };
import reports from '../../src/renderer/app/i18n/ru/reports.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';
import { readMailbox } from './mailbox.ts';

const MAIL = join(ROOT, 'test-results/mail');
const letters = () => readMailbox(MAIL);

test('AK-24 a car is read, and its report comes to the mailbox of the guest', async ({
  openScreen,
  look,
  request,
  world,
}) => {
  const before = letters().length;
  const page = await openScreen('kiosk');
  await page.getByText(kiosk.attract.touch).tap();
  await page.getByRole('button', { name: kiosk.kind.diagnostics.name }).tap();
  await page.getByRole('button', { name: kiosk.contact.skip }).tap();
  await page.getByRole('button', { name: kiosk.confirm.pay }).tap();
  await expect(page.getByRole('heading', { name: kiosk.receipt.ready.title })).toBeVisible();
  await page.getByRole('button', { name: kiosk.receipt.done }).tap();
  await page.getByRole('button', { name: checks.connect.start }).tap();
  await page.getByRole('button', { name: checks.done, exact: true }).tap();

  await expect(page.getByRole('heading', { name: report.title })).toBeVisible();
  await look(page, 'kiosk-report-1-ready');
  await page.getByRole('button', { name: report.way.email }).tap();
  await expect(page.getByRole('heading', { name: report.enter.title })).toBeVisible();
  for (const key of 'anna') await page.getByRole('button', { name: key, exact: true }).tap();
  await page.getByRole('button', { name: '@mail.ru', exact: true }).tap();
  await look(page, 'kiosk-report-2-address');
  await page.getByRole('button', { name: report.enter.send }).tap();
  const sent = report.state.sent.replace('{{to}}', '');
  await expect(page.getByText(sent)).toBeVisible({ timeout: 30_000 });
  await look(page, 'kiosk-report-3-sent');

  const [letter] = letters().slice(before);
  expect(letters()).toHaveLength(before + 1);
  const mail = await PostalMime.parse(letter ?? '');
  expect(mail.to?.[0]?.address).toBe('anna@mail.ru');
  const bytes = Buffer.from(mail.attachments[0]?.content as ArrayBuffer);
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  // The code in the letter, and on the paper, opens the same document.
  const copy = /http:\/\/\S+\/r\/\S+/.exec(mail.text ?? '')?.[0] ?? '';
  const opened = await request.get(copy);
  const hash = (of: Buffer) => createHash('sha256').update(of).digest('hex');
  expect(hash(await opened.body())).toBe(hash(bytes));

  await page.getByRole('button', { name: report.done }).tap();
  await expect(page.getByText(kiosk.thanks.title)).toBeVisible();
  await page.getByRole('button', { name: kiosk.thanks.done }).tap();
  await expect(page.getByText('anna')).toHaveCount(0);

  const office = await openScreen('hq');
  await office.getByLabel(hq.sign_in.email).fill(world.hqAdmin.email);
  await office.getByLabel(hq.sign_in.password, { exact: true }).fill(world.hqAdmin.password);
  await office.getByRole('button', { name: hq.sign_in.submit }).click();
  await office.getByRole('link', { name: hq.nav.reports }).click();
  await expect(office.getByText(reports.state.sent).first()).toBeVisible();
  await office.getByText(reports.kind.diagnostics).first().click();
  await expect(office.getByText('a•••@mail.ru')).toBeVisible();
  await look(office, 'hq-reports');
});
