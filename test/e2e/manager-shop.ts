/** A shop for the specs of a manager's wizard: a client's application that hears its messages, a tariff, a second manager's device. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createRelay, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Service, startService, until } from '../../scripts/processes.ts';
import { FREE_PORTS, type World } from '../../scripts/world.ts';
import manager from '../../src/renderer/app/i18n/ru/manager.json' with { type: 'json' };
import wizard from '../../src/renderer/app/i18n/ru/wizard.json' with { type: 'json' };
import { createIds } from '../../src/shared/kernel/ids.ts';
import { startTestWorld } from '../doubles/test-world.ts';
import { test as base, expect } from './fixtures.ts';
import { openHq } from './sync-shop.ts';
import { describeWorld, type WorldFacts } from './world.ts';

/** What the client's application was told, oldest first. */
export interface ClientPhone {
  readonly messages: { readonly client_id: string; readonly kind: string; readonly body: string }[];
  /** The code of the last message that has one, once it is there. */
  code(): Promise<string>;
}

export interface Line {
  cut(): void;
  mend(): void;
  stop(): void;
}

/** Carries bytes to a server on this machine, unless it is cut. */
async function layLine(serverUrl: string): Promise<Line & { readonly url: string }> {
  const { port } = new URL(serverUrl);
  const ends = new Set<Socket>();
  let isCut = false;
  const relay = createRelay((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(port), '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from);
      from
        .on('error', () => to.destroy())
        .on('close', () => {
          ends.delete(from);
          to.destroy();
        });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    isCut = true;
    for (const end of ends) end.destroy();
  };
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      isCut = false;
    },
    stop: () => {
      cut();
      relay.close();
    },
  };
}

export interface ManagerShop extends World {
  readonly phone: ClientPhone;
  /** Another manager's device of the same shop. */
  startSecond(): Promise<Service>;
  /** A further device whose line to the server can be cut while everybody else's holds. */
  startAside(): Promise<{ readonly device: Service; readonly line: Line }>;
}

export const test = base.extend<{ readonly world: WorldFacts }, { readonly shop: ManagerShop }>({
  shop: [
    async ({}, provide) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'prilavok-manager-'));
      const messages: ClientPhone['messages'] = [];
      const application = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          messages.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as (typeof messages)[number]);
          response.writeHead(204).end();
        });
      });
      await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
      const address = application.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const world = await startTestWorld({
        dataDir,
        ports: FREE_PORTS,
        serverEnv: { SUPPORT_WEBHOOK_URL: `http://127.0.0.1:${port}/messages` },
      });
      await makeTariff(describeWorld(world));
      const others: Service[] = [];
      const lines: Line[] = [];
      const startDevice = async (name: string, folder: string, serverUrl: string): Promise<Service> => {
        const hq = await openHq(describeWorld(world));
        const { devices } = (await hq('/hq/devices')) as { devices: { mode: string; shopId: string }[] };
        const shopId = devices.find(({ mode }) => mode === 'manager')?.shopId;
        const { code } = (await hq('/hq/devices', { name, mode: 'manager', shopId })) as { code: string };
        const device = await startService({
          name: folder,
          args: [
            'src/main/headless.ts',
            '--mode=manager',
            `--data-dir=${join(dataDir, folder)}`,
            '--port=0',
            `--server=${serverUrl}`,
            '--environment=DEV',
            '--enrol',
            code,
          ],
          env: {},
          onLog: () => undefined,
        });
        others.push(device);
        return device;
      };
      const codeOf = () =>
        messages
          .findLast(({ kind }) => kind === 'otp')
          ?.body.match(/\d{6}(?!\d)(?!-)/g)
          ?.at(-1);
      await provide({
        ...world,
        phone: { messages, code: () => until('the code of the client', async () => codeOf()) },
        startSecond: () => startDevice('Менеджер 2', 'manager-2', world.serverUrl),
        startAside: async () => {
          const line = await layLine(world.serverUrl);
          lines.push(line);
          return { device: await startDevice('Менеджер 3', 'manager-3', line.url), line };
        },
      });
      for (const one of others) await one.stop();
      for (const line of lines) line.stop();
      await world.stop();
      application.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  world: async ({ shop }, provide) => provide(describeWorld(shop)),
});
export { expect };

