import type { APIRequestContext, Page } from '@playwright/test';
import cashier from '../../src/renderer/app/i18n/ru/cashier.json' with { type: 'json' };
import common from '../../src/renderer/app/i18n/ru/common.json' with { type: 'json' };
import desk from '../../src/renderer/app/i18n/ru/desk.json' with { type: 'json' };
import staff from '../../src/renderer/app/i18n/ru/staff.json' with { type: 'json' };
import { beginWork, nextBuyer, sellForCard } from './cashier-steps.ts';
import { expect, test } from './fixtures.ts';
import type { WorldFacts } from './world.ts';

/** As people type: faster would be a scanner. */
const TYPING = { delay: 90 };

const openDesk = async (page: Page): Promise<void> => {
  await page.keyboard.press('F5');
  await expect(page.getByRole('navigation', { name: desk.title })).toBeVisible();
};

/** A shift that is open, whatever earlier specs left. */
async function openShift(page: Page): Promise<void> {
  const open = page.getByRole('button', { name: desk.shift.open });
  const close = page.getByRole('button', { name: desk.shift.close });
  await expect(open.or(close)).toBeVisible();
  if (await open.isVisible()) {
    await open.click();
    await expect(page.getByRole('status').getByText(desk.outcome.done.open_shift)).toBeVisible();
  }
  await expect(close).toBeVisible();
}

/** A supervisor's consent, by their PIN. */
async function consent(page: Page, world: WorldFacts): Promise<void> {
  const dialog = page.getByRole('dialog', { name: staff.approval.title });
  await dialog.getByRole('button', { name: new RegExp(world.supervisor.name) }).click();
  await page.keyboard.type(world.supervisor.pin, TYPING);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
}

/** Kopecks that the register says its drawer holds. */
const drawerOf = async (page: Page): Promise<string> =>
  (await page.locator('dl > div', { hasText: desk.shift.cash }).locator('dd').first().innerText()).trim();

const tapeOf = async (request: APIRequestContext, world: WorldFacts): Promise<string> =>
  (await request.get(`${world.tapes.cashier}/tape.txt`)).text();

test('a shift from its opening to its Z report: cash in, a sale, an X report, a count that does not agree, a recount', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  await openDesk(page);
  await openShift(page);

  await page.getByRole('button', { name: desk.section.cash }).click();
  await page.getByLabel(desk.cash.amount).fill('5000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').getByText(desk.outcome.done.cash_in)).toBeVisible();
  await look(page, 'desk-1-cash');

  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Диагностика/ }).click();
  await page.keyboard.press('F9');
  await page.getByRole('button', { name: cashier.pay.cash_done }).click();
  await nextBuyer(page);

  await openDesk(page);
  await expect(page.getByText(desk.reconcile.agrees)).toBeVisible();
  await look(page, 'desk-2-shift');
  await page.getByRole('button', { name: desk.shift.x }).click();
  await expect(page.getByText(desk.shift.x_done)).toBeVisible();
  expect(await tapeOf(request, world), 'the X report on paper').toContain('ОТЧЕТ БЕЗ ГАШЕНИЯ');
  const drawer = await drawerOf(page);
  expect(drawer, 'what the drawer should hold').toMatch(/\d/);

  await page.getByRole('button', { name: desk.shift.close }).click();
  await page.getByRole('button', { name: desk.close.count }).click();
  const first = page.getByLabel(desk.count.pieces.replace('{{value}}', '5 000 ₽').replace('5 000', '5\u00A0000'));
  await expect(first).toBeFocused();
  await first.fill('1');
  await expect(page.getByText(desk.count.text)).toBeVisible();
  expect(await page.locator('body').innerText(), 'a blind count').not.toContain(drawer.replace(/\s*₽$/, ''));
  await look(page, 'desk-3-count');
  await page.getByRole('button', { name: desk.count.done }).click();
  await expect(page.getByText(desk.count.recount.needed)).toBeVisible();
  expect(await page.locator('body').innerText(), 'still blind').not.toContain(drawer.replace(/\s*₽$/, ''));

  await page.getByRole('button', { name: desk.count.recount.call }).click();
  await first.fill('1');
  const done = page.getByRole('button', { name: desk.count.done });
  await done.click();
  const asked = page.getByRole('dialog', { name: staff.approval.title });
  await expect(asked).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(asked).toBeHidden();
  await expect(first, 'the Escape of the dialog is not the desk’s: what was counted is still there').toHaveValue('1');
  await done.click();
  await consent(page, world);
  await expect(page.getByText(desk.count.result.shortage.replace('{{amount}}', '').trim())).toBeVisible();
  await expect(page.getByText(drawer).first(), 'now it is said').toBeVisible();
  await look(page, 'desk-4-counted');

  await page.getByRole('button', { name: desk.close.print, exact: true }).click();
  await expect(page.getByRole('status').getByText(desk.outcome.done.close_shift)).toBeVisible();
  const paper = page.getByRole('article', { name: new RegExp(desk.report.kind.z) });
  await expect(paper).toContainText(desk.count.outcome.shortage);
  await expect(paper).toContainText(world.supervisor.name);
  await look(page, 'desk-5-z');
  const sign = /ФП\s*(\d{6,10})/.exec(await paper.innerText())?.[1];
  expect(sign, 'the fiscal sign of the Z report').toBeDefined();
  expect(await tapeOf(request, world), 'the same sign on the paper').toContain(sign);

  await page.getByRole('button', { name: desk.close.done }).click();
  await page.getByRole('button', { name: desk.section.reports }).click();
  await expect(page.getByRole('button', { name: new RegExp(desk.report.kind.z) }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: new RegExp(desk.report.kind.x) }).first()).toBeVisible();
  await page.getByRole('button', { name: desk.report.print }).click();
  await expect(page.getByText(desk.report.printed)).toBeVisible();
});

