import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { ROOT, until } from '../../scripts/processes.ts';
import manager from '../../src/renderer/app/i18n/ru/manager.json' with { type: 'json' };
import wizard from '../../src/renderer/app/i18n/ru/wizard.json' with { type: 'json' };
import {
  addAppliance,
  beginFile,
  enterBrowser,
  expect,
  field,
  fillData,
  fillPassport,
  managerApi,
  PASSPORT,
  signIn,
  stepTitle,
  test,
} from './manager-shop.ts';
import { ask } from './sync-shop.ts';

test.describe.configure({ timeout: 180_000 });
test.beforeEach(({ shell }) => {
  test.skip(shell === 'electron', 'the shop of this spec is served by browser shells');
});

const PHOTO = join(ROOT, 'scripts/demo-photos/car-1.jpg');
const step = (place: number | 'success') => new RegExp(`/clients/[0-9a-f-]{36}/step/${place}$`);

/** As much of a canvas as these specs know: they are typed without a DOM. */
interface Surface {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** Pixels of a page that are not paper. */
const inkOf = (sheet: Locator): Promise<number> =>
  sheet.locator('canvas').evaluate((element) => {
    const canvas = element as unknown as Surface;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 128 && (data[at + 3] ?? 0) > 128) ink += 1;
    return ink;
  });

