/** One turn at the counter: an act with its trouble, until the task has ended and nothing is owed. */
import { setTimeout as delay } from 'node:timers/promises';
import { ORPCError } from '@orpc/server';
import { lineTotal } from '#shared/kernel/money.ts';
import type { Counter, TaskRow } from './fiscal-counter.ts';
import { ITEMS } from './fiscal-image.ts';
import type { Act, Plan } from './fiscal-plan.ts';

export const OUTCOMES = ['reported', 'after doubt', 'after a person pressed again', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Turn {
  readonly taskId: string;
  readonly outcome: Outcome;
  /** Everything that was planned against it came. */
  readonly struck: boolean;
}

const POLL_MS = 3;
/** Of the device's clock, for each look. */
const LEAP_MS = 1000;
const LONGEST_MS = 60_000;
/** A cashier notices that there is no paper after so many looks. */
const PAPER_LOOKS = 4;
/** A cashier who loaded paper presses "finish printing" when nothing has come of it after so many. */
const PATIENCE_LOOKS = 150;
/** So many looks at an unknown outcome: a machine that would change its mind has had the time. */
const UNKNOWN_LOOKS = 40;

export async function takeTurn(counter: Counter, { act, trouble }: Plan): Promise<Turn> {
  const ask = await prepare(counter, act);
  if (trouble.noPaper === true) await counter.setPaper(false);
  for (const fault of trouble.armed ?? []) await counter.arm(fault);
  if (trouble.cut !== undefined) counter.cutAt(trouble.cut);
  if (trouble.swapped !== undefined) counter.swapAtDeath();
  await counter.doom(trouble.crashes ?? []);
  const taskId = await ask();
  const turn = await watch(counter, taskId, trouble.swapped);
  if (turn.outcome !== 'unknown') await pressAgainOnAll(counter);
  if (act.kind === 'server_task' && turn.outcome !== 'unknown') await untilTold(counter, taskId);
  const struck = await counter.calm();
  await counter.setPaper(true);
  return { ...turn, struck };
}

/** What a person or headquarters does, ready to be done. It answers the task that it made. */
async function prepare(counter: Counter, act: Act): Promise<() => Promise<string>> {
  switch (act.kind) {
    case 'server_task':
      return () => {
        counter.queue.post(act.task);
        return Promise.resolve(act.task.taskId);
      };
    case 'sale':
      return async () => (await sell(counter, act)).taskId;
    case 'refund': {
      const { orderId, taskId, totalMinor } = await sell(counter, { ...act, id: crypto.randomUUID() });
      await watch(counter, taskId, undefined);
      const lines = act.lines.map(({ quantityMilli }, line) => ({ line, quantityMilli }));
      return () =>
        onScreen(counter, async ({ rpc }) => {
          const given = { id: act.id, orderId, lines, totalMinor, reason: 'unwanted' as const };
          return (await rpc.payments.refund(given)).taskId;
        });
    }
    case 'cash_in':
    case 'cash_out': {
      const direction = act.kind === 'cash_in' ? 'in' : 'out';
      const { id, amountMinor } = act;
      return () =>
        onScreen(
          counter,
          async ({ rpc }) => (await rpc.shift.moveCash({ id, direction, amountMinor, reason: 'размен' })).id,
        );
    }
    case 'close_shift':
      return () => onScreen(counter, async ({ rpc }) => (await rpc.shift.close({})).id);
  }
}

function sell(counter: Counter, { id, lines: wanted, pay }: Extract<Act, { kind: 'sale' | 'refund' }>) {
  const lines = wanted.map(({ item, quantityMilli }) => ({ item: itemAt(item), quantityMilli }));
  const totalMinor = lines.reduce((sum, { item, quantityMilli }) => sum + lineTotal(item.priceMinor, quantityMilli), 0);
  const cardMinor = pay === 'cash' ? 0 : pay === 'card' ? totalMinor : Math.floor(totalMinor / 2);
  const sale = {
    id,
    lines: lines.map(({ item, quantityMilli }) => ({ itemId: item.id, quantityMilli })),
    tenders: [
      ...(cardMinor === 0 ? [] : [{ type: 'card' as const, sumMinor: cardMinor }]),
      // A round banknote: there is change.
      ...(cardMinor === totalMinor ? [] : [{ type: 'cash' as const, sumMinor: totalMinor - cardMinor + 5000 }]),
    ],
  };
  return onScreen(counter, ({ rpc }) => rpc.payments.checkout(sale));
}

type Screen = Awaited<ReturnType<Counter['life']>>;

/** A screen repeats what it was not answered; what a dead device says is not heard. */
async function onScreen<T>(counter: Counter, press: (life: Screen) => Promise<T>): Promise<T> {
  for (;;) {
    const life = await counter.life();
    try {
      await life.signIn();
      const answer = await press(life);
      if ((await counter.life()) === life) return answer;
    } catch (error) {
      if ((await counter.life()) === life) throw error;
    }
  }
}

/** A register that could not be reached just now is asked again at the next press. */
function unlessUnavailable(error: unknown): void {
  if (!(error instanceof ORPCError) || error.code !== 'fiscal.register_unavailable') throw error;
}

async function watch(
  counter: Counter,
  taskId: string,
  swapped: 'for_good' | 'for_a_while' | undefined,
): Promise<Pick<Turn, 'taskId' | 'outcome'>> {
  const deadline = Date.now() + LONGEST_MS;
  let unknownLooks = 0;
  let pressedAgain = false;
  for (let looks = 1; Date.now() < deadline; looks += 1) {
    const row = await counter.task(taskId);
    if (row?.state === 'reported') {
      return { taskId, outcome: pressedAgain ? 'after a person pressed again' : await wasInDoubt(counter, taskId) };
    }
    if (row?.state === 'failed') {
      pressedAgain = true;
      await onScreen(counter, ({ rpc }) => rpc.fiscal.retry({ id: taskId }));
    }
    if (row?.state === 'unknown') {
      unknownLooks += 1;
      if (unknownLooks === UNKNOWN_LOOKS && swapped === 'for_good') return { taskId, outcome: 'unknown' };
      if (unknownLooks === UNKNOWN_LOOKS && swapped === 'for_a_while') counter.swapBack();
    }
    if (looks % PAPER_LOOKS === 0 && !(await counter.hasPaper())) await counter.setPaper(true);
    if (looks % PATIENCE_LOOKS === 0 && (await counter.owesPaper())) {
      pressedAgain = true;
      await onScreen(counter, ({ rpc }) => rpc.fiscal.continuePrint({}).catch(unlessUnavailable));
    }
    counter.hurry(LEAP_MS);
    await delay(POLL_MS);
  }
  throw new Error(`${await describe(counter, taskId)} after ${LONGEST_MS} ms`);
}

/** Nothing is left failed in the queue: a shift that could not be closed on the way is closed now. */
async function pressAgainOnAll(counter: Counter): Promise<void> {
  for (const { id, state } of await counter.tasks()) if (state === 'failed') await watch(counter, id, undefined);
}

async function wasInDoubt(counter: Counter, taskId: string): Promise<Outcome> {
  const life = await counter.life();
  const doubts = life.read("SELECT 1 FROM journal WHERE kind = 'fiscal' AND subject = ? AND step = 'unknown'", taskId);
  return doubts.length > 0 ? 'after doubt' : 'reported';
}

/** Headquarters hears of the end, whatever happened to whoever was to tell it. */
async function untilTold(counter: Counter, taskId: string): Promise<void> {
  const deadline = Date.now() + LONGEST_MS;
  while (!counter.queue.heard(taskId).some(({ status }) => status === 'done')) {
    if (Date.now() > deadline) throw new Error(`headquarters has not heard of ${await describe(counter, taskId)}`);
    await delay(POLL_MS);
  }
}

const describe = async (counter: Counter, taskId: string): Promise<string> => {
  const row: TaskRow | undefined = await counter.task(taskId);
  return `task ${taskId} is ${row?.state ?? 'not there'}`;
};

const itemAt = (index: number) => {
  const item = ITEMS[index];
  if (item === undefined) throw new RangeError(`the catalogue has no item ${index}`);
  return item;
};
