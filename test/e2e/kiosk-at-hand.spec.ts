/** Paying without the bank: by a code, and to the attendant; with the server there and without it. */
import type { APIRequestContext, Page } from '@playwright/test';
import { until } from '../../scripts/processes.ts';
import checksHe from '../../src/renderer/app/i18n/he/checks.json' with { type: 'json' };
import kioskHe from '../../src/renderer/app/i18n/he/kiosk.json' with { type: 'json' };
import checksRu from '../../src/renderer/app/i18n/ru/checks.json' with { type: 'json' };
import kioskRu from '../../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import { ask, expect, shopTest } from './sync-shop.ts';
import type { WorldFacts } from './world.ts';

const test = shopTest({ payments: 'yookassa' });
test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.beforeEach(async ({ shell, request, world }) => {
  test.skip(shell === 'electron', 'the shop of this spec is served by browser shells');
  // What is paid for cannot be given, so that every way of paying is also seen going back.
  await request.post(`${world.instruments.adapter}/state`, { data: { car: 'ignition_off' } });
});

async function partnerOf(request: APIRequestContext, { serverUrl, partner: { email, password }, devices }: WorldFacts) {
  const headers = { origin: serverUrl, accept: 'application/json' };
  const post = async (path: string, data: object): Promise<Record<string, string>> => {
    const reply = await request.post(serverUrl + path, { headers, data });
    if (!reply.ok()) throw new Error(`${path}: ${reply.status()} ${await reply.text()}`);
    return reply.json() as Promise<Record<string, string>>;
  };
  await post('/auth/sign-in', { email, password });
  const id = await ask(devices.kiosk, async (rpc) => (await rpc.kiosk.standing()).kiosk?.id);
  return {
    issueCode: async () => (await post(`/partner/kiosks/${id}/code`, {}))['code'] ?? '',
    put: (status: 'active' | 'inactive') => post(`/partner/kiosks/${id}/status`, { status }),
  };
}

/** A guest at the screen, in one language. */
function guestAt(page: Page, kiosk: typeof kioskRu | typeof kioskHe, checks: typeof checksRu | typeof checksHe) {
  const heading = (name: string) => expect(page.getByRole('heading', { name })).toBeVisible();
  const press = (name: string) => page.getByRole('button', { name }).tap();
  return {
    heading,
    press,
    toPayment: async () => {
      await page.getByText(kiosk.attract.touch).tap();
      await press(kiosk.kind.diagnostics.name);
      await press(kiosk.contact.skip);
      await press(kiosk.confirm.pay);
    },
    type: async (digits: string) => {
      for (const digit of digits) await page.getByRole('button', { name: digit, exact: true }).tap();
    },
    /** Paid for, not given, given back. */
    giveBack: async (by: 'code' | 'desk') => {
      await heading(kiosk.receipt.ready.title);
      await press(kiosk.receipt.done);
      await press(checks.connect.start);
      await heading(checks.failed.no_car.title);
      await press(checks.failed.give_back);
      await heading(kiosk.returned[by].title);
    },
    leave: async () => {
      await press(kiosk.thanks.done);
      await expect(page.getByText(kioskRu.attract.title)).toBeVisible();
    },
  };
}

const other = (code: string, by: number): string => String((Number(code) + by) % 10_000).padStart(4, '0');
/** Free again whenever its round was given back. */
let code = '';

