/** The guests of a day, one after another: which fault meets whom, and what the machine weighs after each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from '@playwright/test';
import { type Seeded, seeded } from '#test/simulation/seeded.ts';
import type { World } from '../../scripts/world.ts';
import { watchLiveHeap } from './live-heap.ts';
import { liveVisit, type Plan, type VisitTimes } from './visit.ts';

const FAULTS = ['none', 'car_off', 'declined', 'reload', 'kill'] as const;
type Fault = (typeof FAULTS)[number];
/** How long the emulated bank takes to let a guest pay: as short as a code can be seen on the screen at all. */
const PAY_AFTER_MS = 100;
/** A look at the memory of a page stops it for a tenth of a second. */
const WEIGHED_EVERY = 5;
/** Steps of the longest visit, about. */
const STEPS = 12;
const TOLD_EVERY = 50;

export interface Weight {
  /** Of the device's process, as the system counts it. */
  readonly device: number;
  /** What of it is alive in its heap. */
  readonly deviceHeap: number;
  readonly page: number;
}

export interface Day {
  readonly visits: number;
  readonly seed: number;
  readonly times: VisitTimes;
  readonly faults: Map<Fault, number>;
  /** Bytes, after a visit without a death before it. */
  readonly memory: Weight[];
  stuck: number;
  /** Of all visits together. */
  lastedMs: number;
}

export async function liveTheDay(
  world: World,
  browser: Browser,
  { visits, seed, inspectorPort }: { readonly visits: number; readonly seed: number; readonly inspectorPort: number },
): Promise<Day> {
  const chance = seeded(seed);
  const times = { touches: [], scans: [], reports: [] };
  const day: Day = { visits, seed, times, faults: new Map(), memory: [], stuck: 0, lastedMs: 0 };
  const page = await openKiosk(browser, world.device('kiosk').ready.url);
  const heap = await page.context().newCDPSession(page);
  const { pid } = world.device('kiosk');
  const deviceHeap = await watchLiveHeap(pid, inspectorPort);
  const begun = performance.now();
  for (let guest = 0; guest < visits; guest += 1) {
    // The first half is one life of the page and of the device: there memory can be compared.
    const isOneLife = guest < visits / 2;
    const plan = planOf(chance, seed, guest, isOneLife);
    day.faults.set(plan.fault, (day.faults.get(plan.fault) ?? 0) + 1);
    await prepare(world, plan.fault);
    const stuck = await liveVisit(world, page, times, plan);
    if (stuck !== undefined) {
      day.stuck += 1;
      console.error(`visit ${guest} (${plan.kind}, ${plan.fault}) came to no end: ${stuck}`);
    }
    if (isOneLife && guest % WEIGHED_EVERY === 0) {
      // First what lies about, then what is left when it was collected.
      const device = residentBytes(pid);
      day.memory.push({ device, deviceHeap: await deviceHeap.read(), page: await usedBytes(heap) });
    }
    if ((guest + 1) % TOLD_EVERY === 0) console.error(progressOf(day, guest + 1, performance.now() - begun));
  }
  day.lastedMs = performance.now() - begun;
  deviceHeap.close();
  await page.context().close();
  return day;
}

function progressOf({ stuck, memory }: Day, lived: number, ms: number): string {
  const weighed = memory.at(-1);
  const mib = (bytes = 0) => (bytes / 2 ** 20).toFixed(1);
  return `${lived} visits in ${(ms / 60_000).toFixed(1)} min, ${stuck} stuck; device ${mib(weighed?.device)} MiB, ${mib(weighed?.deviceHeap)} alive, page ${mib(weighed?.page)} MiB`;
}

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

function planOf(chance: Seeded, seed: number, guest: number, isOneLife: boolean): Plan & { readonly fault: Fault } {
  const fault = chance.pick(isOneLife ? FAULTS.filter((one) => one !== 'kill' && one !== 'reload') : FAULTS);
  const dies = fault === 'kill' ? 'device' : fault === 'reload' ? 'page' : undefined;
  return {
    guest,
    fault,
    kind: chance.next() < 0.75 ? 'diagnostics' : 'thickness',
    ...(dies === undefined ? {} : { death: { of: dies, beforeTouch: chance.int(0, STEPS - 1) } }),
    chance: seeded(seed, guest),
  };
}

async function prepare(world: World, fault: Fault): Promise<void> {
  const car = fault === 'car_off' ? 'ignition_off' : 'faulty';
  await tell(`${world.instrument('adapter').ready.url}/state`, { car });
  const declineFirst = fault === 'declined' ? 1 : 0;
  await tell(`${world.bank().ready.url}/behaviour`, { payAfterMs: PAY_AFTER_MS, declineFirst });
}

const tell = (url: string, data: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(data) });

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;

async function usedBytes(heap: CDPSession): Promise<number> {
  await heap.send('HeapProfiler.collectGarbage');
  return (await heap.send('Runtime.getHeapUsage')).usedSize;
}
