/**
 * A day of guests at one kiosk, by the browser shell: the whole product as processes, a finger on every button, a fault or a
 * death at a random step. Afterwards the books: no money without a service or its way back, no guest left on the disk.
 *
 * `KIOSK_VISITS` (1,000) and `KIOSK_SEED` (1) say how many and which.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, chromium, type Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { connectDevice } from '#cli/device-client.ts';
import { startTestWorld } from '#test/doubles/test-world.ts';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import { until } from '../scripts/processes.ts';
import { FREE_PORTS, type World } from '../scripts/world.ts';
import checks from '../src/renderer/app/i18n/ru/checks.json' with { type: 'json' };
import kiosk from '../src/renderer/app/i18n/ru/kiosk.json' with { type: 'json' };
import report from '../src/renderer/app/i18n/ru/report.json' with { type: 'json' };
import { ms, quantile, seconds, type Table } from './table.ts';

const VISITS = Number(process.env['KIOSK_VISITS'] ?? 1000);
const SEED = Number(process.env['KIOSK_SEED'] ?? 1);
/** No step of a guest waits longer for the machine. */
const STUCK_MS = 60_000;
/** By then nothing of the day's guests is left on the disk; by itself the kiosk looks every ten minutes. */
const FORGET_MS = 120_000;

const FAULTS = ['none', 'car_off', 'declined', 'reload', 'kill'] as const;
type Fault = (typeof FAULTS)[number];

/** What a guest may touch, by the words on it, what leads on before what leads back. */
const TOUCHES: readonly string[] = [
  kiosk.contact.skip,
  kiosk.confirm.pay,
  kiosk.pay.again,
  checks.connect.start,
  checks.measure.save,
  kiosk.resume.go_on,
  kiosk.receipt.done,
  checks.failed.give_back,
  checks.done,
  report.done,
  kiosk.thanks.done,
  kiosk.broken.reset,
];

/** Mulberry32: the same seed is the same day. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Day {
  readonly touches: number[];
  readonly scans: number[];
  readonly reports: number[];
  readonly faults: Map<Fault, number>;
  /** Bytes of the device process and of the page after a visit without a death before it. */
  readonly memory: { readonly device: number; readonly page: number }[];
  stuck: number;
}

export async function run(): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-kiosk-bench-'));
  try {
    return await runIn(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string): Promise<readonly Table[]> {
  const deviceEnv: NodeJS.ProcessEnv = {};
  const world = await startTestWorld({ dataDir: folder, ports: FREE_PORTS, payments: 'yookassa', deviceEnv });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_ARGS] });
    const day = await liveTheDay(world, browser);
    await browser.close();
    const books = await settle(world, folder);
    const traces = await forgetAll(world, folder, deviceEnv);
    return tablesOf(day, books, traces);
  } finally {
    await browser?.close();
    await world.stop();
  }
}

const tell = (url: string, data: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(data) });

async function openKiosk(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1080, height: 1920 },
    locale: 'ru-RU',
    hasTouch: true,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.addInitScript({ path: join(import.meta.dirname, 'touch-watch.js') });
  await page.goto(url);
  return page;
}

