/**
 * How long a cashier waits, measured where a cashier looks: in the page, from the event to the painted result. A real
 * Chromium, a real device process with 100,000 items in its database, the line between them as it is in a shop.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';
import { connectDevice } from '#cli/device-client.ts';
import { openDatabase } from '#main/db/open.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { TEST_WRITER } from '#test/doubles/local-sync.ts';
import { MIGRATIONS, makeFirstDay, PIN, SUPERVISOR } from '#test/simulation/fiscal-image.ts';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import { ROOT, startService, until } from '../scripts/processes.ts';
import { catalogueOf, seeded } from './catalogue-data.ts';
import { ms, quantile, type Table } from './table.ts';

const ITEMS = 100_000;
const SCANS = 200;
/** A receipt of so many lines is long already; then the next one begins. */
const SCANS_A_RECEIPT = 20;
const QUERIES_OF_A_KIND = 8;
/** Between the keys of somebody who types fast. */
const TYPING_MS = 60;
/** Between the keys of a scanner that is a USB keyboard. */
const SCANNER_MS = 8;
/** Until the browser has compiled what a scan runs: the first receipt of a page. It has a row of its own. */
const WARM_UP = SCANS_A_RECEIPT;
const TOO_LONG_MS = 3000;

export async function run(): Promise<Table> {
  // The pages as they are shipped.
  execFileSync(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], {
    cwd: ROOT,
  });
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-bench-'));
  const items = catalogueOf(ITEMS);
  await makeFirstDay(folder);
  await fill(folder, items);
  const device = await startService({
    name: 'device',
    args: ['src/main/headless.ts', '--mode=cashier', `--data-dir=${folder}`, '--port=0'],
  });
  try {
    const shelvedMs = await waitUntilShelved(device.ready.url, items);
    // A screen paints 60 times a second, so what it shows is up to 17 ms older than what is ready. The bars are of the
    // work; the second browser paints as a screen does.
    const free = await measureIn(['--disable-gpu-vsync', '--disable-frame-rate-limit'], device.ready.url, items);
    const screen = await measureIn([], device.ready.url, items);
    const row = (name: string, samples: readonly number[]): string[] => [
      name,
      String(samples.length),
      ...[0.5, 0.95, 0.99, 1].map((share) => ms(quantile(samples, share))),
    ];
    return {
      title: 'Catalogue of 100,000 items, in the page',
      how:
        'From the event (the last key of a scan, each key of a search) to the painted result, in Chromium over the line to a ' +
        `device process. Frames as soon as they are ready; then at the 60 Hz of a screen. The shelf of a fresh catalogue was filled in ${(shelvedMs / 1000).toFixed(1)} s.`,
      columns: ['', 'samples', 'p50', 'p95', 'p99', 'max'],
      rows: [
        row('barcode → line in the receipt', free.scans),
        row('- first receipt of a page', free.first),
        row('key → results', free.all),
        ...Array.from(free.kinds, ([kind, samples]) => row(`- ${kind}`, samples)),
        row('barcode, 60 Hz', screen.scans),
        row('key, 60 Hz', screen.all),
      ],
    };
  } finally {
    await device.stop();
    rmSync(folder, { recursive: true });
  }
}

async function fill(folder: string, items: readonly CatalogueItem[]): Promise<void> {
  const { db, close } = await openDatabase({
    file: join(folder, 'device.db'),
    migrationsFolder: MIGRATIONS,
    log: quietLog,
    now: Date.now,
  });
  const insert = db.$client.prepare('INSERT INTO catalogue_items (id, scope, ver, fields) VALUES (?, ?, ?, ?)');
  const scope = `shop:${TEST_WRITER.shopId}`;
  db.$client.transaction(() => {
    for (const [n, item] of items.entries()) insert.run(item.id, scope, n + 1, JSON.stringify(item));
  })();
  close();
}

async function waitUntilShelved(url: string, items: readonly CatalogueItem[]): Promise<number> {
  const started = performance.now();
  const screen = await connectDevice(url);
  const last = items.at(-1);
  await until(
    'the shelf',
    async () => {
      const [found] = await screen.rpc.catalogue.search({ text: last?.sku ?? '', limit: 1 });
      return found?.id === last?.id ? true : undefined;
    },
    120_000,
    100,
  );
  await screen.rpc.staff.signIn({ memberId: SUPERVISOR.id, pin: PIN });
  screen.close();
  return performance.now() - started;
}

interface Measured {
  readonly scans: readonly number[];
  /** Of the first receipt. */
  readonly first: readonly number[];
  readonly all: readonly number[];
  readonly kinds: ReadonlyMap<string, readonly number[]>;
}

async function measureIn(flags: readonly string[], url: string, items: readonly CatalogueItem[]): Promise<Measured> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_ARGS, ...flags] });
  try {
    const page = await openTill(browser, url);
    const all = await measureScans(page, items);
    const [first, scans] = [all.slice(0, WARM_UP), all.slice(WARM_UP)];
    const kinds = new Map<string, number[]>();
    for (const [kind, queries] of queriesOf(items)) kinds.set(kind, await measureQueries(page, queries));
    return { scans, first, kinds, all: Array.from(kinds.values()).flat() };
  } finally {
    await browser.close();
  }
}

