/**
 * A day of guests at one kiosk, by the browser shell: the whole product as processes, a finger on every button, a fault or a
 * death at a random step. Afterwards the books: no money without a service or its way back, no guest left on the disk.
 *
 * `KIOSK_VISITS` (1,000) and `KIOSK_SEED` (1) say how many and which.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import { startTestWorld } from '#test/doubles/test-world.ts';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';
import { FREE_PORTS } from '../../scripts/world.ts';
import type { Table } from '../table.ts';
import { settle } from './books.ts';
import { liveTheDay } from './day.ts';
import { tablesOf } from './kiosk-tables.ts';
import { freePort } from './live-heap.ts';
import { forgetAll } from './traces.ts';

const VISITS = Number(process.env['KIOSK_VISITS'] ?? 1000);
const SEED = Number(process.env['KIOSK_SEED'] ?? 1);

export async function run(): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-kiosk-bench-'));
  try {
    return await runIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string): Promise<readonly Table[]> {
  const inspectorPort = await freePort();
  const deviceEnv: NodeJS.ProcessEnv = { NODE_OPTIONS: `--inspect-port=${inspectorPort}` };
  const world = await startTestWorld({
    dataDir: folder,
    ports: FREE_PORTS,
    payments: 'yookassa',
    deviceEnv,
    // Nobody hurries like these guests: there are thirty of them a minute.
    serverEnv: { PAYMENT_INTENTS_PER_MIN: '600' },
  });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_ARGS] });
    const day = await liveTheDay(world, browser, { visits: VISITS, seed: SEED, inspectorPort });
    await browser.close();
    const books = await settle(world, folder);
    const traces = await forgetAll(world, folder, deviceEnv);
    return tablesOf(day, books, traces);
  } finally {
    await browser?.close();
    await world.stop();
  }
}
