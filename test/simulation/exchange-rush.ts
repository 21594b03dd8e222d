/**
 * The server's half of the currency desk under desktops that it cannot trust to be alone or alive: two of them on one person's
 * commands, calls at once, answers that never arrive, commands given out again, services begun anew over the same database, and
 * prices that move. From one seed. What a desktop remembers is what it may have forgotten: nothing but the command itself.
 */
import { eq } from 'drizzle-orm';
import type { PersonPrincipal } from '#server/features/exchange/exchange.principal.ts';
import { exchangeCommands, exchangeTransactions } from '#server/features/exchange/exchange.tables.ts';
import { createExchangeCommands } from '#server/features/exchange/exchange-commands.service.ts';
import { canonical, createSellService } from '#server/features/exchange/sell.service.ts';
import { findHolding, findWallet } from '#server/features/exchange/wallets.repo.ts';
import { addOrganization, createTestApp } from '#server/testing/test-app.ts';
import { createFixedPrices, deskOf } from '#server/testing/test-exchange.ts';
import { isFurtherApart, minus, plus, proceedsMinor } from '#shared/exchange/decimal.rules.ts';
import { type DeviceCommand, saleKeyOf } from '#shared/exchange/exchange.api.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { NewId } from '#shared/kernel/ids.ts';
import { seeded } from './seeded.ts';

export interface Rush {
  readonly commands: number;
  readonly seed: number;
  /** A desktop that makes a new key for each try: the judge must see it. */
  readonly isCareless?: boolean;
  /** A server that keeps to a preview's price wherever the market went: the judge must see that too. */
  readonly isBlind?: boolean;
}

export interface RushResult {
  readonly faults: readonly string[];
  readonly sold: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly weather: Readonly<Record<'restarts' | 'lost' | 'again' | 'refused', number>>;
}

const HELD = '1000';
const LIFE_MS = 30_000;
const TOLERANCE = '0.5';
const CASH_MINOR = 100_000;

