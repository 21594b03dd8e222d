import type { Page, WebSocketRoute } from '@playwright/test';
import hq from '../../src/renderer/app/i18n/ru/hq.json' with { type: 'json' };
import monitor from '../../src/renderer/app/i18n/ru/monitor.json' with { type: 'json' };
import { expect, test } from './fixtures.ts';
import { sellAtCashier } from './till-sale.ts';
import type { WorldFacts } from './world.ts';

async function signIn(page: Page, { hqAdmin }: WorldFacts): Promise<void> {
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(hqAdmin.email);
  await page
    .getByRole('textbox', { name: hq.sign_in.password })
    .or(page.getByLabel(hq.sign_in.password, { exact: true }))
    .first()
    .fill(hqAdmin.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
}

test('a wrong password is refused in words; the right one opens the summary', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq');
  await expect(page.getByRole('heading', { name: hq.sign_in.title })).toBeVisible();
  await look(page, 'hq-1-sign-in');
  await page.getByRole('textbox', { name: hq.sign_in.email }).fill(world.hqAdmin.email);
  await page.getByLabel(hq.sign_in.password, { exact: true }).fill('not this one');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await signIn(page, world);
  await expect(page.getByRole('heading', { name: hq.summary.days })).toBeVisible();
  await look(page, 'hq-2-summary');
});

test('a sale at the till appears in the open list by itself, with its fiscal document', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('hq');
  await signIn(page, world);
  await page.getByRole('navigation').getByText(hq.nav.orders).click();
  await expect(page.getByRole('heading', { name: hq.nav.orders, exact: true })).toBeVisible();
  await expect(page.getByText(hq.live.online)).toBeVisible();
  const { number, sign } = await sellAtCashier(world);
  const row = page.getByText(number).first();
  await expect(row).toBeVisible();
  await look(page, 'hq-3-orders');
  await row.click();
  await expect(page.getByText(sign)).toBeVisible();
  await look(page, 'hq-4-order');
});

test('receipts and devices, with who was seen when', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq', { colorScheme: 'dark' });
  await signIn(page, world);
  await page.getByRole('navigation').getByText(hq.nav.receipts).click();
  await expect(page.getByRole('heading', { name: hq.nav.receipts, exact: true })).toBeVisible();
  await look(page, 'hq-5-receipts-dark');
  await page.getByRole('navigation').getByText(hq.nav.devices).click();
  await expect(page.getByText('Касса 1').first()).toBeVisible();
  await expect(page.getByText(hq.devices.look.online).first()).toBeVisible();
  await look(page, 'hq-6-devices-dark');
});

test('a new device gets a one-time code', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq', { size: { width: 390, height: 844 } });
  await signIn(page, world);
  await expect(page.getByRole('heading', { name: hq.summary.days })).toBeVisible();
  await look(page, 'hq-7-phone');
  await page.goto(`${world.serverUrl}/hq/devices`);
  await page.getByRole('button', { name: hq.devices.add }).click();
  await page.getByRole('textbox', { name: hq.device_new.name, exact: true }).fill('Касса 2');
  await look(page, 'hq-8-new-device');
});

