import cashier from '../../src/renderer/app/i18n/ru/cashier.json' with { type: 'json' };
import common from '../../src/renderer/app/i18n/ru/common.json' with { type: 'json' };
import { beginWork, leaveWork, nextBuyer, sellForCard } from './cashier-steps.ts';
import { expect, test } from './fixtures.ts';

test('a sale for cash: find, pay, change, fiscal receipt with its sign and QR', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const page = await openScreen('cashier');
  await leaveWork(page, world);
  await look(page, 'cashier-1-sign-in');
  await beginWork(page, world);
  await look(page, 'cashier-2-empty');

  await page.getByRole('button', { name: /^Диагностика/ }).click();
  // A good and not its category, whose name is the same but for its end.
  const good = page.getByRole('button', { name: /^Фильтр\s+\d/ });
  await good.click();
  await good.click();
  await look(page, 'cashier-3-cart');

  await page.keyboard.press('F9');
  await look(page, 'cashier-4-cash');
  await page.getByRole('button', { name: cashier.pay.cash_done }).click();

  await expect(page.getByText(cashier.receipt.done.sale)).toBeVisible();
  await look(page, 'cashier-5-receipt');
  const shown = await page.getByRole('dialog').innerText();
  const tape = await (await request.get(`${world.tapes.cashier}/tape.txt`)).text();
  const sign = /ФП\s*:?\s*(\d{6,10})/.exec(shown)?.[1];
  expect(sign, 'the fiscal sign on the screen').toBeDefined();
  expect(tape, 'the same sign on the paper').toContain(sign);

  await nextBuyer(page);
});

test('a scanner and the keyboard are enough for a sale by card', async ({ openScreen, look, world }) => {
  const page = await openScreen('cashier', { colorScheme: 'dark' });
  await beginWork(page, world);
  await page.keyboard.press('F2');
  await page.keyboard.type('Масло', { delay: 80 });
  await expect(page.getByRole('option', { name: /Масло моторное 5W-30/ })).toBeVisible();
  // Fingers as fast as a scanner: every letter arrives all the same, at its place (in the other layout this is «масло»).
  await page.keyboard.press('Escape');
  await page.keyboard.type('vfckj', { delay: 8 });
  await expect(page.getByRole('combobox')).toHaveValue('vfckj');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('xyz', { delay: 8 });
  await expect(page.getByRole('combobox')).toHaveValue('vfckxyzj');
  await page.keyboard.press('Escape');
  await page.keyboard.type('vfckj', { delay: 80 });
  await expect(page.getByRole('option', { name: /Масло моторное 5W-30/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('F10');
  await look(page, 'cashier-6-card-dark');
  await page.getByRole('button', { name: cashier.pay.card_done }).click();
  await expect(page.getByText(cashier.receipt.done.sale)).toBeVisible();
});

test('paper out: the receipt is fiscal, its paper is continued, and no second document is made', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  const documents = async (): Promise<number> =>
    ((await (await request.get(`${world.tapes.cashier}/documents`)).json()) as unknown[]).length;
  const before = await documents();
  await request.post(`${world.tapes.cashier}/faults`, { data: { point: 'paper_out_after_write' } });
  await sellForCard(page);
  await expect(page.getByText(cashier.receipt.paper_out.title)).toBeVisible();
  await look(page, 'cashier-7-paper-out');
  await page.getByRole('button', { name: cashier.receipt.paper_out.action }).click();
  await expect(page.getByText(cashier.receipt.paper_out.still)).toBeVisible();
  // The till looks for paper by itself every second, so that nobody can be sure to press before it.
  await request.post(`${world.tapes.cashier}/paper`, { data: {} });
  await expect(page.getByText(cashier.receipt.done.sale)).toBeVisible();
  expect(await documents()).toBe(before + 1);
});

test('what is taken off is heard of, though the core died when it was told', async ({ openScreen, world, shell }) => {
  test.skip(shell === 'electron', 'the line of an Electron page cannot be cut from outside');
  const page = await openScreen('cashier');
  const isVoid = (message: string | Buffer) => message.toString().includes('recordVoid');
  let isDying = false;
  const told: string[] = [];
  await page.routeWebSocket(/\/rpc$/, (line) => {
    const core = line.connectToServer();
    line.onMessage((message) => {
      if (isDying && isVoid(message)) {
        isDying = false;
        told.push('lost');
        void line.close();
        return;
      }
      if (isVoid(message)) told.push('heard');
      core.send(message);
    });
  });
  await page.reload();
  await beginWork(page, world);
  const unreported = () =>
    page.evaluate(() => {
      const saved = JSON.parse(localStorage.getItem('prilavok.cart') ?? '{}') as { state?: { unreported?: unknown[] } };
      return saved.state?.unreported?.length;
    });

  const good = page.getByRole('button', { name: /^Фильтр\s+\d/ });
  await good.click();
  await good.click();
  isDying = true;
  await page.keyboard.press('-');
  await expect(page.getByText(common.core.lost)).toBeVisible();
  expect(await unreported()).toBe(1);
  await expect.poll(() => told).toEqual(['lost', 'heard']);
  await expect.poll(unreported).toBe(0);
  await page.keyboard.press('Delete');
  await expect.poll(() => told).toEqual(['lost', 'heard', 'heard']);
  await expect.poll(unreported).toBe(0);
});