test('AM-10 AM-15 AM-28 the whole wizard at a device: three steps with no server, the signature once it is there', async ({
  openScreen,
  look,
  world,
  shop,
}) => {
  const page = await openScreen('manager');
  await signIn(page, world.manager);
  await shop.stopServer();
  await beginFile(page, 'Смирнова Елена Викторовна');
  await expect(page).toHaveURL(step(1));

  // A city alone is no address, and what was typed of it is not lost.
  await field(page, wizard.address.city).fill('Москва');
  await field(page, wizard.address.street).focus();
  await expect(page.getByText(wizard.address.wrong)).toBeVisible();
  await look(page, 'wizard-1-address-wrong');
  await page.reload();
  await expect(field(page, wizard.address.city)).toHaveValue('Москва');
  await expect(page.getByText(wizard.address.wrong)).toBeVisible();
  await fillData(page, '9991234567');

  await field(page, wizard.passport.series).fill('12');
  await field(page, wizard.passport.number).focus();
  await expect(page.getByText(wizard.passport.rule.four_digits)).toBeVisible();
  await look(page, 'wizard-2-passport-wrong');
  await fillPassport(page);

  // So is an appliance that was begun: its fee is no number yet.
  await page.keyboard.press('F4');
  const begun = page.getByRole('dialog');
  await begun.getByRole('textbox', { name: wizard.appliance.fee }).fill('тысяча');
  await page.keyboard.press('Escape');
  await expect(begun).toBeHidden();
  await page.reload();
  await expect(stepTitle(page, wizard.appliances.title)).toBeVisible();
  await page.keyboard.press('F4');
  await expect(begun.getByRole('textbox', { name: wizard.appliance.fee })).toHaveValue('тысяча');
  await expect(begun.getByText(wizard.appliance.wrong.fee)).toBeVisible();
  // The list of types is open while its field has the focus.
  await begun.getByRole('textbox', { name: wizard.appliance.fee }).focus();
  await look(page, 'wizard-3-appliance-kept');
  await begun.getByRole('button', { name: wizard.appliance.anew }).click();
  await expect(begun.getByRole('textbox', { name: wizard.appliance.fee })).toHaveValue('');
  await page.keyboard.press('Escape');

  await addAppliance(page, wizard.kind.fridge, 'Atlant XM 4208');
  await addAppliance(page, wizard.kind.television, 'LG 43UQ');
  await expect(page.getByText('2 000,00 ₽')).toBeVisible();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Добавить фото: Atlant XM 4208' }).click();
  await page.getByRole('menuitem', { name: wizard.picture.file }).click();
  await (await chooser).setFiles(PHOTO);
  await expect(page.getByText(wizard.picture.state.waiting)).toBeVisible();
  await look(page, 'wizard-3-photo-waits');

  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(wizard.contract.offline)).toBeVisible();
  await expect(page.getByRole('button', { name: wizard.contract.generate })).toBeDisabled();
  await page.getByRole('button', { name: wizard.paper.draft }).click();
  await expect(page.getByRole('dialog').getByText(wizard.paper.draft_text)).toBeVisible();
  const sheet = page.getByRole('figure', { name: /^Страница 1 из / });
  await expect(sheet).toContainText('Смирнова');
  await expect.poll(() => inkOf(sheet)).toBeGreaterThan(1000);
  await look(page, 'wizard-4-draft');
  await page.keyboard.press('+');
  await expect(page.getByText('125 %')).toBeVisible();
  await page.keyboard.press('0');
  await page.keyboard.press('PageDown');
  await expect(page.getByRole('toolbar').getByText(/^Страница 2 из /)).toBeVisible();
  await page.keyboard.press('Escape');
  await look(page, 'wizard-5-offline');

  // The passport is masked for whoever comes back, and shown on demand.
  await page.keyboard.press('Alt+2');
  await expect(field(page, wizard.passport.number)).toHaveValue('••••56');
  await page.getByRole('button', { name: wizard.passport.reveal }).click();
  await expect(field(page, wizard.passport.number)).toHaveValue(PASSPORT.number);
  await look(page, 'wizard-6-revealed');

  // The file is opened where its work goes on.
  await page.keyboard.press('Alt+4');
  await page.getByRole('button', { name: manager.title }).click();
  await page.getByRole('tab', { name: new RegExp(`^${manager.tab.mine}`) }).click();
  const card = page.getByRole('tabpanel').getByRole('button', { name: /Смирнова Елена/ });
  await expect(card).toContainText('г. Москва, ул. Лесная, д. 12');
  await card.click();
  await expect(page).toHaveURL(step(4));

  await shop.startServer();
  await ask(world.devices.manager, (rpc) => rpc.sync.tryNow());
  await page.keyboard.press('Alt+3');
  await expect(page.getByText(wizard.picture.state.sent, { exact: true })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Alt+4');
  const generate = page.getByRole('button', { name: wizard.contract.generate });
  await expect(generate).toBeEnabled({ timeout: 30_000 });
  await generate.dblclick();
  const boxes = page.getByRole('group', { name: wizard.otp.label });
  await expect(boxes.getByRole('textbox').first()).toBeEnabled({ timeout: 30_000 });
  expect(shop.phone.messages.filter(({ kind }) => kind === 'otp')).toHaveLength(1);
  await look(page, 'wizard-7-code');

  const code = await shop.phone.code();
  await page.keyboard.type(code === '000000' ? '000001' : '000000');
  await expect(page.getByText(/осталось 4 попытки/)).toBeVisible();
  await boxes.getByRole('textbox').first().focus();
  await page.keyboard.type(code);
  await expect(page).toHaveURL(step('success'), { timeout: 30_000 });
  await expect(page.getByText(wizard.success.signed_due)).toBeVisible();
  await look(page, 'wizard-8-signed');

  await page.getByRole('button', { name: wizard.invoice.pay, exact: true }).click();
  await page.getByRole('button', { name: wizard.pay.confirm }).click();
  await expect(page.getByText(wizard.success.done)).toBeVisible({ timeout: 30_000 });
  await look(page, 'wizard-9-paid');
});