/** A register of its own for a test, and what its agent says to the server. */
async function registerWithAgent(page: Page, { serverUrl }: WorldFacts, name: string) {
  const headers = { origin: serverUrl, accept: 'application/json' };
  const hqCall = async (path: string, data?: object) =>
    (await page.request.post(`${serverUrl}${path}`, { headers, ...(data ? { data } : {}) })).json();
  const { shops } = await (await page.request.get(`${serverUrl}/hq/shops`, { headers })).json();
  const id = `kkt-${crypto.randomUUID()}`;
  const place = { shopId: shops[0].id, kktIp: `${id}.local`, kktPort: 5555 };
  await hqCall('/fiscal-devices', { id, name, ...place, taxationSystem: 'osn', operatorName: 'Иванов И.' });
  const { token } = await hqCall(`/fiscal-devices/${id}/tokens`);
  const agent = (path: string, body?: object) =>
    fetch(serverUrl + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const taskId = crypto.randomUUID();
  await agent('/fiscal-tasks', {
    taskId,
    type: 'sale',
    fiscalDeviceId: id,
    operator: { name: 'Иванов И.', vatin: '123456789047' },
    receipt: {
      items: [{ name: 'Товар', price: 500, quantity: 1, vat: { type: 'none' } }],
      payments: [{ type: 'cash', sum: 500 }],
      total: 500,
      taxationSystem: 'osn',
      receiptType: 'sell',
    },
  });
  return {
    taskId,
    take: () => agent('/fiscal-tasks/next?wait=0'),
    report: (status: object) => agent(`/fiscal-tasks/${taskId}/status`, { taskId, ...status }),
  };
}

async function openTask(page: Page, { serverUrl }: WorldFacts, taskId: string) {
  await page.goto(`${serverUrl}/hq/queue?q=${taskId}&task=${taskId}`);
  const drawer = page.getByRole('dialog').first();
  await expect(drawer.getByText(taskId)).toBeVisible();
  return drawer;
}

test('a register is described, and its agent gets a token that is shown once', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq');
  await signIn(page, world);
  await page.getByRole('navigation').getByText(hq.nav.registers).click();
  await page.getByRole('button', { name: monitor.registers.add }).click();
  const form = page.getByRole('dialog');
  const id = `kkt-${crypto.randomUUID()}`;
  await form.getByLabel(monitor.register.name).fill('Касса у двери');
  await form.getByLabel(monitor.register.id, { exact: true }).fill(id);
  await form.getByRole('combobox', { name: monitor.register.shop, exact: true }).click();
  await page.getByRole('option').first().click();
  await form.getByLabel(monitor.register.kktIp).fill('192.168.0.999');
  await form.getByLabel(monitor.register.operatorName).fill('Петрова А.');
  await form.getByRole('button', { name: monitor.register.create }).click();
  await expect(form.getByText(monitor.register.wrong.kktIp)).toBeVisible();
  await look(page, 'hq-10-register-form');
  await form.getByLabel(monitor.register.kktIp).fill(`${id}.local`);
  await form.getByRole('button', { name: monitor.register.create }).click();
  await form.getByRole('button', { name: monitor.tokens.issue }).click();
  const token = await form.locator('output').textContent();
  await look(page, 'hq-11-token');
  const mine = await fetch(`${world.serverUrl}/fiscal-devices/mine`, { headers: { authorization: `Bearer ${token}` } });
  expect(await mine.json()).toMatchObject({ fiscalDeviceId: id, name: 'Касса у двери' });
  await form.getByRole('button', { name: monitor.tokens.done }).click();
  await expect(form.getByText(monitor.tokens.state.live)).toBeVisible();
  await expect(page.getByText(token ?? '')).toBeHidden();
  await form.getByRole('button', { name: monitor.tokens.revoke }).click();
  await form.getByRole('button', { name: monitor.tokens.revoke }).click();
  await expect(form.getByText(monitor.tokens.state.revoked)).toBeVisible();
  await look(page, 'hq-12-tokens');
  const refused = await fetch(`${world.serverUrl}/fiscal-devices/mine`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(refused.status).toBe(401);
});

test('a waiting task is cancelled with a reason, and its agent gets nothing', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq');
  await signIn(page, world);
  const { taskId, take } = await registerWithAgent(page, world, 'Касса для отмены');
  const drawer = await openTask(page, world, taskId);
  await drawer.getByRole('button', { name: monitor.task.cancel }).click();
  const dialog = page.getByRole('dialog', { name: monitor.act.cancel_title });
  await dialog.getByRole('button', { name: monitor.act.cancel }).click();
  await expect(dialog.getByText(monitor.act.reason_wrong)).toBeVisible();
  await dialog.getByLabel(monitor.act.reason).fill('покупатель передумал');
  await look(page, 'hq-13-cancel');
  await dialog.getByRole('button', { name: monitor.act.cancel }).click();
  await expect(dialog).toBeHidden();
  await expect(drawer.getByText(monitor.look.cancelled).first()).toBeVisible();
  await expect(drawer.getByText('покупатель передумал')).toBeVisible();
  expect((await take()).status).toBe(204);
});

