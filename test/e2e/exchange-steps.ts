/** What specs of the currency desk begin with: the desk by a clock that is wrong, and a phone that is a script of plain HTTP. */
import { execFile } from 'node:child_process';
import type { Page } from '@playwright/test';
import { loginOf } from '../../scripts/demo-data.ts';
import { ROOT } from '../../scripts/processes.ts';
import type { World } from '../../scripts/world.ts';
import desk from '../../src/renderer/app/i18n/ru/desk.json' with { type: 'json' };
import exchange from '../../src/renderer/app/i18n/ru/exchange.json' with { type: 'json' };
import { beginWork } from './cashier-steps.ts';
import { expect } from './fixtures.ts';
import type { WorldFacts } from './world.ts';

/** A script: the clock of whatever runs it is ten minutes behind everybody's. */
export const BEHIND = 'const now = Date.now; Date.now = () => now() - 600_000;';

interface Outcome {
  readonly status?: string;
  readonly fail_reason?: string | null;
  readonly transaction_id?: string | null;
}

/** One run of `npm run phone`: what became of it, as it prints it. */
export const phone = (shop: World, ...command: string[]) => phoneOf('cashier', shop, ...command);
export function phoneOf(
  role: 'cashier' | 'manager',
  { serverUrl, access }: World,
  ...command: string[]
): Promise<Outcome> {
  const { email, password } = loginOf(access, role);
  const args = ['scripts/run.mjs', 'scripts/phone.ts', ...command, '--server', serverUrl, '--email', email];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: ROOT, env: { ...process.env, PHONE_PASSWORD: password } },
      (error, stdout, stderr) => {
        if (stdout === '') reject(error ?? new Error(stderr));
        else resolve(JSON.parse(stdout) as Outcome);
      },
    );
  });
}

/** How many sales the server knows of. */
export async function salesOf({ serverUrl, access }: World): Promise<number> {
  const { email, password } = loginOf(access, 'cashier');
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ email, password });
  const signedIn = await fetch(`${serverUrl}/auth/login`, { method: 'POST', headers, body });
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  const answer = await fetch(`${serverUrl}/crypto/transactions`, { headers: { authorization: `Bearer ${token}` } });
  const transactions = (await answer.json()) as readonly { tx_type: string }[];
  return transactions.filter(({ tx_type }) => tx_type === 'SELL').length;
}

/** The till, at work, by a clock that is wrong. */
export async function beginAt(page: Page, world: WorldFacts): Promise<void> {
  await page.addInitScript(BEHIND);
  await page.reload();
  await beginWork(page, world);
}

export const openExchange = async (page: Page): Promise<void> => {
  await page.keyboard.press('F5');
  await page.getByRole('navigation', { name: desk.title }).getByRole('button', { name: desk.section.exchange }).click();
};
/** The desk with its owner signed in by the phone, whatever an earlier test left. */
export async function openWallet(page: Page, shop: World): Promise<void> {
  await openExchange(page);
  const asks = page.getByRole('heading', { name: exchange.sign_in.title });
  await expect(asks.or(assets(page))).toBeVisible();
  if (await asks.isHidden()) return;
  await page.getByRole('button', { name: exchange.pair.get }).click();
  await phone(shop, 'pair', await page.getByTestId('pairing-code').innerText());
  await expect(page.getByTestId('pairing-code')).toBeHidden();
  expect(await phone(shop, 'login')).toMatchObject({ status: 'ACKNOWLEDGED' });
  await expect(assets(page)).toBeVisible();
}
export const request = (page: Page) => page.getByRole('dialog', { name: exchange.command.title });
export const assets = (page: Page) => page.getByRole('group', { name: exchange.assets.legend });