test('AF-22 the check of a register: a green mark and who it is, or no answer from the address', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('cashier', { colorScheme: 'dark' });
  await beginWork(page, world);
  await openDesk(page);
  await page.getByRole('button', { name: desk.section.registers }).click();
  const check = page.getByRole('button', { name: desk.check.action });
  const port = page.getByLabel(desk.field.port.label);

  await check.click();
  const answer = page.getByRole('status').filter({ hasText: desk.register.model });
  await expect(answer).toContainText(/ФН\s*99990789/);
  await expect(answer).toContainText(desk.register.serial);
  await look(page, 'desk-6-answers');

  await port.fill('70000');
  await check.click();
  await expect(page.getByText(desk.field.port.range.replace('{{value}}', '70000'))).toBeVisible();

  await port.fill('1');
  await check.click();
  await expect(page.getByText(desk.check.no_answer.replace('{{at}}', '127.0.0.1:1'))).toBeVisible();
  await look(page, 'desk-7-no-answer');
});

test('the queue of receipts: one that the register refused is explained, retried and printed once', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  await openDesk(page);
  await openShift(page);
  await page.keyboard.press('Escape');
  const documents = async (): Promise<number> =>
    ((await (await request.get(`${world.tapes.cashier}/documents`)).json()) as unknown[]).length;
  const before = await documents();
  await request.post(`${world.tapes.cashier}/faults`, { data: { point: 'fn_blocked', times: 3 } });
  await sellForCard(page);
  await expect(page.getByText(cashier.receipt.failed.title)).toBeVisible();
  await page.getByRole('button', { name: cashier.receipt.next.sale }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await request.post(`${world.tapes.cashier}/faults/clear`, { data: {} });

  await openDesk(page);
  await page.getByRole('button', { name: new RegExp(desk.section.queue) }).click();
  const task = page.getByRole('region', { name: desk.task.details });
  await expect(task).toContainText(desk.journal.step.failed);
  await look(page, 'desk-8-queue');
  await task.getByRole('button', { name: common.action.retry }).click();
  await expect(page.getByText(desk.task.empty.open)).toBeVisible();
  expect(await documents(), 'one receipt').toBe(before + 1);
  await page.getByText(desk.task.show.all, { exact: true }).click();
  await expect(page.getByRole('region', { name: desk.task.details })).toContainText(desk.journal.step.reported);

  await page.getByRole('button', { name: desk.section.events }).click();
  await expect(page.getByRole('list').getByRole('button').first()).toBeVisible();
  await look(page, 'desk-9-events');
});
