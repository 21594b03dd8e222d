import { defineConfig } from '@playwright/test';
import { CAMERA_ARGS, CHROMIUM_ARGS, findChromium } from './scripts/chromium.ts';
import type { ShellOption } from './test/e2e/fixtures.ts';

export default defineConfig<ShellOption>({
  testDir: 'test/e2e',
  outputDir: 'test-results/browser',
  // One world (server, registers, devices) is shared by all specs; two cores would not make two faster.
  workers: 1,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  globalSetup: './test/e2e/world.setup.ts',
  // The same specs twice: in the browser shell always, in Electron where its binary is (else each says why it is skipped).
  projects: [
    { name: 'browser', use: { shell: 'browser' } },
    { name: 'electron', use: { shell: 'electron' }, dependencies: ['browser'], testIgnore: /security/ },
  ],
  reporter: [['list'], ['json', { outputFile: 'test-results/reports/browser.json' }]],
  use: {
    headless: true,
    locale: 'ru-RU',
    timezoneId: 'Europe/Moscow',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: { executablePath: await findChromium(), args: [...CHROMIUM_ARGS, ...CAMERA_ARGS] },
  },
});
