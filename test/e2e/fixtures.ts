/**
 * Every spec runs on the real product in a real browser. `openScreen` opens a page of a mode, `look` keeps its picture and
 * lets axe judge it. Where Electron's binary is, the same specs run in its window; otherwise that project says why not.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { electronBinary } from '../../scripts/electron-binary.mjs';
import { ROOT } from '../../scripts/processes.ts';
import { type ElectronScreen, openElectron } from './electron.ts';
import { readWorld, type WorldFacts } from './world.ts';

export type ScreenMode = 'kiosk' | 'cashier' | 'manager' | 'hq';

const SIZES: Readonly<Record<ScreenMode, { readonly width: number; readonly height: number }>> = {
  kiosk: { width: 1080, height: 1920 },
  cashier: { width: 1366, height: 768 },
  manager: { width: 1366, height: 768 },
  hq: { width: 1440, height: 900 },
};

export interface OpenOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly locale?: string;
  readonly size?: { readonly width: number; readonly height: number };
}

export interface ShellOption {
  /** What carries the device's screens to the test. */
  readonly shell: 'browser' | 'electron';
}

interface Fixtures {
  readonly shellOrSkip: undefined;
  readonly world: WorldFacts;
  /** Opens a screen of a mode as its user would. Fails the test when the page logs an error. */
  readonly openScreen: (mode: ScreenMode, options?: OpenOptions) => Promise<Page>;
  /** Keeps a picture of the page and checks it against WCAG 2.2 AA. */
  readonly look: (page: Page, name: string) => Promise<void>;
}

const PICTURES = join(ROOT, 'test-results/pictures');

export const test = base.extend<Fixtures & ShellOption>({
  shell: ['browser', { option: true }],
  shellOrSkip: [
    async ({ shell }, provide) => {
      const { why } = electronBinary();
      base.skip(shell === 'electron' && why !== undefined, why ?? '');
      await provide(undefined);
    },
    { auto: true },
  ],
  world: async ({}, provide) => provide(readWorld()),
  openScreen: async ({ browser, world, shell }, provide) => {
    const contexts: BrowserContext[] = [];
    const windows: ElectronScreen[] = [];
    const faults: string[] = [];
    const watch = (page: Page, mode: ScreenMode): void => {
      page.on('pageerror', (error) => faults.push(`${mode}: ${error.message}`));
      page.on('console', (message) => {
        // A refused sign-in is an answer of 401 that the browser itself calls an error; so is a network that a test took away.
        const isExpected = /status of 4|net::ERR_INTERNET_DISCONNECTED/.test(message.text());
        if (message.type() === 'error' && !isExpected) faults.push(`${mode}: ${message.text()}`);
      });
    };
    await provide(async (mode, options = {}) => {
      if (shell === 'electron' && mode !== 'hq') {
        const window = await openElectron(mode, world);
        windows.push(window);
        watch(window.page, mode);
        return window.page;
      }
      const context = await browser.newContext({
        viewport: options.size ?? SIZES[mode],
        colorScheme: options.colorScheme ?? 'light',
        locale: options.locale ?? 'ru-RU',
        timezoneId: 'Europe/Moscow',
        reducedMotion: 'reduce',
        hasTouch: mode === 'kiosk',
      });
      contexts.push(context);
      const page = await context.newPage();
      watch(page, mode);
      await page.goto(mode === 'hq' ? `${world.serverUrl}/hq` : world.devices[mode]);
      return page;
    });
    for (const context of contexts) await context.close();
    for (const window of windows) await window.close();
    expect(faults, 'errors in the console of a page').toEqual([]);
  },
  look: async ({}, provide) => {
    mkdirSync(PICTURES, { recursive: true });
    await provide(async (page, name) => {
      await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
        `accessibility of ${name}`,
      ).toEqual([]);
    });
  },
});

export { expect };
