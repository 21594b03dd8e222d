/**
 * `npm run demo`: the main job, end to end, in the terminal. Every step says what it does and checks that it happened;
 * the first that does not hold ends the demonstration with exit code 1.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { connectDevice } from '#cli/device-client.ts';
import { type HqOrder, HqOrders } from '#shared/hq/hq.api.ts';
import { minorToDecimal } from '#shared/kernel/money.ts';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { loginOf, staffOf } from './demo-data.ts';
import { until } from './processes.ts';
import { signInAs } from './sign-in.ts';
import { type DeviceMode, FREE_PORTS, type RegisterName, startWorld, type World } from './world.ts';

interface Sale {
  readonly what: string;
  readonly orderId: string;
  readonly task: FiscalTaskView;
}

export async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'prilavok-demo-'));
  say('A shop opens', 'server, two registers, kiosk, cashier and manager, each a process of its own');
  const world = await startWorld({ dataDir, ports: FREE_PORTS, onStep: (text) => console.log(`    ${text}`) });
  try {
    const sales = [await sellAtKiosk(world)];
    await checkAtHeadquarters(world, sales);

    say('The server goes away', 'the shop does not stop');
    await world.stopServer();
    sales.push(await sellAtCashier(world, 'a sale with no server'));
    sales.push(await killBetweenClosedAndReported(world));

    say('The server is back', 'what waited goes by itself');
    await world.startServer();
    await checkAtHeadquarters(world, sales);
    await checkFiscalMemories(world, sales);
    console.log('\nEvery part holds.');
  } catch (error) {
    console.error(`\nThe demonstration does not hold: ${error instanceof Error ? error.message : String(error)}`);
    console.error(`What it left is in ${dataDir}`);
    process.exitCode = 1;
  } finally {
    await world.stop();
  }
  if (process.exitCode !== 1) rmSync(dataDir, { recursive: true });
}

let step = 0;
function say(title: string, text: string): void {
  step += 1;
  console.log(`\n${step}. ${title}: ${text}`);
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
  console.log(`    ✓ ${what}`);
}

/** Calls a device as its screen would. */
async function as<T>(
  world: World,
  mode: DeviceMode,
  work: (rpc: Awaited<ReturnType<typeof connectDevice>>['rpc']) => Promise<T>,
): Promise<T> {
  const client = await connectDevice(world.device(mode).ready.url);
  try {
    return await work(client.rpc);
  } finally {
    client.close();
  }
}

function sellAtKiosk(world: World): Promise<Sale> {
  return as(world, 'kiosk', async (rpc) => {
    say('A visitor at the kiosk', 'chooses diagnostics, leaves a phone, pays, gets a receipt');
    await until('the catalogue to reach the kiosk', async () =>
      (await rpc.catalogue.services()).length > 0 ? true : undefined,
    );
    const visit = await rpc.visits.start({ kind: 'diagnostics', language: 'ru' });
    await rpc.visits.setContact({ id: visit.id, contact: { phone: '+7 900 123-45-67' } });
    const intent = await rpc.payments.createIntent({ visitId: visit.id });
    console.log(`    visit ${visit.id}, to pay ${minorToDecimal(intent.amountMinor)} ₽, QR «${intent.qrData ?? ''}»`);
    const paid = await until('the payment', async () => {
      const now = await rpc.payments.intent({ id: intent.id });
      return now.status === 'confirmed' ? now : undefined;
    });
    const orderId = paid.orderId;
    if (orderId === undefined) throw new Error('the payment has no order');
    const task = await until('the receipt', async () => {
      const details = await rpc.orders.get({ id: orderId });
      return details.receipts.find(({ status }) => status === 'done')?.id;
    });
    const view = await rpc.fiscal.task({ id: task });
    await rpc.visits.complete({ id: visit.id });
    showReceipt(view);
    return { what: 'the kiosk visit', orderId, task: view };
  });
}

function sellAtCashier(world: World, what: string): Promise<Sale> {
  return as(world, 'cashier', async (rpc) => {
    const { orderId, taskId } = await checkout(world, rpc);
    const view = await until(`the receipt of ${what}`, async () => {
      const task = await rpc.fiscal.task({ id: taskId });
      return task.state === 'reported' ? task : undefined;
    });
    const { sync } = await rpc.device.info();
    check(
      sync.state === 'offline' && sync.unsent > 0,
      `sold and printed offline; ${sync.unsent} changes wait for the server`,
    );
    showReceipt(view);
    return { what, orderId, task: view };
  });
}

