import type { Page } from '@playwright/test';
import attendant from '../../src/renderer/app/i18n/ru/attendant.json' with { type: 'json' };
import kiosk from '../../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';

async function enter(page: Page, { name, pin }: { readonly name: string; readonly pin: string }): Promise<void> {
  const corner = page.getByTestId('service-corner');
  for (let touch = 0; touch < 5; touch += 1) await corner.tap();
  await page.getByRole('button', { name }).tap();
  for (const digit of pin) await page.getByRole('button', { name: digit, exact: true }).tap();
  await page.getByRole('button', { name: attendant.open }).tap();
  await expect(page.getByRole('heading', { name: attendant.capabilities })).toBeVisible();
}

test('AU-08 a hidden corner and a PIN lead to the service menu; what is taken out of order there is sold to nobody', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('kiosk');
  await enter(page, world.supervisor);
  await page.getByRole('button', { name: attendant.try }).first().tap();
  await expect(page.getByText(/ELM327/)).toBeVisible();
  const thickness = page.getByRole('switch', { name: attendant.capability.thickness });
  await thickness.tap({ force: true });
  await expect(thickness).not.toBeChecked();
  await look(page, 'kiosk-attendant');
  await page.getByRole('button', { name: attendant.close }).tap();

  await page.getByText(kiosk.attract.touch).tap();
  await expect(page.getByRole('button', { name: kiosk.kind.thickness.name })).toBeDisabled();
  await expect(page.getByRole('button', { name: kiosk.kind.diagnostics.name })).toBeEnabled();
  await look(page, 'kiosk-thickness-off');
  await page.reload();

  await enter(page, world.supervisor);
  await thickness.tap({ force: true });
  await expect(thickness).toBeChecked();
  await page.getByRole('button', { name: attendant.close }).tap();
  await expect(page.getByText(kiosk.attract.title)).toBeVisible();
});
