/**
 * How long after a guest has paid at the kiosk the order stands on the partner's screen: a whole shop of real processes, a
 * real Chromium, one clock. From the attendant's word that the money is there to the painted row.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { type ConnectedDevice, connectDevice } from '#cli/device-client.ts';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.ts';
import { loginOf, staffOf } from '../scripts/demo-data.ts';
import { ROOT } from '../scripts/processes.ts';
import { FREE_PORTS, startWorld, type World } from '../scripts/world.ts';
import { ms, quantile, type Table } from './table.ts';

const ORDERS = 60;
const WARM_UP = 5;
/** Above the bar by so much that what comes later was lost, and a page that re-reads by itself would hide it. */
const LOST_MS = 10_000;

export async function run(): Promise<Table> {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], {
    cwd: ROOT,
  });
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-bench-'));
  const world = await startWorld({ dataDir: folder, ports: FREE_PORTS, serverEnv: { RATE_FACTOR: '1000' } });
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...CHROMIUM_ARGS] });
  const kiosk = await connectDevice(world.device('kiosk').ready.url);
  try {
    const page = await openPartner(await browser.newPage(), world);
    const samples: number[] = [];
    for (let nth = 0; nth < WARM_UP + ORDERS; nth++) {
      const took = await oneOrder(world, kiosk, page, `Гость ${nth}.`);
      if (nth >= WARM_UP) samples.push(took);
    }
    return {
      title: "From the kiosk to the partner's screen",
      how:
        `${ORDERS} photo orders, one after another: from the attendant's confirmation at the kiosk to the painted row in ` +
        'Chromium. Server, kiosk, registers and browser on one machine, over loopback; the embedded database.',
      columns: ['', 'samples', 'p50', 'p95', 'p99', 'max'],
      rows: [
        ['paid → painted', `${samples.length}`, ...[0.5, 0.95, 0.99, 1].map((share) => ms(quantile(samples, share)))],
      ],
    };
  } finally {
    kiosk.close();
    await browser.close();
    await world.stop();
    rmSync(folder, { recursive: true });
  }
}

async function openPartner(page: Page, world: World): Promise<Page> {
  const { email, password } = loginOf(world.access, 'partner');
  await page.goto(`${world.serverUrl}/hq`);
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  const line = page.waitForEvent('websocket');
  await page.keyboard.press('Enter');
  await (await line).waitForEvent('framereceived');
  return page;
}

async function oneOrder(world: World, { rpc }: ConnectedDevice, page: Page, name: string): Promise<number> {
  const visit = await rpc.visits.start({ kind: 'photo', language: 'ru' });
  await rpc.visits.setContact({ id: visit.id, contact: { name, email: 'guest@example.com' } });
  await givePhoto(world, visit.id);
  const { id } = await rpc.payments.payAtDesk({ visitId: visit.id });
  const supervisor = staffOf(world.access, 'supervisor');
  const taker = (await rpc.payments.means()).desk.find(({ name: known }) => known === supervisor.name);
  if (taker === undefined) throw new Error('the supervisor may not take money at this kiosk');
  // A page's promise that the row is painted, made before anybody pays.
  await page.evaluate(watch, { name, lostMs: LOST_MS });
  const from = Date.now();
  await rpc.payments.confirmAtDesk({ id, memberId: taker.id, pin: supervisor.pin, tender: 'cash' });
  const painted = await page.evaluate(() => (globalThis as unknown as { painted: Promise<number> }).painted);
  await rpc.visits.complete({ id: visit.id });
  return painted - from;
}

/** Runs in the page. */
function watch({ name, lostMs }: { readonly name: string; readonly lostMs: number }): void {
  const here = globalThis as unknown as {
    painted: Promise<number>;
    document: { readonly body: { readonly textContent: string } };
    MutationObserver: new (run: () => void) => { observe(node: unknown, what: object): void; disconnect(): void };
    requestAnimationFrame: (run: () => void) => void;
  };
  here.painted = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} is not on the screen`)), lostMs);
    const observer = new here.MutationObserver(() => {
      // Not `innerText`: a row that was put in a moment ago is not laid out, and has none.
      if (!here.document.body.textContent.includes(name)) return;
      observer.disconnect();
      clearTimeout(late);
      here.requestAnimationFrame(() => setTimeout(() => resolve(Date.now()), 0));
    });
    observer.observe(here.document.body, { subtree: true, childList: true, characterData: true });
  });
  // Whoever asks for it comes later; until then nobody has failed to handle it.
  here.painted.catch(() => undefined);
}

let cookie: string | undefined;
const photo = () => readFileSync(join(ROOT, 'scripts/demo-photos/car-1.jpg'));

async function givePhoto(world: World, visitId: string): Promise<void> {
  const address = new URL(world.device('kiosk').ready.url);
  if (cookie === undefined) {
    const entered = await fetch(address, { redirect: 'manual' });
    [cookie] = (entered.headers.get('set-cookie') ?? '').split(';');
  }
  const put = await fetch(`${address.origin}/blobs?kind=photo&visit=${visitId}`, {
    method: 'PUT',
    headers: { cookie: cookie ?? '', origin: address.origin },
    body: photo(),
  });
  if (!put.ok) throw new Error(`the kiosk did not take the photo: ${put.status}`);
}
