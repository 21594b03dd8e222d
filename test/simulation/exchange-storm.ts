/**
 * Commands of a phone through everything that can go wrong on their way: calls that do not arrive, answers that are lost, a
 * desk that is begun anew, prices that move at any moment, a person who says yes, no, or nothing. All of it from one seed.
 */
import { and, eq } from 'drizzle-orm';
import type { Answer, Confirm } from '#main/domains/exchange/exchange.port.ts';
import { exchangeCommands, exchangeTransactions } from '#server/features/exchange/exchange.tables.ts';
import { PASSWORD } from '#server/testing/test-app.ts';
import { minus, plus } from '#shared/exchange/decimal.rules.ts';
import { addPerson, type Cut, createDesk, createExchangeServer, type Desk } from '#test/doubles/exchange-world.ts';
import { seeded } from './seeded.ts';

export interface Storm {
  readonly commands: number;
  readonly seed: number;
}

export interface StormResult {
  /** What must not be, in words; none in a product that holds. */
  readonly faults: readonly string[];
  readonly sold: number;
  readonly ended: Readonly<Record<string, number>>;
  /** So that a quiet storm is not taken for a survived one. */
  readonly weather: Readonly<Record<'lost' | 'restarts' | 'asked' | 'redelivered', number>>;
}

/** Sells 0.00001 bitcoin each: below 70 cents nobody is asked. */
const QUANTITY = '0.00001';
const LIMIT_MINOR = 70;
const HELD = '0.5';
const ROUNDS_AFTER = 10;

export async function runStorm({ commands, seed }: Storm): Promise<StormResult> {
  const random = seeded(seed);
  const below = (count: number) => random.int(0, count - 1);
  const chance = (share: number) => random.next() < share;
  const world = await createExchangeServer();
  const weather = { lost: 0, restarts: 0, asked: 0, redelivered: 0 };
  /** Prices that a person said yes to, by command. */
  const agreed = new Map<string, Set<string>>();
  const confirm: Confirm = {
    ask: async ({ id, effect }): Promise<Answer> => {
      weather.asked += 1;
      if (effect.kind !== 'sell') return { kind: 'reject' };
      // Whoever thinks for long finds another price.
      if (chance(0.3)) movePrice();
      if (chance(0.2)) world.app.clock.now += below(40_000);
      if (chance(0.2)) return { kind: 'reject' };
      if (chance(0.1)) {
        world.app.clock.now += 30_000;
        return { kind: 'stale' };
      }
      agreed.set(id, (agreed.get(id) ?? new Set()).add(effect.preview.unitPrice));
      return { kind: 'accept' };
    },
  };
  const movePrice = () => world.prices.set('bitcoin', String(50_000 + below(40_000)));

  const person = await addPerson(world);
  let desk: Desk = await createDesk(world, { autoConfirm: { isOn: true, maxMinor: LIMIT_MINOR }, confirm });
  const { wire } = desk;
  const storm = (): Cut => {
    if (chance(0.05)) movePrice();
    if (!chance(0.15)) return undefined;
    weather.lost += 1;
    return chance(0.5) ? 'unreachable' : 'no_answer';
  };
  const round = async () => {
    if (desk.exchange.state().user === undefined) {
      await desk.exchange.signIn(person.email, PASSWORD).catch(() => undefined);
      desk.exchange.listen(true);
    }
    // What fails is tried again: that is what is looked at here.
    await desk.round().catch(() => undefined);
    if (chance(0.3)) await desk.exchange.loops.work.tick().catch(() => undefined);
  };
  try {
    wire.cut = storm;
    for (let sent = 0; sent < commands; ) {
      const batch = Math.min(1 + below(5), commands - sent);
      for (let nth = 0; nth < batch; nth += 1) {
        await person.send({
          action: 'EXECUTE_DESKTOP_SELL',
          payload: { asset_id: 'bitcoin', quantity: QUANTITY },
          ttl_seconds: 5 + below(180),
        });
      }
      sent += batch;
      await round();
      if (chance(0.15)) {
        desk.exchange.close();
        desk = await desk.restart();
        weather.restarts += 1;
      }
      world.app.clock.now += below(chance(0.1) ? 70_000 : 3000);
    }
    wire.cut = () => undefined;
    for (let nth = 0; nth < ROUNDS_AFTER; nth += 1) {
      world.app.clock.now += 30_000;
      await round();
    }
    weather.redelivered = wire.seen.filter((call) => call.endsWith('/ack')).length - commands;
    return { ...(await judge()), weather };
  } finally {
    desk.exchange.close();
    await wire.close();
    await world.close();
  }

  async function judge(): Promise<Omit<StormResult, 'weather'>> {
    const { db } = world.app;
    const mine = eq(exchangeTransactions.userId, person.userId);
    const sales = await db
      .select()
      .from(exchangeTransactions)
      .where(and(mine, eq(exchangeTransactions.txType, 'SELL')));
    const sent = await db.select().from(exchangeCommands).where(eq(exchangeCommands.userId, person.userId));
    const soldBy = new Map<string | null, number>();
    const faults: string[] = [];
    for (const { commandId, unitPrice, totalMinor } of sales) {
      soldBy.set(commandId, (soldBy.get(commandId) ?? 0) + 1);
      const price = String(Number(unitPrice));
      const isAgreed = commandId !== null && agreed.get(commandId)?.has(price) === true;
      if (totalMinor > LIMIT_MINOR && !isAgreed) faults.push(`${commandId} was sold at ${price}, which nobody saw`);
    }
    for (const [commandId, count] of soldBy) if (count > 1) faults.push(`${commandId} was sold ${count} times`);
    const ended: Record<string, number> = {};
    for (const { id, status } of sent) {
      ended[status] = (ended[status] ?? 0) + 1;
      if ((status === 'ACKNOWLEDGED') !== soldBy.has(id))
        faults.push(`${id} is ${status}, sold ${soldBy.get(id) ?? 0}`);
      if (status === 'PENDING' || status === 'DELIVERED') faults.push(`${id} never ended`);
    }
    const left = (await desk.exchange.overview()).value.holdings[0]?.quantity ?? '0';
    const gone = sales.reduce((sum, { quantity }) => plus(sum, canonical(quantity)), '0');
    if (minus(HELD, gone) !== left) faults.push(`${left} is left of ${HELD}, ${gone} was sold`);
    return { faults, sold: sales.length, ended };
  }
}

const canonical = (quantity: string | null): string => plus(quantity ?? '0', '0');
