/**
 * The real thing: a cashier's device as a process of its own, sold at without a pause and killed with SIGKILL again and
 * again at moments of chance; then the register's documents against every sale that was asked for.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import { type ConnectedDevice, connectDevice } from '#cli/device-client.ts';
import type { FnDocument } from '#emulators/kkt/model.ts';
import type { WireFiscalTask } from '#shared/fiscal/fiscal.wire.ts';
import type { FiscalTaskView } from '#shared/rpc/fiscal.contract.ts';
import { registerOf, staffOf } from '../../scripts/demo-data.ts';
import { until } from '../../scripts/processes.ts';
import { FREE_PORTS, startWorld, type World } from '../../scripts/world.ts';
import { taskIdOf } from './fiscal-judge.ts';
import { type Seeded, seeded } from './seeded.ts';

export interface KillsResult {
  readonly kills: number;
  readonly tasks: number;
  readonly receipts: number;
  readonly states: Readonly<Record<string, number>>;
  /** Tasks that a machine gave up, proved not printed, and a person had to press again. */
  readonly pressedAgain: number;
  /** What does not hold, in words. */
  readonly broken: readonly string[];
}

interface Sale {
  readonly id: string;
  taskId?: string;
}

/** From the process being ready to its death, at most; half of them come within a tenth of it, in the recovery. */
const LONGEST_LIFE_MS = 900;
const SETTLED_MS = 120_000;

/** Starts a shop of its own and ends it. */
export async function killAgainAndAgain(options: {
  readonly kills: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}): Promise<KillsResult> {
  const { kills, seed, onProgress } = options;
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-kills-'));
  const world = await startWorld({ dataDir: folder, ports: FREE_PORTS });
  let isWhole = false;
  try {
    // They only warm the machine.
    await Promise.all([world.device('kiosk').stop(), world.device('manager').stop()]);
    const chance = seeded(seed);
    const sales: Sale[] = [];
    const posted: string[] = [];
    const isOver = { value: false };
    const selling = sellWithoutPause(world, sales, isOver);
    for (let done = 1; done <= kills; done += 1) {
      posted.push(await postTask(world, chance.uuid()));
      await delay(lifeOf(chance));
      await world.device('cashier').kill();
      await world.startDevice('cashier');
      onProgress?.(done);
    }
    isOver.value = true;
    await selling;
    const result = await judge(world, kills, sales, posted);
    isWhole = result.broken.length === 0;
    return result;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}; what it left is in ${folder}`, {
      cause: error,
    });
  } finally {
    await world.stop();
    // What broke something is left to be looked at.
    if (isWhole) rmSync(folder, { recursive: true, force: true });
  }
}

const lifeOf = (chance: Seeded): number =>
  Math.floor(LONGEST_LIFE_MS * chance.next() * (chance.next() < 0.5 ? 0.1 : 1));

/** A cashier who repeats what was not answered, with the same id, until it is. */
async function sellWithoutPause(world: World, sales: Sale[], isOver: { readonly value: boolean }): Promise<void> {
  let device: ConnectedDevice | undefined;
  while (!isOver.value || sales.at(-1)?.taskId === undefined) {
    const last = sales.at(-1);
    const sale: Sale = last !== undefined && last.taskId === undefined ? last : { id: crypto.randomUUID() };
    if (sale !== last) sales.push(sale);
    try {
      device ??= await signIn(world);
      sale.taskId = (await answered(checkout(device, sale.id))).taskId;
    } catch {
      // Killed under our hands, or not up again yet.
      device?.close();
      device = undefined;
      await delay(10);
    }
  }
  device?.close();
}

/** A socket whose other end was killed answers nothing, not even an error. */
const answered = <T>(call: Promise<T>): Promise<T> =>
  Promise.race([
    call,
    delay(2000).then(() => {
      throw new Error('no answer');
    }),
  ]);

async function signIn(world: World): Promise<ConnectedDevice> {
  const device = await connectDevice(world.device('cashier').ready.url);
  const { name, pin } = staffOf(world.access, 'cashier');
  const member = (await answered(device.rpc.staff.list())).find((one) => one.name === name);
  if (member === undefined) throw new Error(`${name} is not on the cashier's list yet`);
  await answered(device.rpc.staff.signIn({ memberId: member.id, pin }));
  return device;
}

