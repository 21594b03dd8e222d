import manager from '../../src/renderer/app/i18n/ru/manager.json' with { type: 'json' };
import staff from '../../src/renderer/app/i18n/ru/staff.json' with { type: 'json' };
import wizard from '../../src/renderer/app/i18n/ru/wizard.json' with { type: 'json' };
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

test('the manager makes a file, changes it, takes it and ends it', async ({ openScreen, look, world }) => {
  const page = await openScreen('manager');
  // Whoever signed in before is still there.
  const who = page.getByText(staff.who);
  const list = page.getByRole('tablist', { name: manager.tabs });
  await expect(who.or(list)).toBeVisible();
  if (await who.isVisible()) {
    await page.getByRole('button', { name: new RegExp(world.manager.name) }).click();
    await page.keyboard.type(world.manager.pin);
    await page.keyboard.press('Enter');
  }
  await expect(list).toBeVisible();
  const name = 'Смирнова Елена Викторовна';
  const field = (label: string) => page.getByRole('textbox', { name: label, exact: true });

  await page.getByRole('button', { name: manager.file.add }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: manager.file.begin }).click();
  await expect(page.getByText(manager.file.wrong.name)).toBeVisible();
  await dialog.getByRole('textbox', { name: manager.field.name }).fill(name);
  await dialog.getByRole('textbox', { name: manager.field.phone }).fill('8 900 123-45-67');
  await look(page, 'manager-3-new-file');
  await dialog.getByRole('button', { name: manager.file.begin }).click();

  await field(manager.field.comment).fill('Звонить утром');
  await page.getByRole('combobox', { name: manager.field.tags }).fill('постоянный');
  await page.keyboard.press('Enter');
  await expect(page.getByText(wizard.saved.saved, { exact: true })).toBeVisible();
  await look(page, 'manager-4-file');
  await page.getByRole('button', { name: manager.title }).click();

  // Whoever looks into a file has it.
  await page.getByRole('tab', { name: new RegExp(`^${manager.tab.mine}`) }).click();
  const card = page.getByRole('tabpanel').getByRole('button', { name: new RegExp(name) });
  await expect(card).toContainText('+7 900 123-45-67');
  await expect(card).toContainText('постоянный');
  await card.click();
  await expect(field(manager.field.comment)).toHaveValue('Звонить утром');
  await page.getByRole('button', { name: wizard.menu.open }).click();
  await page.getByRole('menuitem', { name: manager.file.remove }).click();
  await page.getByRole('button', { name: manager.file.remove_sure }).click();
  await page.getByRole('tab', { name: new RegExp(`^${manager.tab.mine}`) }).click();
  await expect(page.getByText(manager.empty.mine.title)).toBeVisible();
});