test('a failed task goes back in its queue and is given once more', async ({ openScreen, look, world }) => {
  const page = await openScreen('hq');
  await signIn(page, world);
  const { taskId, take, report } = await registerWithAgent(page, world, 'Касса с крышкой');
  await take();
  const drawer = await openTask(page, world, taskId);
  // The page is told by itself.
  await report({ status: 'error', error: 'Открыта крышка' });
  await expect(drawer.getByText('Открыта крышка').first()).toBeVisible();
  await drawer.getByRole('button', { name: monitor.task.requeue }).click();
  const dialog = page.getByRole('dialog', { name: monitor.act.requeue_title });
  await dialog.getByLabel(monitor.act.reason).fill('крышку закрыли, ленты нет');
  await dialog.getByRole('button', { name: monitor.act.requeue }).click();
  await expect(drawer.getByText(monitor.look.queued).first()).toBeVisible();
  await look(page, 'hq-14-requeued');
  expect(await (await take()).json()).toMatchObject({ taskId, attempts: 2 });
});

test('what changed after a page was read and before its live line stood is shown', async ({ openScreen, world }) => {
  const page = await openScreen('hq');
  await signIn(page, world);
  const { taskId, take, report } = await registerWithAgent(page, world, 'Касса на тонкой линии');
  await take();
  const line = Promise.withResolvers<WebSocketRoute>();
  await page.routeWebSocket(/socket\.io/, (socket) => line.resolve(socket));
  const drawer = await openTask(page, world, taskId);
  await report({ status: 'error', error: 'Нет связи с ОФД' });
  (await line.promise).connectToServer();
  await expect(drawer.getByText('Нет связи с ОФД').first()).toBeVisible();
});

test('a task in doubt is settled by a person; the register contradicts, and the alert is seen to', async ({
  openScreen,
  look,
  world,
}) => {
  const page = await openScreen('hq');
  await signIn(page, world);
  const { taskId, take, report } = await registerWithAgent(page, world, 'Касса без вестей');
  await take();
  await report({ status: 'in_progress', uncertain: true });
  const drawer = await openTask(page, world, taskId);
  await look(page, 'hq-15-in-doubt');
  await drawer.getByRole('button', { name: monitor.task.settle }).click();
  const dialog = page.getByRole('dialog', { name: monitor.act.settle_title });
  await dialog.getByText(monitor.act.printed).click();
  await dialog.getByLabel(monitor.act.fd).fill('1042');
  await dialog.getByLabel(monitor.act.fp).fill('123456789');
  await dialog.getByLabel(monitor.act.reason).fill('лента в руках');
  await look(page, 'hq-16-settle');
  await dialog.getByRole('button', { name: monitor.act.settle }).click();
  await expect(drawer.getByText(monitor.look.settled).first()).toBeVisible();
  const fiscal = { fnCode: '9999078902001234', receiptId: '7', shiftAutoOpened: false, fiscalDocumentNumber: 1043 };
  await report({ status: 'done', fiscal });
  await expect(drawer.getByText(monitor.event.FISCAL_VERDICT_CONTRADICTED)).toBeVisible();
  await drawer.getByRole('button', { name: hq.close }).click();
  const alert = page
    .getByRole('listitem')
    .filter({ hasText: monitor.alerts.kind.fiscal.verdict_contradicted })
    .filter({ hasText: 'Касса без вестей' });
  await expect(alert).toBeVisible();
  await look(page, 'hq-17-queue');
  await page.getByRole('button', { name: monitor.alerts.all }).click();
  await page.getByRole('button', { name: monitor.alerts.kind.fiscal.verdict_contradicted }).click();
  await expect(alert).toBeVisible();
  await look(page, 'hq-18-alerts');
  await alert.getByRole('button', { name: monitor.alerts.acknowledge }).click();
  await expect(alert).toBeHidden();
  await page.goto(`${world.serverUrl}/hq/alerts?state=closed`);
  await expect(alert).toContainText('Анна Смирнова');
  await look(page, 'hq-19-alerts-history');
});

test('without a session nothing is told', async ({ request, world }) => {
  for (const path of [
    '/auth/me',
    '/hq/orders',
    '/hq/devices',
    '/hq/summary',
    '/hq/receipts',
    '/hq/fiscal-tasks',
    '/hq/alerts',
    '/fiscal-devices',
    '/partner/orders/new',
  ]) {
    const answer = await request.get(`${world.serverUrl}${path}`, { headers: { accept: 'application/json' } });
    expect(answer.status(), path).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'auth.unauthorized' });
  }
});
