import type { APIRequestContext, Page } from '@playwright/test';
import cashier from '../../src/renderer/app/i18n/ru/cashier.json' with { type: 'json' };
import errors from '../../src/renderer/app/i18n/ru/errors.json' with { type: 'json' };
import staff from '../../src/renderer/app/i18n/ru/staff.json' with { type: 'json' };
import { beginWork } from './cashier-steps.ts';
import { expect, test } from './fixtures.ts';
import type { WorldFacts } from './world.ts';

/** A hand on the keyboard: slower than any scanner. */
const HAND = { delay: 70 };

/** As a scanner does it: an American keyboard that types a whole code within a moment, and Enter. */
const scan = async (page: Page, code: string): Promise<void> => {
  const signs: Readonly<Record<string, string>> = { '&': 'Digit7', '=': 'Equal', '.': 'Period' };
  const keys = code.split('').map((key) => ({
    key,
    code: signs[key] ?? (/\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`),
    shiftKey: key === '&',
  }));
  // As text: what runs in the page has a document, and this file has none.
  await page.evaluate(`for (const key of ${JSON.stringify([...keys, { key: 'Enter', code: 'Enter' }])})
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { ...key, bubbles: true, cancelable: true }))`);
};

/** The supervisor comes, finds herself in the list, and types her PIN. */
async function allow(page: Page, { supervisor }: WorldFacts): Promise<void> {
  const dialog = page.getByRole('dialog', { name: staff.approval.title });
  const own = dialog.getByRole('button', { name: new RegExp(supervisor.name) });
  await expect(own).toBeVisible();
  for (let n = 0; n < 3 && (await own.getAttribute('aria-pressed')) !== 'true'; n += 1) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.type(supervisor.pin, HAND);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
}

interface Printed {
  readonly kind: string;
  readonly receiptType?: number;
  readonly totalMinor: number;
  readonly payments: readonly { readonly sumMinor: number }[];
}
const receipts = async (request: APIRequestContext, world: WorldFacts): Promise<Printed[]> =>
  ((await (await request.get(`${world.tapes.cashier}/documents`)).json()) as Printed[]).filter(
    ({ receiptType }) => receiptType !== undefined,
  );

/** Two bottles of oil by card, and the dialog of their receipt. */
async function sellTwo(page: Page, discount?: string): Promise<void> {
  await page.keyboard.press('F2');
  await page.keyboard.type('Масло', HAND);
  await expect(page.getByRole('option', { name: /Масло моторное 5W-30/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('+');
  if (discount !== undefined) {
    await page.keyboard.press('Shift+F8');
    const field = page.getByLabel(cashier.discount.percent_label);
    await expect(field).toBeFocused();
    await page.keyboard.type(discount, HAND);
    await page.keyboard.press('Enter');
    await expect(field).toBeHidden();
  }
  await page.keyboard.press('F10');
  await expect(page.getByRole('button', { name: cashier.pay.card_done })).toBeFocused();
  await page.keyboard.press('Enter');
}

test('AF-21 a discount and a partial refund, each allowed by a supervisor, by keyboard alone', async ({
  openScreen,
  look,
  world,
  request,
}) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  const before = (await receipts(request, world)).length;

  await sellTwo(page, '20%');
  await expect(page.getByRole('dialog', { name: staff.approval.title })).toBeVisible();
  await look(page, 'cashier-8-approval');
  await allow(page, world);
  await expect(page.getByText(cashier.receipt.done.sale)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByText(cashier.cart.empty, { exact: true })).toBeVisible();

  await page.keyboard.press('F6');
  await expect(page.getByLabel(cashier.sales.find)).toBeFocused();
  await look(page, 'cashier-9-sales');
  await page.getByRole('button', { name: cashier.sales.refund }).press('Enter');
  const quantity = page.getByRole('textbox', { name: /Масло моторное 5W-30/ });
  await expect(quantity).toBeFocused();
  await page.keyboard.type('3');
  await expect(page.getByText(errors.orders.refund_exceeds_sale)).toBeVisible();
  await look(page, 'cashier-10-refund');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('1');
  await page.getByRole('button', { name: cashier.refund.reason.defective }).press('Enter');
  await page.getByRole('button', { name: /^Вернуть\s\d/ }).press('Enter');
  await allow(page, world);
  await expect(page.getByText(cashier.receipt.done.refund)).toBeVisible();
  await look(page, 'cashier-11-refund-receipt');

  const made = (await receipts(request, world)).slice(before);
  const [sale, refund] = made;
  expect(made).toHaveLength(2);
  expect(sale?.receiptType).not.toBe(refund?.receiptType);
  expect((refund?.totalMinor ?? 0) * 2, 'half of what was paid').toBe(sale?.totalMinor);
  expect(refund?.payments.map(({ sumMinor }) => sumMinor)).toEqual([refund?.totalMinor]);
});

test('the QR of a receipt opens its sale, says what a refund’s is, and what to do with an unknown one', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('cashier');
  await beginWork(page, world);
  await sellTwo(page);
  await expect(page.getByText(cashier.receipt.done.sale)).toBeVisible();
  const shown = await page.getByRole('dialog').innerText();
  const [fn, number, sign] = [/ФН\s+(\d{16})/, /ФД\s+(\d+)/, /ФП\s+(\d+)/].map((fact) => fact.exec(shown)?.[1]);
  const order = /[CK]-\d{4}/.exec(shown)?.[0] ?? '';
  const qr = (i: string | undefined, n: number) => `t=20261121T1406&s=5780.00&fn=${fn}&i=${i}&fp=${sign}&n=${n}`;

  await scan(page, qr(number, 1));
  await expect(page.getByRole('complementary', { name: new RegExp(order) })).toBeVisible();
  await scan(page, qr(number, 2));
  await expect(page.getByText(cashier.sales.is_return)).toBeVisible();
  await scan(page, qr('99999', 1));
  await expect(page.getByText(cashier.missing.title)).toBeVisible();
  await expect(page.getByText(cashier.missing.by_hand)).toBeVisible();
  await look(page, 'cashier-12-missing-receipt');

  await page.getByLabel(cashier.sales.find).fill(number ?? '');
  await expect(page.getByRole('complementary', { name: new RegExp(order) })).toBeVisible();
  await page.getByRole('button', { name: cashier.sales.copy }).press('Enter');
  await expect(page.getByRole('button', { name: cashier.sales.copied })).toBeVisible();
});

test('a held receipt survives a reload, says who held it, and is deleted only as the shop allows', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('cashier', { colorScheme: 'dark' });
  await beginWork(page, world);
  await page.keyboard.press('F2');
  await page.keyboard.type('Масло', HAND);
  await expect(page.getByRole('option', { name: /Масло моторное 5W-30/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /Масло моторное 5W-30/ })).toBeVisible();
  await page.keyboard.press('F4');
  await expect(page.getByText(cashier.cart.empty, { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByText(cashier.cart.empty, { exact: true })).toBeVisible();
  await page.keyboard.press('F4');
  const held = page.getByRole('dialog', { name: cashier.held.title });
  await expect(held.getByText(world.cashier.name)).toBeVisible();
  await look(page, 'cashier-13-held-dark');
  await held.getByRole('button', { name: /Удалить/ }).press('Enter');
  await allow(page, world);
  await expect(held.getByText(cashier.held.none)).toBeVisible();
});