test('AM-06 two managers edit one client with no server: both values, whose they are; one is chosen at a device, one in a browser', async ({
  openScreen,
  look,
  browser,
  world,
  shop,
}) => {
  const first = await openScreen('manager');
  await signIn(first, world.manager);
  const second = await shop.startSecond();
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'ru-RU',
    colorScheme: 'dark',
  });
  const other = await context.newPage();
  await other.goto(second.ready.url);
  await signIn(other, world.manager);

  await beginFile(first, 'Тарасов Олег Петрович');
  await fillData(first, '9007654321');
  await ask(world.devices.manager, (rpc) => rpc.sync.tryNow());
  await ask(second.ready.url, (rpc) => rpc.sync.tryNow());
  await other.getByRole('tab', { name: new RegExp(`^${manager.tab.in_work}`) }).click();
  await other
    .getByRole('tabpanel')
    .getByRole('button', { name: /Тарасов/ })
    .click();
  await shop.stopServer();

  await first.keyboard.press('Alt+1');
  await field(first, manager.field.email).fill('utro@example.ru');
  await field(first, manager.field.comment).fill('Звонить утром');
  await expect(first.getByText(wizard.saved.saved, { exact: true })).toBeVisible();
  await other.getByRole('navigation', { name: wizard.steps }).getByText(wizard.step['1']).click();
  await field(other, manager.field.email).fill('vecher@example.ru');
  await field(other, manager.field.comment).fill('Звонить вечером');
  await expect(other.getByText(wizard.saved.saved, { exact: true })).toBeVisible();
  await look(other, 'wizard-10-phone-dark');

  await shop.startServer();
  await until('both devices to be answered', async () => {
    const left = await Promise.all(
      [world.devices.manager, second.ready.url].map((url) => ask(url, (rpc) => rpc.sync.tryNow())),
    );
    return left.every(({ unsent }) => unsent === 0) ? true : undefined;
  });
  await ask(world.devices.manager, (rpc) => rpc.sync.tryNow());
  const dispute = first.getByRole('region', { name: /Разные правки/ });
  await expect(dispute).toContainText('Звонить утром', { timeout: 30_000 });
  await expect(dispute).toContainText('Звонить вечером');
  await expect(dispute).toContainText(world.manager.name);
  await look(first, 'wizard-11-dispute');
  await dispute.getByRole('listitem').filter({ hasText: 'Звонить утром' }).getByRole('button').click();
  await expect(dispute.getByRole('group', { name: wizard.field.comment })).toBeHidden();
  await expect(field(first, manager.field.comment)).toHaveValue('Звонить утром');
  await ask(world.devices.manager, (rpc) => rpc.sync.tryNow());

  await other.goto(world.serverUrl);
  await enterBrowser(other, world.hqAdmin);
  await other.getByRole('tab', { name: new RegExp(`^${manager.tab.in_work}`) }).click();
  await other.getByRole('button', { name: /Тарасов/ }).click();
  const inBrowser = other.getByRole('region', { name: /Разные правки/ });
  await expect(inBrowser).toContainText('utro@example.ru');
  await look(other, 'wizard-11b-dispute-browser');
  await inBrowser.getByRole('listitem').filter({ hasText: 'utro@example.ru' }).getByRole('button').click();
  await expect(inBrowser).toBeHidden();
  await ask(world.devices.manager, (rpc) => rpc.sync.tryNow());
  await expect(dispute).toBeHidden();
  await expect(field(first, manager.field.email)).toHaveValue('utro@example.ru');
  await context.close();
});