test('AP-18 a code and the attendant take the place of the bank, and give back what was not given; the partner closes the kiosk', async ({
  openScreen,
  look,
  request,
  world,
}) => {
  const partner = await partnerOf(request, world);
  code = await partner.issueCode();
  const page = await openScreen('kiosk');
  const guest = guestAt(page, kioskRu, checksRu);
  await guest.toPayment();
  await expect(page.getByRole('img', { name: kioskRu.pay.qr })).toBeVisible();
  await look(page, 'kiosk-hand-1-beside-the-bank');
  await guest.press(kioskRu.pay.other.code);
  await guest.heading(kioskRu.pay.code.title);
  await guest.type(other(code, 1));
  await expect(page.getByRole('alert')).toHaveText(kioskRu.pay.code.wrong_left_few.replace('{{count}}', '4'));
  await look(page, 'kiosk-hand-2-wrong-code');
  await guest.type(code);
  await guest.giveBack('code');
  await look(page, 'kiosk-hand-3-code-returned');
  await guest.leave();

  await guest.toPayment();
  await guest.press(kioskRu.pay.other.desk);
  await guest.heading(kioskRu.pay.desk.title);
  await expect(page.getByText(kioskRu.pay.desk.number)).toBeVisible();
  await look(page, 'kiosk-hand-4-ticket');
  await guest.press(kioskRu.pay.desk.taken);
  await guest.press(world.supervisor.name);
  await guest.type('0000');
  await guest.press(kioskRu.pay.desk.confirm);
  await expect(page.getByRole('alert')).toHaveText(kioskRu.pay.desk.wrong_pin);
  await look(page, 'kiosk-hand-5-wrong-pin');
  await guest.type(world.supervisor.pin);
  await guest.press(kioskRu.pay.desk.confirm);
  await guest.giveBack('desk');
  await look(page, 'kiosk-hand-6-desk-returned');
  await guest.leave();

  await partner.put('inactive');
  await expect(page.getByText(kioskRu.closed.inactive)).toBeVisible();
  await look(page, 'kiosk-hand-7-closed');
  await partner.put('active');
  await expect(page.getByText(kioskRu.attract.title)).toBeVisible();
});

test('AP-24 in Hebrew, offline: the bank is not offered, the code and the attendant are; too many guesses wait', async ({
  openScreen,
  look,
  shop,
  world,
}) => {
  await shop.stopServer();
  await until('the kiosk to know', () =>
    ask(world.devices.kiosk, async (rpc) => (await rpc.device.info()).sync.state !== 'online'),
  );
  const page = await openScreen('kiosk', { colorScheme: 'dark' });
  const guest = guestAt(page, kioskHe, checksHe);
  const inHebrew = () => page.getByRole('button', { name: /עב/ }).tap();
  await inHebrew();
  await guest.toPayment();
  await guest.heading(kioskHe.pay.choice.title);
  await look(page, 'kiosk-hand-8-choice-he-dark');
  await guest.press(kioskHe.pay.other.desk);
  await guest.heading(kioskHe.pay.desk.title);
  await look(page, 'kiosk-hand-9-ticket-he-dark');
  await guest.press(kioskHe.pay.desk.taken);
  await guest.press(world.supervisor.name);
  await look(page, 'kiosk-hand-10-pin-he-dark');
  await guest.type(world.supervisor.pin);
  await guest.press(kioskHe.pay.desk.confirm);
  await guest.giveBack('desk');
  await guest.leave();

  await inHebrew();
  await guest.toPayment();
  await guest.press(kioskHe.pay.other.code);
  await guest.type(other(code, 2));
  await expect(page.getByRole('alert')).toHaveText(kioskHe.pay.code.needs_connection);
  await look(page, 'kiosk-hand-11-unknown-code-he-dark');
  await guest.type(code);
  await guest.giveBack('code');
  await guest.leave();

  await inHebrew();
  await guest.toPayment();
  await guest.press(kioskHe.pay.other.code);
  const [lockedWords = ''] = kioskHe.pay.code.locked.split('{{time}}');
  const locked = page.getByRole('alert').filter({ hasText: lockedWords });
  const unknown = page.getByRole('alert').filter({ hasText: kioskHe.pay.code.needs_connection });
  for (let guess = 3; guess < 9 && !(await locked.isVisible()); guess += 1) {
    await guest.type(other(code, guess));
    await expect(locked.or(unknown)).toBeVisible();
  }
  await expect(locked).toBeVisible();
  await expect(page.getByRole('button', { name: '1', exact: true })).toBeDisabled();
  await look(page, 'kiosk-hand-12-locked-he-dark');
});