/** A token of `/api/manager`. */
export async function managerToken(world: WorldFacts, login: { readonly email: string; readonly password: string }) {
  const answer = await fetch(`${world.serverUrl}/api/manager/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: login.email, password: login.password }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}

/** What another manager does meanwhile, by the contract alone. */
export async function managerApi(world: WorldFacts) {
  const token = await managerToken(world, world.hqAdmin);
  const send = async (method: 'POST' | 'PATCH' | 'PUT', path: string, body: object = {}): Promise<void> => {
    const answer = await fetch(`${world.serverUrl}/api/manager${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    expect(answer.ok, `${method} ${path}: ${await answer.text()}`).toBe(true);
  };
  const read = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${world.serverUrl}/api/manager${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return answer.json();
  };
  const newClient = async (name: string): Promise<string> => {
    const id = createIds(Date.now, (bytes) => crypto.getRandomValues(bytes))();
    const phone = `9${`${Date.now()}`.slice(-9)}`;
    await send('POST', '/clients', { id, name, phone, address: 'г. Москва, ул. Лесная, д. 12' });
    return id;
  };
  return {
    send,
    read,
    newClient,
    /** A file that lacks nothing but its contract. */
    readyClient: async (name: string): Promise<string> => {
      const id = await newClient(name);
      const [lastName = '', firstName = ''] = name.split(' ');
      await send('PUT', `/clients/${id}/passport`, {
        last_name: lastName,
        first_name: firstName,
        birth_date: '1988-03-05',
        series: PASSPORT.series,
        number: PASSPORT.number,
        issued_by: PASSPORT.issuedBy,
        issue_code: PASSPORT.issueCode,
        issue_date: '2020-01-01',
        registration_address: PASSPORT.address,
      });
      await send('POST', `/clients/${id}/devices`, { device_type: 'Телевизор', title: 'LG 43UQ' });
      const [tariff] = (await read('/tariffs')) as readonly { readonly id: string }[];
      await send('POST', `/clients/${id}/tariff/apply`, { tariff_id: tariff?.id });
      return id;
    },
  };
}

async function makeTariff(world: WorldFacts): Promise<void> {
  const token = await managerToken(world, world.hqAdmin);
  const answer = await fetch(`${world.serverUrl}/api/manager/tariffs/${crypto.randomUUID()}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: 'Домашний сервис' }),
  });
  expect(answer.status, await answer.text()).toBe(204);
}

/** Signs the member in at a device's page, unless somebody is there already. */
export async function signIn(page: Page, { name, pin }: WorldFacts['manager']): Promise<void> {
  const tabs = page.getByRole('tablist', { name: manager.tabs });
  const member = page.getByRole('button', { name: new RegExp(name) });
  await expect(tabs.or(member).first()).toBeVisible();
  if (await tabs.isVisible()) return;
  await member.click();
  await page.keyboard.type(pin);
  await page.keyboard.press('Enter');
  await expect(tabs).toBeVisible();
}

/** Signs in at the page that a server gives to a browser without a device. */
export async function enterBrowser(page: Page, login: { readonly email: string; readonly password: string }) {
  await page.getByRole('textbox', { name: wizard.server.email }).fill(login.email);
  await page.getByLabel(wizard.server.password, { exact: true }).fill(login.password);
  await page.getByRole('button', { name: wizard.server.submit }).click();
}

export const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
export const stepTitle = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true });

export async function beginFile(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: manager.file.add }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: manager.field.name }).fill(name);
  await dialog.getByRole('button', { name: manager.file.begin }).click();
  await expect(stepTitle(page, wizard.data.title)).toBeVisible();
}

export async function fillData(page: Page, phone: string): Promise<void> {
  await field(page, manager.field.phone).fill(phone);
  await field(page, wizard.address.city).fill('Москва');
  await field(page, wizard.address.street).fill('Лесная');
  await field(page, wizard.address.house).fill('12');
  await expect(page.getByText(wizard.saved.saved, { exact: true })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(stepTitle(page, wizard.passport.title)).toBeVisible();
}

export const PASSPORT = {
  lastName: 'Смирнова',
  firstName: 'Елена',
  middleName: 'Викторовна',
  birthDate: '05.03.1988',
  series: '4509',
  number: '123456',
  issuedBy: 'ОВД района Тверской г. Москвы',
  issueCode: '770-001',
  issueDate: '01.01.2020',
  address: 'г. Москва, ул. Лесная, д. 12',
} as const;

export async function fillPassport(page: Page): Promise<void> {
  for (const [name, value] of Object.entries(PASSPORT)) {
    await field(page, wizard.passport[name as keyof typeof PASSPORT]).fill(value);
  }
  await expect(page.getByText(wizard.saved.saved, { exact: true })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(stepTitle(page, wizard.appliances.title)).toBeVisible();
}

export async function addAppliance(page: Page, kind: string, title: string): Promise<void> {
  await page.keyboard.press('F4');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: wizard.appliance.kind }).click();
  await page.getByRole('option', { name: kind }).click();
  await dialog.getByRole('textbox', { name: wizard.appliance.title }).fill(title);
  await dialog.getByRole('button', { name: wizard.appliance.add }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
}