export async function runRush({
  commands: count,
  seed,
  isCareless = false,
  isBlind = false,
}: Rush): Promise<RushResult> {
  const random = seeded(seed);
  const chance = (share: number) => random.next() < share;
  const prices = createFixedPrices();
  const server = await createTestApp({}, undefined, { prices });
  const { db, clock } = server;
  const newId: NewId = server.newId;
  const weather = { restarts: 0, lost: 0, again: 0, refused: 0 };
  const tolerancePercent = isBlind ? '100' : TOLERANCE;
  let market = '60000';
  /** Prices of previews, by command, and where the market stood while each was being sold. */
  const seen = new Map<string, Set<string>>();
  const marketsAt = new Map<string, Set<string>>();
  const note = (notes: Map<string, Set<string>>, id: string, price: string) =>
    notes.set(id, (notes.get(id) ?? new Set()).add(price));
  const beingSold = new Map<object, string>();
  const movePrice = () => {
    market = String(random.int(58_000, 62_000));
    prices.set('bitcoin', market);
    for (const id of beingSold.values()) note(marketsAt, id, market);
  };

  const organization = await addOrganization(server);
  const person = await deskOf(server, organization, { quantity: HELD });
  const owner = { organizationId: organization.organizationId, userId: person.userId };
  const by: PersonPrincipal = { ...owner, kind: 'person', sessionId: newId(), deviceId: undefined };
  const begin = () => {
    const now = () => clock.now;
    const auth = { authenticate: async () => by, makeTicket: async () => ({ ticket: newId(), expiresAt: 0 }) };
    return {
      commands: createExchangeCommands({ db, now, newId, live: { exchangeWaits: () => undefined }, auth }),
      sales: createSellService({ db, now, newId, prices, previewLifeMs: LIFE_MS, tolerancePercent }),
    };
  };
  let desk = begin();
  /** What a refusal is worth here: it sold nothing, and the next try is somebody else's. */
  const attempt = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      weather.refused += 1;
    }
  };

  async function obey(desktop: string, { id, payload }: DeviceCommand): Promise<void> {
    const order = { asset_id: 'bitcoin', quantity: String(payload['quantity']) };
    const preview = await desk.sales.preview(owner, order);
    note(seen, id, preview.unit_price);
    if (chance(0.2)) movePrice();
    if (chance(0.1)) clock.now += random.int(1, 40_000);
    if (chance(0.1)) return void (await answer(desktop, id, 'FAILED'));
    note(marketsAt, id, market);
    const sell = () =>
      desk.sales.sell(owner, isCareless ? newId() : saleKeyOf(id), { ...order, preview_id: preview.preview_id });
    const sale = {};
    beingSold.set(sale, id);
    try {
      // A click, and the click of somebody who saw nothing happen.
      if (chance(0.2)) await Promise.all([attempt(sell), sell()]);
      else await sell();
    } finally {
      beingSold.delete(sale);
    }
    if (chance(0.2)) weather.lost += 1;
    else await answer(desktop, id, 'ACKNOWLEDGED');
  }
  const answer = (desktop: string, id: string, status: 'ACKNOWLEDGED' | 'FAILED') =>
    desk.commands.ack(by, id, { status, target_device_id: desktop });

  const given = new Set<string>();
  async function round(desktop: string): Promise<void> {
    const query = { target_device: 'desktop', target_device_id: desktop, limit: 10 };
    for (const command of (await desk.commands.poll(by, query)).commands) {
      if (given.has(command.id)) weather.again += 1;
      given.add(command.id);
      // It dies with the command in its hands.
      if (chance(0.1)) continue;
      await attempt(() => obey(desktop, command));
    }
  }

  try {
    for (let sent = 0; sent < count; sent += 1) {
      await desk.commands.create(by, {
        action: 'EXECUTE_DESKTOP_SELL',
        payload: { asset_id: 'bitcoin', quantity: `0.000${random.int(1, 9999)}1` },
        source_device: 'mobile',
        target_device: 'desktop',
        ttl_seconds: random.int(5, 300),
      });
      if (chance(0.3)) await Promise.all([round('pc-1'), round('pc-2')]);
      clock.now += random.int(0, chance(0.1) ? 70_000 : 2000);
      if (chance(0.1)) movePrice();
      if (chance(0.05)) {
        desk = begin();
        weather.restarts += 1;
      }
    }
    for (let nth = 0; nth < 6; nth += 1) {
      clock.now += 61_000;
      await round('pc-1');
    }
    await desk.commands.expire();
    return { ...(await judge()), weather };
  } finally {
    await server.close();
  }

  async function judge(): Promise<Omit<RushResult, 'weather'>> {
    const mine = eq(exchangeTransactions.userId, owner.userId);
    const sales = (await db.select().from(exchangeTransactions).where(mine)).filter(({ txType }) => txType === 'SELL');
    const sent = await db.select().from(exchangeCommands).where(eq(exchangeCommands.userId, owner.userId));
    const faults: string[] = [];
    const times = new Map<string, number>();
    let [gone, received] = ['0', CASH_MINOR];
    for (const { commandId, unitPrice, quantity, totalMinor } of sales) {
      const [price, amount] = [canonical(unitPrice ?? ''), canonical(quantity ?? '')];
      gone = plus(gone, amount);
      received += totalMinor;
      if (totalMinor !== proceedsMinor(price, amount)) faults.push(`${amount} at ${price} brought ${totalMinor}`);
      if (commandId === null) {
        faults.push(`${amount} was sold for no command`);
        continue;
      }
      times.set(commandId, (times.get(commandId) ?? 0) + 1);
      if (seen.get(commandId)?.has(price) !== true) faults.push(`${commandId} was sold at ${price}, which nobody saw`);
      const near = [...(marketsAt.get(commandId) ?? [])].some((at) => !isFurtherApart(price, at, TOLERANCE));
      if (!near) faults.push(`${commandId} was sold at ${price}, far from any market`);
      const asked = sent.find(({ id }) => id === commandId);
      if (canonical(String(asked?.payload['quantity'])) !== amount) faults.push(`${commandId} sold ${amount}`);
    }
    for (const [id, sold] of times) if (sold > 1) faults.push(`${id} was sold ${sold} times`);
    const ended: Record<string, number> = {};
    for (const { id, status } of sent) {
      ended[status] = (ended[status] ?? 0) + 1;
      if ((status === 'ACKNOWLEDGED') !== times.has(id)) faults.push(`${id} is ${status}, sold ${times.get(id) ?? 0}`);
      if (status === 'PENDING' || status === 'DELIVERED') faults.push(`${id} never ended`);
    }
    const left = canonical((await findHolding(db, owner, 'bitcoin'))?.quantity ?? '0');
    if (minus(HELD, gone) !== left) faults.push(`${left} is left of ${HELD}, ${gone} was sold`);
    const cash = (await findWallet(db, owner))?.cashMinor;
    if (cash !== received) faults.push(`there are ${cash} cents, ${received} were received`);
    return { faults, sold: sales.length, ended };
  }
}