test('AM-02 the same wizard in a browser over /api/manager: a token that runs out takes nothing that was typed', async ({
  browser,
  look,
  world,
  shop,
}) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'ru-RU',
    timezoneId: 'Europe/Moscow',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(world.serverUrl);
  const enter = (password: string) => enterBrowser(page, { ...world.hqAdmin, password });
  await enter('wrong password');
  await expect(page.getByRole('alert')).toBeVisible();
  await look(page, 'wizard-12-browser-sign-in');
  await enter(world.hqAdmin.password);
  await expect(page).toHaveURL(/\/clients$/);
  await page.getByRole('tab', { name: new RegExp(`^${manager.tab.in_work}`) }).click();
  await look(page, 'wizard-13-browser-list');
  await page.getByRole('button', { name: /Тарасов/ }).click();
  await expect(stepTitle(page, wizard.passport.title)).toBeVisible();

  // The session ends elsewhere, while somebody types.
  const token = await page.evaluate(() => sessionStorage.getItem('prilavok.manager'));
  await fetch(`${world.serverUrl}/api/manager/auth/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  await field(page, wizard.passport.lastName).fill('Тарасов');
  await expect(page.getByText(wizard.server.expired)).toBeVisible();
  await look(page, 'wizard-14-browser-expired');
  await enter(world.hqAdmin.password);
  await expect(page.getByText(wizard.server.expired)).toBeHidden();
  await expect(field(page, wizard.passport.lastName)).toHaveValue('Тарасов');
  // The server takes no half of a series; what was typed of it outlives the page all the same.
  await field(page, wizard.passport.series).fill('12');
  await field(page, wizard.passport.number).focus();
  await expect(page.getByText(/^Пока не сохранено/)).toBeVisible();
  await page.reload();
  await expect(field(page, wizard.passport.series)).toHaveValue('12');
  await fillPassport(page);

  await addAppliance(page, wizard.kind.router, 'Keenetic Giga');
  await expect(page.getByText('1 000,00 ₽').last()).toBeVisible();
  await page.getByRole('button', { name: wizard.next['4'] }).click();
  await page.getByRole('button', { name: wizard.contract.generate }).click();
  const boxes = page.getByRole('group', { name: wizard.otp.label });
  await expect(boxes.getByRole('textbox').first()).toBeEnabled({ timeout: 30_000 });
  await look(page, 'wizard-15-browser-code');
  await page.getByRole('button', { name: wizard.paper.open }).click();
  const sheet = page.getByRole('figure', { name: /^Страница 1 из / });
  await expect(sheet).toContainText('Смирнова');
  await expect.poll(() => inkOf(sheet)).toBeGreaterThan(1000);
  await look(page, 'wizard-15-browser-paper');
  await page.keyboard.press('Escape');
  await boxes.getByRole('textbox').first().focus();
  await page.keyboard.type(await shop.phone.code());
  await expect(page.getByText(wizard.success.signed_due)).toBeVisible({ timeout: 30_000 });
  await look(page, 'wizard-16-browser-signed');
  await context.close();
});

test('AM-06 in a browser somebody else was first: both values are shown, and a person is asked', async ({
  browser,
  look,
  world,
}) => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'ru-RU' });
  const page = await context.newPage();
  const call = await managerApi(world);
  const id = await call.newClient('Лосева Анна Юрьевна');
  await page.goto(world.serverUrl);
  await enterBrowser(page, world.hqAdmin);
  await expect(page).toHaveURL(/\/clients$/);
  await page.goto(`${world.serverUrl}/clients/${id}/step/1`);
  await expect(stepTitle(page, wizard.data.title)).toBeVisible();
  await context.setOffline(true);
  await field(page, manager.field.email).fill('utro@example.ru');
  await expect(page.getByText(/^Пока не сохранено/)).toBeVisible();
  await call.send('PATCH', `/clients/${id}/profile`, { email: 'vecher@example.ru' });
  await context.setOffline(false);
  const both = page.getByRole('region', { name: wizard.meanwhile.title });
  await expect(both).toContainText('vecher@example.ru', { timeout: 30_000 });
  await expect(both).toContainText('utro@example.ru');
  await look(page, 'wizard-17-browser-meanwhile');
  await both.getByRole('button', { name: wizard.meanwhile.mine }).click();
  await expect(both).toBeHidden();
  await expect(page.getByText(wizard.saved.saved)).toBeVisible();
  await page.reload();
  await expect(field(page, manager.field.email)).toHaveValue('utro@example.ru');
  await context.close();
});

test('AM-27 a contract is signed while a device without a line works on the file: nothing is overwritten, and a person decides', async ({
  browser,
  look,
  world,
  shop,
}) => {
  const { device, line } = await shop.startAside();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'ru-RU' });
  const page = await context.newPage();
  const call = await managerApi(world);
  const id = await call.readyClient('Ефимова Дарья');
  await ask(device.ready.url, (rpc) => rpc.sync.tryNow());
  await page.goto(device.ready.url);
  await signIn(page, world.manager);
  await page.getByRole('tab', { name: new RegExp(`^${manager.tab.in_work}`) }).click();
  await page
    .getByRole('tabpanel')
    .getByRole('button', { name: /Ефимова/ })
    .click();
  await page.getByRole('navigation', { name: wizard.steps }).getByText(wizard.step['1']).click();
  await expect(stepTitle(page, wizard.data.title)).toBeVisible();

  line.cut();
  await field(page, manager.field.email).fill('utro@example.ru');
  await expect(page.getByText(wizard.saved.saved, { exact: true })).toBeVisible();
  const heard = shop.phone.messages.length;
  await call.send('POST', `/clients/${id}/contract/generate`);
  await until('another code', async () => (shop.phone.messages.length > heard ? true : undefined));
  await call.send('POST', `/clients/${id}/contract/confirm`, { otp_code: await shop.phone.code() });

  line.mend();
  await until('the device to be answered', async () => {
    const { unsent } = await ask(device.ready.url, (rpc) => rpc.sync.tryNow());
    return unsent === 0 ? true : undefined;
  });
  await ask(device.ready.url, (rpc) => rpc.sync.tryNow());
  const late = page.getByRole('region', { name: /Пока вы были без связи/ });
  await expect(late).toContainText('utro@example.ru', { timeout: 30_000 });
  // The server has what was signed, and no word of what came too late.
  const seen = await call.read(`/clients/${id}`);
  expect(seen).toMatchObject({ user: { email: null } });
  await look(page, 'wizard-18-late');

  await late.getByRole('button', { name: wizard.late.redo }).click();
  await expect(late).toBeHidden();
  await expect(field(page, manager.field.email)).toHaveValue('utro@example.ru');
  await until('the server to have it', async () => {
    await ask(device.ready.url, (rpc) => rpc.sync.tryNow());
    const { user } = (await call.read(`/clients/${id}`)) as { user: { email: string | null } };
    return user.email === 'utro@example.ru' ? true : undefined;
  });
  await context.close();
});

test('AM-16 five wrong codes: the panel says what happened, counts down to another code, and takes it', async ({
  browser,
  look,
  world,
  shop,
}) => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: 'ru-RU' });
  const page = await context.newPage();
  const call = await managerApi(world);
  const id = await call.readyClient('Гуляев Степан');
  await page.goto(world.serverUrl);
  await enterBrowser(page, world.hqAdmin);
  await expect(page).toHaveURL(/\/clients$/);
  await page.goto(`${world.serverUrl}/clients/${id}/step/4`);
  await page.getByRole('button', { name: wizard.contract.generate }).click();
  const first = page.getByRole('group', { name: wizard.otp.label }).getByRole('textbox').first();
  await expect(first).toBeEnabled({ timeout: 30_000 });
  const code = await shop.phone.code();
  for (const left of [4, 3, 2, 1, 0]) {
    await expect(first).toBeEnabled();
    await expect(first).toHaveValue('');
    await first.focus();
    await page.keyboard.type(code === '000000' ? '000001' : '000000');
    if (left > 0) await expect(page.getByText(new RegExp(`остал[^ ]* ${left} попыт`))).toBeVisible();
  }
  const panel = page.getByRole('region', { name: wizard.otp.title });
  await expect(panel.getByRole('status')).toContainText(/Новый можно отправить не раньше .*\d\d:\d\d/);
  // Nothing to type into, and one thing said once.
  await expect(first).toBeHidden();
  await expect(panel.getByRole('alert')).toHaveCount(0);
  await expect(panel.getByRole('button', { name: /^Новый код через 0:\d\d$/ })).toBeDisabled();
  await expect(panel).toContainText(wizard.otp.locked_next);
  await look(page, 'wizard-19-locked');

  // The first lock holds for a minute.
  const again = panel.getByRole('button', { name: wizard.otp.resend, exact: true });
  await expect(again).toBeEnabled({ timeout: 70_000 });
  await expect(panel.getByRole('status')).toHaveText(wizard.otp.locked);
  await look(page, 'wizard-20-unlocked');
  const heard = shop.phone.messages.length;
  await again.click();
  await expect(first).toBeEnabled({ timeout: 30_000 });
  await until('another code', async () => (shop.phone.messages.length > heard ? true : undefined));
  await first.focus();
  await page.keyboard.type(await shop.phone.code());
  await expect(page).toHaveURL(step('success'), { timeout: 30_000 });
  await context.close();
});
