/** What specs of the till begin with. */
import type { Page } from '@playwright/test';
import cashier from '../../src/renderer/app/i18n/ru/cashier.json' with { type: 'json' };
import staff from '../../src/renderer/app/i18n/ru/staff.json' with { type: 'json' };
import { expect } from './fixtures.ts';
import type { WorldFacts } from './world.ts';

/** Brings the till to a new receipt. It remembers who works at it, so that only the first visit asks for a PIN. */
export async function beginWork(page: Page, world: WorldFacts): Promise<void> {
  const asks = page.getByText(staff.who);
  const ready = page.getByText(cashier.cart.empty, { exact: true });
  await expect(asks.or(ready)).toBeVisible();
  if (await asks.isVisible()) {
    await page.getByRole('button', { name: new RegExp(world.cashier.name) }).click();
    await page.keyboard.type(world.cashier.pin);
    await page.keyboard.press('Enter');
  }
  await expect(ready).toBeVisible();
}

/** Brings the till to the question who works at it, whatever an earlier spec left. */
export async function leaveWork(page: Page, world: WorldFacts): Promise<void> {
  const asks = page.getByText(staff.who);
  const ready = page.getByText(cashier.cart.empty, { exact: true });
  await expect(asks.or(ready)).toBeVisible();
  if (await ready.isVisible()) {
    await page.getByRole('button', { name: new RegExp(world.cashier.name) }).click();
    await page.getByRole('menuitem', { name: staff.sign_out }).click();
  }
  await expect(asks).toBeVisible();
}

/** One item of the shelf, paid by card with its key. */
export async function sellForCard(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Диагностика/ }).click();
  await page.keyboard.press('F10');
  await page.getByRole('button', { name: cashier.pay.card_done }).click();
}

/** The receipt came out; the till is brought back to a new one, where keys mean what they mean on the sale. */
export async function nextBuyer(page: Page): Promise<void> {
  await expect(page.getByText(cashier.receipt.done.sale)).toBeVisible();
  await page.getByRole('button', { name: cashier.receipt.next.sale }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByText(cashier.cart.empty, { exact: true })).toBeVisible();
}