async function openTill(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'ru-RU' });
  const page = await context.newPage();
  await page.addInitScript({ path: join(import.meta.dirname, 'page-watch.js') });
  await page.goto(url);
  await page.getByRole('combobox').waitFor();
  return page;
}

async function measureScans(page: Page, items: readonly CatalogueItem[]): Promise<number[]> {
  const random = seeded(7);
  const samples: number[] = [];
  const scanned = new Set<number>();
  let missed = 0;
  const keys = await page.context().newCDPSession(page);
  while (scanned.size < SCANS + WARM_UP) {
    const n = Math.floor(random() * items.length);
    const barcode = items[n]?.barcode;
    if (barcode === undefined || scanned.has(n)) continue;
    if (scanned.size > 0 && scanned.size % SCANS_A_RECEIPT === 0) await beginReceipt(page);
    scanned.add(n);
    await page.evaluate("arm('scan')");
    await scan(keys, barcode);
    const sample = await inTime(page.evaluate<number>('measured'));
    // On a machine that is busy with other things this process may pause for longer than a scanner between two keys, and
    // then the page rightly takes them for typing.
    if (sample === undefined) {
      missed += 1;
      if (missed > SCANS / 10) throw new Error(`${missed} scans were not taken for scans: the machine is too busy`);
      await page.keyboard.press('Escape');
    } else samples.push(sample);
    await page.waitForTimeout(TYPING_MS);
  }
  return samples;
}

/** Keys as a scanner sends them, whether or not the page keeps up. */
async function scan(keys: CDPSession, barcode: string): Promise<void> {
  const sent: Promise<unknown>[] = [];
  const press = (key: string, code: string, text: string) => {
    sent.push(keys.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, text }));
    sent.push(keys.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code }));
  };
  for (const digit of barcode) {
    press(digit, `Digit${digit}`, digit);
    await pause(SCANNER_MS);
  }
  press('Enter', 'Enter', '\r');
  await Promise.all(sent);
}

/** Undefined when it takes longer than anybody would wait. */
const inTime = <T>(taken: Promise<T>): Promise<T | undefined> =>
  Promise.race([taken, pause(TOO_LONG_MS, undefined, { ref: false })]);

/** The one on the screen is put aside, as a cashier does for the next buyer. */
async function beginReceipt(page: Page): Promise<void> {
  await page.keyboard.press('F4');
  await page.waitForFunction("document.querySelectorAll('ul > li[aria-current]').length === 0");
  await page.waitForTimeout(TYPING_MS);
}

async function measureQueries(page: Page, queries: readonly string[]): Promise<number[]> {
  const samples: number[] = [];
  const field = page.getByRole('combobox');
  for (const [nth, query] of queries.entries()) {
    await field.focus();
    for (const letter of query) {
      await page.evaluate("arm('input')");
      await page.keyboard.insertText(letter);
      const sample = await inTime(page.evaluate<number>('measured'));
      if (sample === undefined) throw new Error(`no results of "${query}" at "${letter}"`);
      if (nth > 0) samples.push(sample);
      await page.waitForTimeout(TYPING_MS);
    }
    await page.keyboard.press('Escape');
    await page.waitForTimeout(TYPING_MS);
  }
  return samples;
}

const LAYOUT = new Map(
  Array.from('йцукенгшщзхъфывапролджэячсмитьбюё', (letter, place) => [
    letter,
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"[place],
  ]),
);

/** What people type, by kind, each seeded. */
function queriesOf(items: readonly CatalogueItem[]): ReadonlyMap<string, readonly string[]> {
  const random = seeded(11);
  const anItem = (): CatalogueItem => items[Math.floor(random() * items.length)] as CatalogueItem;
  const words = (): string[] =>
    anItem()
      .name.toLowerCase()
      .split(/[ ,/]+/);
  const make = (one: () => string): string[] => Array.from({ length: QUERIES_OF_A_KIND + 1 }, one);
  return new Map([
    [
      'beginning of a name',
      make(() =>
        anItem()
          .name.slice(0, 6 + Math.floor(random() * 6))
          .toUpperCase(),
      ),
    ],
    ['word in the middle', make(() => words()[3] ?? 'веста')],
    [
      'two words, cut short',
      make(() =>
        words()
          .slice(1, 4)
          .map((word) => word.slice(0, 4))
          .join(' '),
      ),
    ],
    ['letters inside a word', make(() => words()[0]?.slice(1, 7) ?? 'асло')],
    ['ё as е', make(() => ['щетки стек', 'елочка', 'крепеж', 'стекол'][Math.floor(random() * 4)] ?? 'елочка')],
    [
      'the other keyboard layout',
      make(() =>
        Array.from(anItem().name.toLowerCase().slice(0, 7), (letter) => LAYOUT.get(letter) ?? letter).join(''),
      ),
    ],
    ['SKU', make(() => anItem().sku)],
    ['barcode by hand', make(() => anItem().barcode ?? '')],
    ['nothing like it', make(() => `зюзя${Math.floor(random() * 1000)}`)],
  ]);
}