async function checkout({ rpc }: ConnectedDevice, id: string) {
  const [item] = await rpc.catalogue.search({ favourite: true });
  if (item === undefined) throw new Error('the cashier has no catalogue yet');
  return rpc.payments.checkout({
    id,
    lines: [{ itemId: item.id, quantityMilli: 1000 }],
    tenders: [{ type: 'cash', sumMinor: item.priceMinor }],
  });
}

const wireTask = (world: World, taskId: string): WireFiscalTask => ({
  taskId,
  type: 'sale',
  fiscalDeviceId: registerOf(world.access, 'cashier').fiscalDeviceId,
  operator: { name: 'Кассир Иванов И.', vatin: '123456789047' },
  receipt: {
    items: [{ name: 'Товар', price: 500, quantity: 1, vat: { type: 'none' } }],
    payments: [{ type: 'card', sum: 500 }],
    total: 500,
    taxationSystem: 'osn',
    receiptType: 'sell',
  },
});

/** Posting a task again answers how it stands. */
async function standing(world: World, taskId: string): Promise<{ readonly status: string }> {
  const { data } = await axios.post<{ status: string }>(`${world.serverUrl}/fiscal-tasks`, wireTask(world, taskId), {
    headers: { authorization: `Bearer ${registerOf(world.access, 'cashier').token}` },
  });
  return data;
}

async function postTask(world: World, taskId: string): Promise<string> {
  await standing(world, taskId);
  return taskId;
}

async function judge(
  world: World,
  kills: number,
  sales: readonly Sale[],
  posted: readonly string[],
): Promise<KillsResult> {
  const broken: string[] = [];
  const device = await signIn(world);
  const { rpc } = device;
  const pressed = new Set<string>();
  await until(
    'every task to end',
    async () => {
      const open = await rpc.fiscal.tasks({ limit: 200, show: 'open' });
      for (const { id, state } of open) {
        if (state !== 'failed') continue;
        pressed.add(id);
        await rpc.fiscal.retry({ id });
      }
      return open.length === 0 ? true : undefined;
    },
    SETTLED_MS,
    200,
  ).catch((error: unknown) => broken.push(String(error)));
  for (const taskId of posted) {
    await until(
      `headquarters to hear of ${taskId}`,
      async () => ((await standing(world, taskId)).status === 'done' ? true : undefined),
      30_000,
      500,
    ).catch((error: unknown) => broken.push(String(error)));
  }

  const { data: documents } = await axios.get<FnDocument[]>(`${world.register('cashier').ready.url}/documents`);
  const receipts = documents.filter(({ kind }) => kind === 'receipt');
  const ids = [...sales.map(({ taskId }) => taskId ?? 'a sale that was never answered'), ...posted];
  const states: Record<string, number> = {};
  for (const id of ids) {
    const task: FiscalTaskView | undefined = await rpc.fiscal.task({ id }).catch(() => undefined);
    const state = task?.state ?? 'lost';
    states[state] = (states[state] ?? 0) + 1;
    const bearing = receipts.filter((document) => taskIdOf(document) === id);
    if (bearing.length !== 1) broken.push(`${bearing.length} documents bear task ${id}, which is ${state}`);
    else if (state !== 'reported' || task?.document?.fiscalDocumentNumber !== bearing[0]?.number)
      broken.push(`task ${id} is ${state} and says document ${task?.document?.fiscalDocumentNumber}`);
  }
  const known = new Set(ids);
  for (const document of receipts) {
    const id = taskIdOf(document);
    if (id === undefined || !known.has(id)) broken.push(`document ${document.number} is of no task: ${id ?? 'no id'}`);
  }
  device.close();
  return { kills, tasks: ids.length, receipts: receipts.length, states, pressedAgain: pressed.size, broken };
}
