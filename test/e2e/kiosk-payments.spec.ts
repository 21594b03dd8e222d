import type { APIRequestContext, Page } from '@playwright/test';
import checksHe from '../../src/renderer/app/i18n/he/checks.json' with { type: 'json' };
import kioskHe from '../../src/renderer/app/i18n/he/kiosk.json' with { type: 'json' };
import checks from '../../src/renderer/app/i18n/ru/checks.json' with { type: 'json' };
import kiosk from '../../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';

interface BankPayment {
  readonly id: string;
  readonly status: string;
  readonly amountMinor: number;
  readonly refundedMinor: number;
}

/** The bank, as its own people see it. */
function bankAt(request: APIRequestContext, url: string) {
  const newest = async (): Promise<BankPayment> => {
    const { payments } = (await (await request.get(`${url}/state`)).json()) as { payments: BankPayment[] };
    const last = payments.at(-1);
    if (last === undefined) throw new Error('the bank has no payment');
    return last;
  };
  return {
    newest,
    behave: (data: object) => request.post(`${url}/behaviour`, { data }),
    decline: async () => request.post(`${url}/decline`, { data: { id: (await newest()).id } }),
    /** As a phone does that read the code. */
    checkout: async () => {
      const { api } = (await (await request.get(`${url}/state`)).json()) as { api: string };
      return `${api}/checkout?orderId=${(await newest()).id}`;
    },
  };
}

async function toPayment(page: Page, words: typeof kiosk | typeof kioskHe): Promise<void> {
  await page.getByText(words.attract.touch).tap();
  await page.getByRole('button', { name: words.kind.diagnostics.name }).tap();
  await page.getByRole('button', { name: words.contact.skip }).tap();
  await page.getByRole('button', { name: words.confirm.pay }).tap();
  await expect(page.getByRole('img', { name: words.pay.qr })).toBeVisible();
}

test.afterEach(async ({ request, world }) => {
  // Other specs have payers who come by themselves, and a car with faults.
  await bankAt(request, world.bank).behave({ payAfterMs: 2500 });
  await request.post(`${world.instruments.adapter}/state`, { data: { car: 'faulty' } });
});

test('AK-15 a bank that declines costs a new code; the second one is paid by phone; a scan that cannot be gives the money back', async ({
  openScreen,
  look,
  world,
  request,
  browser,
}) => {
  const bank = bankAt(request, world.bank);
  await bank.behave({ payAfterMs: null });
  await request.post(`${world.instruments.adapter}/state`, { data: { car: 'ignition_off' } });
  const page = await openScreen('kiosk');
  await toPayment(page, kiosk);
  await look(page, 'kiosk-pay-1-code');

  await bank.decline();
  await expect(page.getByRole('heading', { name: kiosk.pay.over.failed.title })).toBeVisible();
  await look(page, 'kiosk-pay-2-declined');
  await page.getByRole('button', { name: kiosk.pay.again }).tap();
  await expect(page.getByRole('img', { name: kiosk.pay.qr })).toBeVisible();

  const phone = await browser.newPage();
  await phone.goto(await bank.checkout());
  await phone.getByRole('button', { name: 'Оплатить' }).click();
  await expect(phone.getByText('Оплачено')).toBeVisible();
  await phone.close();
  await expect(page.getByRole('heading', { name: kiosk.receipt.ready.title })).toBeVisible();
  await page.getByRole('button', { name: kiosk.receipt.done }).tap();

  await page.getByRole('button', { name: checks.connect.start }).tap();
  await expect(page.getByRole('heading', { name: checks.failed.no_car.title })).toBeVisible();
  await look(page, 'kiosk-pay-3-no-car');
  await page.getByRole('button', { name: checks.failed.give_back }).tap();
  await expect(page.getByRole('heading', { name: kiosk.returned.bank.title })).toBeVisible();
  await look(page, 'kiosk-pay-4-returned');
  expect(await bank.newest()).toMatchObject({ status: 'succeeded', amountMinor: 48_000, refundedMinor: 48_000 });
  await expect
    .poll(async () => (await request.get(`${world.tapes.kiosk}/tape.txt`)).text())
    .toMatch(/ВОЗВРАТ ПРИХОДА/i);
  await page.getByRole('button', { name: kiosk.thanks.done }).tap();
  await expect(page.getByText(kiosk.attract.title)).toBeVisible();
});

test('in Hebrew: the screen goes dark under a guest who paid: they go on, or walk off and are paid back without anybody', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const bank = bankAt(request, world.bank);
  await request.post(`${world.instruments.adapter}/state`, { data: { car: 'ignition_off' } });
  const page = await openScreen('kiosk', { colorScheme: 'dark' });
  await page.getByRole('button', { name: /עב/ }).tap();
  await toPayment(page, kioskHe);
  await look(page, 'kiosk-pay-5-code-he-dark');
  await expect(page.getByRole('heading', { name: kioskHe.receipt.ready.title })).toBeVisible();
  await page.getByRole('button', { name: kioskHe.receipt.done }).tap();
  await page.getByRole('button', { name: checksHe.connect.start }).tap();
  await expect(page.getByRole('heading', { name: checksHe.failed.no_car.title })).toBeVisible();
  // The page is gone, as after a power cut.
  await page.reload();
  await expect(page.getByRole('heading', { name: kioskHe.resume.title })).toBeVisible();
  await look(page, 'kiosk-resume-he-dark');
  await page.getByRole('button', { name: kioskHe.resume.go_on }).tap();
  await expect(page.getByRole('heading', { name: checksHe.failed.no_car.title })).toBeVisible();
  expect(await bank.newest()).toMatchObject({ refundedMinor: 0 });

  await page.clock.install();
  await page.reload();
  await expect(page.getByRole('heading', { name: kioskHe.resume.title })).toBeVisible();
  await page.clock.fastForward(21_000);
  await expect(page.getByText(kioskHe.idle.title)).toBeVisible();
  await page.clock.fastForward(10_000);
  await expect(page.getByText(kiosk.attract.title)).toBeVisible();
  await expect.poll(async () => (await bank.newest()).refundedMinor, { timeout: 30_000 }).toBe(48_000);
});
