/** One guest, from the picture that invites to the picture that invites. */
import type { Page } from '@playwright/test';
import { connectDevice } from '#cli/device-client.ts';
import type { Seeded } from '#test/simulation/seeded.ts';
import type { World } from '../../scripts/world.ts';
import { INVITATION, nextTouch, RESULT, SCAN_ENDS, START_SCAN, type Touch } from './touches.rules.ts';
import { emailOf } from './traces.ts';

/** No step of a guest waits longer for the machine. */
const STUCK_MS = 60_000;
/** A screen that moved on by itself takes no touch. */
const MISSED_MS = 1500;
const LOOK_EVERY_MS = 20;
const RESULT_MS = 30_000;
/** What is told of a visit that came to no end. */
const LAST_TOUCHES = 6;

export interface Plan {
  readonly guest: number;
  readonly kind: 'diagnostics' | 'thickness';
  readonly death?: { readonly of: 'device' | 'page'; readonly beforeTouch: number };
  /** The guest's own whims, so that those of one move no other's. */
  readonly chance: Seeded;
}

/** All in ms. */
export interface VisitTimes {
  /** From a touch to the painted next screen. */
  readonly touches: number[];
  /** From a touch to the result of a scan on the screen. */
  readonly scans: number[];
  readonly reports: number[];
}

interface Sight {
  readonly title: string;
  /** The words on what can be touched. */
  readonly buttons: readonly string[];
}

/** @returns where the guest stood and what they had touched, when the visit came to no end. */
export async function liveVisit(world: World, page: Page, times: VisitTimes, plan: Plan): Promise<string | undefined> {
  const startedAt = performance.now();
  /** It is another one at each start of the device. */
  const open = () => page.goto(world.device('kiosk').ready.url);
  const touched: string[] = [];
  let isBegun = false;
  /** The same word leads away from a receipt and from a result. */
  let hasResult = false;
  let deathDue = plan.death;
  for (;;) {
    if (performance.now() - startedAt > STUCK_MS) {
      const { title, buttons } = await lookAt(page);
      await open();
      return `at "${title}" with [${buttons.join(', ')}] after ${touched.slice(-LAST_TOUCHES).join(' > ')}`;
    }
    if (deathDue?.beforeTouch === touched.length) {
      touched.push(`death of the ${deathDue.of}`);
      if (deathDue.of === 'device') {
        await world.device('kiosk').kill();
        await world.startDevice('kiosk');
      }
      deathDue = undefined;
      await open();
    }
    const { buttons } = await lookAt(page);
    const touch = nextTouch(buttons, plan.kind, () => plan.chance.next());
    if (touch?.words === INVITATION && isBegun) return undefined;
    if (touch === undefined) {
      await page.waitForTimeout(LOOK_EVERY_MS);
      continue;
    }
    const from = performance.now();
    const paintedMs = await take(page, touch);
    if (paintedMs === 'missed') continue;
    touched.push(touch.words);
    if (paintedMs !== undefined) times.touches.push(paintedMs);
    if (touch.choosesService) {
      isBegun = true;
      await leaveAName(world, plan.guest);
    }
    if (touch.words === START_SCAN && (await waitFor(page, Object.values(SCAN_ENDS))) === SCAN_ENDS.read) {
      times.scans.push(performance.now() - from);
      hasResult = true;
    }
    if (touch.endsMeasuring) hasResult = true;
    else if (hasResult && touch.words === RESULT.leave && (await waitFor(page, [RESULT.report])) !== undefined) {
      times.reports.push(performance.now() - from);
    }
  }
}

/** @returns how long the next screen took, ms; `undefined` when none is due. */
async function take(page: Page, { words, isCard, leadsOn }: Touch): Promise<number | 'missed' | undefined> {
  if (leadsOn) await page.evaluate('arm()');
  const button = page.getByRole('button', { name: words, exact: !isCard });
  // Of two that say the same the question on top was drawn last.
  const target = words === INVITATION ? page.getByText(words) : button.last();
  const isTaken = await target.tap({ timeout: MISSED_MS }).then(
    () => true,
    () => false,
  );
  if (!isTaken) return 'missed';
  if (!leadsOn) return undefined;
  return (await page.evaluate<number | null>('measured').catch(() => null)) ?? undefined;
}

/** A page that is on its way to another one shows nothing. */
const lookAt = (page: Page): Promise<Sight> => page.evaluate<Sight>('lookAt()');

async function waitFor(page: Page, words: readonly string[]): Promise<string | undefined> {
  const until = performance.now() + RESULT_MS;
  while (performance.now() < until) {
    const { buttons } = await lookAt(page);
    const found = words.find((one) => buttons.includes(one));
    if (found !== undefined) return found;
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
  return undefined;
}

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