async function liveTheDay(world: World, browser: Browser): Promise<Day> {
  const random = randomOf(SEED);
  const day: Day = { touches: [], scans: [], reports: [], faults: new Map(), memory: [], stuck: 0 };
  const page = await openKiosk(browser, world.device('kiosk').ready.url);
  const heap = await page.context().newCDPSession(page);
  for (let visit = 0; visit < VISITS; visit += 1) {
    // The first half is one life of the page and of the device: there memory can be compared.
    const choices = visit < VISITS / 2 ? FAULTS.filter((one) => one !== 'kill' && one !== 'reload') : FAULTS;
    const fault = choices[Math.floor(random() * choices.length)] ?? 'none';
    day.faults.set(fault, (day.faults.get(fault) ?? 0) + 1);
    const isOff = fault === 'car_off';
    await tell(`${world.instrument('adapter').ready.url}/state`, { car: isOff ? 'ignition_off' : 'faulty' });
    await tell(`${world.bank().ready.url}/behaviour`, { payAfterMs: 200, declineFirst: fault === 'declined' ? 1 : 0 });
    const dieAt = fault === 'kill' || fault === 'reload' ? Math.floor(random() * 12) : -1;
    const kind = random() < 0.75 ? 'diagnostics' : 'thickness';
    await oneVisit(world, page, day, {
      kind,
      dieAt,
      dies: fault === 'kill',
      chance: randomOf(SEED + visit),
      guest: visit,
    });
    if (visit < VISITS / 2) {
      await heap.send('HeapProfiler.collectGarbage');
      const { usedSize } = await heap.send('Runtime.getHeapUsage');
      day.memory.push({ device: residentBytes(world.device('kiosk').pid), page: usedSize });
    }
  }
  await page.context().close();
  return day;
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

interface Plan {
  readonly kind: 'diagnostics' | 'thickness';
  /** Before which touch the page or the device dies; negative: none does. */
  readonly dieAt: number;
  readonly dies: boolean;
  /** The guest's own whims, so that those of one move no other's. */
  readonly chance: () => number;
  readonly guest: number;
}

/** From the picture that invites to the picture that invites. */
async function oneVisit(world: World, page: Page, day: Day, plan: Plan): Promise<void> {
  const startedAt = performance.now();
  let isBegun = false;
  /** The same word leads away from a receipt and from a result. */
  let hasResult = false;
  for (let step = 0; ; ) {
    if (performance.now() - startedAt > STUCK_MS) {
      day.stuck += 1;
      await page.goto(world.device('kiosk').ready.url);
      return;
    }
    if (step === plan.dieAt) {
      step += 1;
      if (plan.dies) {
        await world.device('kiosk').kill();
        await world.startDevice('kiosk');
      }
      await page.goto(world.device('kiosk').ready.url);
      await page.waitForLoadState('domcontentloaded');
    }
    const at = await lookAt(page);
    if (at.isAttract && isBegun) return;
    const touch = at.isAttract ? kiosk.attract.touch : nextTouch(at.buttons, plan);
    if (touch === undefined) {
      await page.waitForTimeout(30);
      continue;
    }
    const from = performance.now();
    await page.evaluate('arm()');
    // A card says more than its name; of two that say the same the question on top was drawn last.
    const isCard = touch === kiosk.kind[plan.kind].name || touch === checks.body.sedan;
    const button = page.getByRole('button', { name: touch, exact: !isCard });
    const target = at.isAttract ? page.getByText(touch) : button.last();
    // A screen that moved on by itself takes no touch.
    const isTouched = await target.tap({ timeout: 1500 }).then(
      () => true,
      () => false,
    );
    if (!isTouched) continue;
    step += 1;
    const painted = await page.evaluate<number | null>('measured').catch(() => null);
    if (painted !== null && IN_THE_PAGE.includes(touch)) day.touches.push(painted);
    if (touch === kiosk.kind[plan.kind].name) {
      isBegun = true;
      await leaveAName(world, plan.guest);
    }
    if (touch === checks.connect.start && (await waitFor(page, checks.done, checks.failed.give_back)) === checks.done) {
      day.scans.push(performance.now() - from);
      hasResult = true;
    }
    if (touch === checks.ask.drop) hasResult = true;
    else if (hasResult && touch === checks.done && (await waitFor(page, report.done)) === report.done) {
      day.reports.push(performance.now() - from);
    }
  }
}

/** Touches that lead to another screen without waiting for somebody else: a bank, a register, a car. */
const IN_THE_PAGE: readonly string[] = [
  kiosk.attract.touch,
  kiosk.contact.skip,
  kiosk.confirm.pay,
  kiosk.receipt.done,
  checks.done,
  report.done,
  kiosk.thanks.done,
  kiosk.kind.diagnostics.name,
  kiosk.kind.thickness.name,
];

interface Sight {
  readonly isAttract: boolean;
  /** The words on what can be touched. */
  readonly buttons: readonly string[];
}

const lookAt = (page: Page): Promise<Sight> => page.evaluate<Sight>(`lookAt(${JSON.stringify(kiosk.attract.touch)})`);

function nextTouch(buttons: readonly string[], { kind, chance }: Plan): string | undefined {
  const has = (words: string): boolean => buttons.includes(words);
  const card = [kiosk.kind[kind].name, checks.body.sedan].find((words) => buttons.some((one) => one.startsWith(words)));
  if (card !== undefined) return card;
  // A body is measured at one zone and left: an incomplete report is a report.
  if (has(checks.ask.keep) && has(checks.ask.drop)) return checks.ask.drop;
  if (has(checks.measure.plastic)) return chance() < 0.5 ? checks.measure.plastic : checks.measure.finish;
  return TOUCHES.find(has);
}

async function waitFor(page: Page, ...buttons: readonly string[]): Promise<string | undefined> {
  const until = performance.now() + 30_000;
  while (performance.now() < until) {
    const at = await lookAt(page);
    const found = buttons.find((words) => at.buttons.includes(words));
    if (found !== undefined) return found;
    await page.waitForTimeout(20);
  }
  return undefined;
}

const emailOf = (guest: number): string => `bench-guest-${guest}@example.com`;

/** A guest's address, by the same call that the contact screen makes. */
async function leaveAName(world: World, guest: number): Promise<void> {
  const device = await connectDevice(world.device('kiosk').ready.url);
  try {
    const visit = await device.rpc.visits.current();
    if (visit) await device.rpc.visits.setContact({ id: visit.id, contact: { email: emailOf(guest) } });
  } finally {
    device.close();
  }
}

interface Books {
  readonly paid: number;
  readonly served: number;
  readonly givenBack: number;
  /** Money at the provider that is neither. */
  readonly lost: number;
}

/** Waits until every payment has come to its end, and compares the provider's books with the kiosk's. */
async function settle(world: World, folder: string): Promise<Books> {
  const device = await connectDevice(world.device('kiosk').ready.url);
  const left = await device.rpc.visits.current();
  if (left) await device.rpc.visits.expire({ id: left.id });
  device.close();
  const db = new Database(join(folder, 'kiosk/device.db'), { readonly: true });
  try {
    const open = db
      .prepare(
        "SELECT count(*) FROM payment_intents WHERE status = 'pending' OR (status = 'confirmed' AND coalesce(outcome, 'refund') = 'refund')",
      )
      .pluck();
    await until('every payment to come to its end', async () => (open.get() === 0 ? true : undefined), 300_000, 500);
    const isServed = db.prepare(
      `SELECT count(*) FROM payment_intents p WHERE p.id = ? AND p.outcome = 'served' AND (
         EXISTS (SELECT 1 FROM car_scans s WHERE s.visit_id = p.visit_id AND json_extract(s.state, '$.state') = 'done')
         OR EXISTS (SELECT 1 FROM thickness_measurements t WHERE t.visit_id = p.visit_id AND json_array_length(t.readings) > 0))`,
    );
    const { payments } = (await (await fetch(`${world.bank().ready.url}/state`)).json()) as {
      payments: { status: string; amountMinor: number; refundedMinor: number; metadata: Record<string, string> }[];
    };
    const paid = payments.filter(({ status }) => status === 'succeeded');
    const back = paid.filter(({ amountMinor, refundedMinor }) => refundedMinor === amountMinor);
    const kept = paid.filter(({ refundedMinor }) => refundedMinor === 0);
    const served = kept.filter(({ metadata }) =>
      Object.values(metadata).some((value) => Number(isServed.pluck().get(value)) === 1),
    );
    return {
      paid: paid.length,
      served: served.length,
      givenBack: back.length,
      lost: paid.length - served.length - back.length,
    };
  } finally {
    db.close();
  }
}

/** The time of every guest is over: what is found of them in the files of the kiosk? */
async function forgetAll(world: World, folder: string, deviceEnv: NodeJS.ProcessEnv): Promise<number> {
  deviceEnv['PRILAVOK_RETENTION_GUEST_HOURS'] = '0';
  await world.device('kiosk').kill();
  await world.startDevice('kiosk');
  const device = await connectDevice(world.device('kiosk').ready.url);
  try {
    // What a forgotten guest leaves in the room of the file goes once the server has heard of it.
    const deadline = performance.now() + FORGET_MS;
    for (;;) {
      const { guests, letters } = await device.rpc.upkeep.retention({ dryRun: false });
      const waiting = guests.due + guests.held + letters.due + letters.held;
      const naming = filesNaming(join(folder, 'kiosk'));
      if ((waiting === 0 && naming.length === 0) || performance.now() > deadline) {
        for (const name of naming) console.error(`a guest is named in ${name}`);
        return naming.length;
      }
      await pause(1000);
    }
  } finally {
    device.close();
  }
}

const filesNaming = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => readFileSync(path).includes('bench-guest-'));

