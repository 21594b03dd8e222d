import manager from '../../src/renderer/app/i18n/ru/manager.json' with { type: 'json' };
import staff from '../../src/renderer/app/i18n/ru/staff.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';

test('the manager signs in and sees the list, with a designed emptiness in every tab', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('manager');
  await expect(page.getByText(staff.who)).toBeVisible();
  await look(page, 'manager-1-sign-in');
  await page.getByRole('button', { name: new RegExp(world.manager.name) }).click();
  await page.keyboard.type('0000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await page.keyboard.type(world.manager.pin);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: manager.title })).toBeVisible();
  for (const tab of ['new', 'processed', 'mine', 'in_work'] as const) {
    await page.getByRole('tab', { name: new RegExp(`^${manager.tab[tab]}`) }).click();
    await expect(page.getByText(manager.empty[tab].title)).toBeVisible();
  }
  await page.getByRole('tab', { name: new RegExp(`^${manager.tab.new}`) }).click();
  await look(page, 'manager-2-list');
});