async function checkout(
  world: World,
  rpc: Parameters<Parameters<typeof as>[2]>[0],
): Promise<{ orderId: string; taskId: string }> {
  await signInAs(rpc, staffOf(world.access, 'cashier'));
  const [item] = await rpc.catalogue.search({ favourite: true });
  if (item === undefined) throw new Error('the cashier has no catalogue');
  return rpc.payments.checkout({
    id: crypto.randomUUID(),
    lines: [{ itemId: item.id, quantityMilli: 2000 }],
    tenders: [{ type: 'cash', sumMinor: item.priceMinor * 2 + 10_000 }],
  });
}

/** Paper out holds a receipt exactly there: the fiscal memory has it, nobody has been told. */
async function killBetweenClosedAndReported(world: World): Promise<Sale> {
  say('The worst moment', 'the device is killed between "closed in the fiscal memory" and "reported"');
  const tape = world.register('cashier').ready.url;
  await axios.post(`${tape}/faults`, { point: 'paper_out_after_write' });
  const { orderId, taskId } = await as(world, 'cashier', async (rpc) => {
    const made = await checkout(world, rpc);
    await until('the document to be closed', async () =>
      (await rpc.fiscal.task({ id: made.taskId })).state === 'closed' ? true : undefined,
    );
    return made;
  });
  await world.device('cashier').kill();
  console.log('    killed with SIGKILL; paper is loaded; the device starts again');
  await axios.post(`${tape}/paper`, {});
  await world.startDevice('cashier');
  return as(world, 'cashier', async (rpc) => {
    const view = await until('the receipt to be finished from the journal', async () => {
      const task = await rpc.fiscal.task({ id: taskId });
      return task.state === 'reported' ? task : undefined;
    });
    check(view.document?.printed === true, 'its paper came out after the restart');
    showReceipt(view);
    return { what: 'the sale that was killed', orderId, task: view };
  });
}

async function checkAtHeadquarters(world: World, sales: readonly Sale[]): Promise<void> {
  say('Headquarters', `looks for ${sales.length === 1 ? 'the sale' : `all ${sales.length} sales`}`);
  const { email, password } = loginOf(world.access, 'hq_admin');
  const hq = axios.create({ baseURL: world.serverUrl, headers: { origin: world.serverUrl } });
  const signedIn = await hq.post('/auth/sign-in', { email, password });
  const cookie = (signedIn.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
  for (const sale of sales) {
    const started = Date.now();
    const seen = await until(`${sale.what} at headquarters`, async (): Promise<HqOrder | undefined> => {
      const { orders } = HqOrders.parse((await hq.get('/hq/orders', { headers: { cookie } })).data);
      return orders.find(
        ({ order, receipts }) => order.id === sale.orderId && receipts.some(({ status }) => status === 'done'),
      );
    });
    const [receipt] = seen.receipts;
    const same =
      receipt?.document?.fiscalDocumentNumber === sale.task.document?.fiscalDocumentNumber &&
      seen.receipts.length === 1;
    check(
      same && seen.order.status === 'paid',
      `${sale.what}: order ${seen.order.number} paid, document № ${receipt?.document?.fiscalDocumentNumber} (${Date.now() - started} ms)`,
    );
  }
}

/** The registers have the last word: one document a task, no more and no less. */
async function checkFiscalMemories(world: World, sales: readonly Sale[]): Promise<void> {
  say('The fiscal memories', 'hold one document for each sale');
  const texts = await Promise.all((['cashier', 'kiosk'] as const).map((name) => documentsOf(world, name)));
  for (const sale of sales) {
    const found = texts.flat().filter((document) => JSON.stringify(document).includes(sale.task.id));
    check(found.length === 1, `${sale.what}: ${found.length} document`);
  }
}

async function documentsOf(world: World, name: RegisterName): Promise<readonly unknown[]> {
  const { data } = await axios.get<unknown>(`${world.register(name).ready.url}/documents`);
  const list = Array.isArray(data) ? data : (data as { documents?: unknown[] }).documents;
  if (list === undefined) throw new Error('the register answers no documents');
  return list;
}

function showReceipt({ document, totalMinor }: FiscalTaskView): void {
  if (document === undefined) throw new Error('there is no fiscal document');
  console.log(
    [
      `    ┌ receipt № ${document.receiptNumber ?? '—'} of shift ${document.shiftNumber}${document.shiftAutoOpened ? ' (opened by itself)' : ''}`,
      `    │ total ${minorToDecimal(totalMinor)} ₽`,
      `    │ FD ${document.fiscalDocumentNumber}  FP ${document.fiscalSign}  FN ${document.fnNumber}`,
      `    └ ${document.qr ?? ''}`,
    ].join('\n'),
  );
  check(
    /^\d{1,10}$/.test(document.fiscalSign) && (document.qr ?? '').includes(`fp=${document.fiscalSign}`),
    'fiscal sign and QR agree',
  );
}