function tablesOf(day: Day, books: Books, traces: number): readonly Table[] {
  const growth = (of: 'device' | 'page'): string => {
    const values = day.memory.map((one) => one[of]);
    const part = Math.max(1, Math.floor(values.length / 5));
    // After the first fifth everything is loaded.
    const early = quantile(values.slice(part, 2 * part), 0.5);
    const late = quantile(values.slice(-part), 0.5);
    const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
    return `${mib(early)} → ${mib(late)} (${(((late - early) / early) * 100).toFixed(1)} %)`;
  };
  const row = (name: string, bar: string, value: string): readonly string[] => [name, bar, value];
  return [
    {
      title: 'A kiosk and its guests',
      how:
        `${VISITS} visits one after another in Chromium over the browser shell, seed ${SEED}: ` +
        `${[...day.faults].map(([fault, count]) => `${fault} ${count}`).join(', ')}. Server, register, bank and car are processes of their own; ` +
        'the first half is one life of page and device, in the second half one of them dies at a random step.',
      columns: ['', 'bar', 'measured'],
      rows: [
        row('payments taken', '', String(books.paid)),
        row('- with a service', '', String(books.served)),
        row('- given back whole', '', String(books.givenBack)),
        row('- neither', '0', String(books.lost)),
        row('files that still name a guest, their time over', '0', String(traces)),
        row('visits that came to no end within a minute', '0', String(day.stuck)),
        row('memory of the device, second fifth → last fifth', '± 10 %', growth('device')),
        row('memory of the page, second fifth → last fifth', '± 10 %', growth('page')),
      ],
    },
    {
      title: 'A kiosk under the finger',
      how: 'Touch → next screen: from the event to the painted screen, for touches that wait for nobody else. A scan and a report from the touch to their result on the screen.',
      columns: ['', 'samples', 'bar', 'p50', 'p99', 'max'],
      rows: [
        [
          'touch → next screen',
          String(day.touches.length),
          'p99 100 ms',
          ms(quantile(day.touches, 0.5)),
          ms(quantile(day.touches, 0.99)),
          ms(Math.max(...day.touches)),
        ],
        [
          'scan',
          String(day.scans.length),
          '10 s',
          seconds(quantile(day.scans, 0.5)),
          seconds(quantile(day.scans, 0.99)),
          seconds(Math.max(...day.scans)),
        ],
        [
          'report',
          String(day.reports.length),
          'p50 300 ms',
          ms(quantile(day.reports, 0.5)),
          ms(quantile(day.reports, 0.99)),
          ms(Math.max(...day.reports)),
        ],
      ],
    },
  ];
}
