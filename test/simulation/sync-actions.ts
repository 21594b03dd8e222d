/** What each step of a script does to the world. */

import { sql } from 'drizzle-orm';
import { collectGone } from '#server/sync/departures.repo.ts';
import { setShops } from '#server/sync/grants.service.ts';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { decodeHlc, encodeHlc, HLC_ZERO, tick } from '#shared/kernel/clock.ts';
import { AppError } from '#shared/kernel/errors.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import type { MutatorArgs, MutatorName } from '#shared/sync/registry.ts';
import { orgScope, shopScope } from '#shared/sync/scopes.ts';
import { ORGANIZATION, order, payment, shopId, uuid } from '#test/sync/fixtures.ts';
import { type Seeded, seeded } from './seeded.ts';
import { Died, start, untilBlocked } from './sync-device.ts';
import { hold, put, Violation } from './sync-model.ts';
import type { Action, Step } from './sync-plan.ts';
import type { ServerDoom } from './sync-server.ts';
import { type DeviceState, outboxOf, shownOf, stateOf } from './sync-view.ts';
import { carry, giveBack, lose, POISON, remove, SHOPS, type Slot, type World } from './sync-world.ts';

interface Turn {
  readonly world: World;
  readonly slot: Slot;
  /** Drawn for this step alone. */
  readonly chance: Seeded;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const BURST = 520;
const MAX_COPIES = 5;

/** Makes a change as a screen would: in a transaction of its own. What the rules refuse is no news. */
function act<N extends MutatorName>({ world, slot }: Turn, name: N, args: MutatorArgs<N>): void {
  const { core, sync } = slot.life;
  const before = { outbox: outboxOf(core.db), state: stateOf(core.db) };
  try {
    core.db.transaction((tx) => sync.mutate(tx, name, args), { behavior: 'immediate' });
  } catch (error) {
    if (error instanceof Died) return;
    if (!(error instanceof AppError)) throw error;
    hold(
      isSame({ outbox: outboxOf(core.db), state: stateOf(core.db) }, before),
      `I3: ${name} was refused here (${error.code}) and left a trace`,
    );
    return;
  }
  const [made] = outboxOf(core.db).slice(-1);
  hold(
    made?.name === name && made.mid === (before.state?.nextMid ?? made.mid),
    `I3: ${name} is not the next of its outbox`,
  );
  // The last stamp is the one on the disk: nothing that was rolled back may have moved it.
  const last = before.state === undefined ? HLC_ZERO : decodeHlc(before.state.hlc);
  const next = encodeHlc(tick(last, world.nowAt(slot)));
  hold(made.hlc === next, `I3: the stamp is ${made.hlc}, and after what is on the disk it is ${next}`);
}

interface Standing {
  readonly outbox: readonly unknown[];
  readonly state: DeviceState | undefined;
}
const isSame = (one: Standing, other: Standing): boolean =>
  one.outbox.length === other.outbox.length &&
  one.state?.nextMid === other.state?.nextMid &&
  one.state?.hlc === other.state?.hlc;

const idsShown = ({ slot }: Turn, type: string): string[] =>
  shownOf(slot.life.core.db)
    .filter(({ key }) => key.startsWith(`${type}:`))
    .map(({ key }) => key.slice(type.length + 1));

const isTill = ({ slot }: Turn): boolean => slot.mode === 'cashier' || slot.mode === 'kiosk';
const isDesk = ({ slot }: Turn): boolean => slot.mode === 'manager';
const homeOf = ({ slot }: Turn): string => slot.life.sync.writer().shopId;
const actorIn = (turn: Turn) => ({
  organizationId: ORGANIZATION,
  shopId: homeOf(turn),
  deviceId: turn.slot.deviceId,
  mode: turn.slot.mode,
  incarnation: 1,
});

/** Orders are few, so that tills meet over the same ones. */
const ORDERS = 8;
const CLIENTS = 4;

function pay(turn: Turn): void {
  const { world, slot, chance } = turn;
  const ids = idsShown(turn, 'order');
  if (ids.length === 0) return;
  const id = chance.pick(ids);
  const text = shownOf(slot.life.core.db).find(({ key }) => key === `order:${id}`)?.fields ?? '{}';
  const of = JSON.parse(text) as Order;
  world.counters.payments += 1;
  const n = world.counters.payments;
  const halves: Payment[] =
    n % 3 === 0 && of.totalMinor > 1
      ? [
          payment(2 * n, of, { amountMinor: 1, deviceId: slot.deviceId }),
          payment(2 * n + 1, of, { amountMinor: of.totalMinor - 1, deviceId: slot.deviceId }),
        ]
      : [payment(2 * n, of, { deviceId: slot.deviceId })];
  act(turn, 'payment.settle', { payments: halves });
}

function editClient(turn: Turn): void {
  const { chance, slot } = turn;
  const ids = idsShown(turn, 'client');
  if (ids.length === 0) return;
  const id = chance.pick(ids);
  const word = `${slot.index}-${chance.int(0, 99)}`;
  const tag = `tag-${chance.int(0, 3)}`;
  const by = `manager ${slot.index}`;
  switch (chance.int(0, 5)) {
    case 0:
      return act(turn, 'client.patch', { id, set: { name: `Name ${word}` }, by });
    case 1:
      return act(turn, 'client.patch', { id, set: { comment: word, registrationAddress: `Street ${word}` }, by });
    case 2:
      return act(turn, 'client.patch', { id, set: { comment: null }, by });
    case 3:
      return act(turn, 'client.patch', { id, add: { tags: [tag] } });
    case 4:
      return act(turn, 'client.patch', { id, remove: { tags: [tag] } });
    default:
      return act(turn, 'client.advance', { id, to: chance.pick(['in_verification', 'awaiting_contract'] as const) });
  }
}

async function exchange({ world, slot }: Turn, what: 'push' | 'pull'): Promise<void> {
  start(slot.life, what);
  await untilBlocked(slot.life);
  await carryAll(world, slot);
}

const MAX_EXCHANGES = 2000;

/** Everything that this device asks is answered, until it asks no more. */
export async function carryAll(world: World, slot: Slot): Promise<void> {
  for (let n = 0; n < MAX_EXCHANGES; n += 1) {
    const message = world.network.flying.find((one) => one.life === slot.life && one.isAwaited);
    if (message === undefined) return;
    await carry(world, message);
  }
  throw new Violation('I20: a device asks and asks');
}

const SERVER_DOOMS: readonly ServerDoom[] = ['before the commit', 'before the journal', 'after the journal'];

async function deliver({ world, chance }: Turn): Promise<void> {
  const { flying } = world.network;
  if (flying.length === 0) return;
  const message = flying[chance.int(0, flying.length - 1)];
  if (message === undefined) return;
  if (message.reply !== undefined) {
    if (chance.int(0, 4) === 0) {
      remove(world, message);
      await lose(world, message);
    } else await giveBack(world, message);
    return;
  }
  if (!message.isAwaited) {
    // Nobody waits: it arrives late, or never.
    remove(world, message);
    if (chance.int(0, 2) > 0) await world.serve(message);
    return;
  }
  switch (chance.weighted({ through: 6, lost: 2, 'answer lost': 3, twice: 2, late: 2, 'answer late': 3 })) {
    case 'through':
      return carry(world, message);
    case 'lost':
      remove(world, message);
      return lose(world, message);
    case 'answer lost':
      await world.serve(message);
      remove(world, message);
      return lose(world, message);
    case 'twice': {
      await world.serve(message);
      const first = message.reply;
      await world.serve(message);
      message.reply = first;
      return giveBack(world, message);
    }
    case 'late':
      return lose(world, message);
    case 'answer late':
      // The answer lies on the line; meanwhile others go on.
      return world.serve(message);
  }
}

const ACTIONS: Readonly<Record<Action, (turn: Turn) => Promise<void> | void>> = {
  place: (turn) => {
    if (!isTill(turn)) return;
    const n = turn.chance.int(0, ORDERS - 1);
    act(turn, 'order.place', { order: order(n, actorIn(turn)) });
  },
  pay: (turn) => {
    if (isTill(turn)) pay(turn);
  },
  cancel: (turn) => {
    const ids = idsShown(turn, 'order');
    if (isTill(turn) && ids.length > 0) act(turn, 'order.advance', { id: turn.chance.pick(ids), to: 'cancelled' });
  },
  fulfil: (turn) => {
    const ids = idsShown(turn, 'order');
    if (isTill(turn) && ids.length > 0) act(turn, 'order.advance', { id: turn.chance.pick(ids), to: 'fulfilled' });
  },
  visit: (turn) => {
    const { slot, chance, world } = turn;
    if (slot.mode !== 'kiosk') return;
    const ids = idsShown(turn, 'visit');
    if (ids.length > 0 && chance.int(0, 1) === 0) {
      act(turn, 'visit.finish', { id: chance.pick(ids), status: 'completed', finishedAt: world.clock.now });
      return;
    }
    world.counters.visits += 1;
    const id = `OBD-A${world.counters.visits}-AAAAAA`;
    act(turn, 'visit.start', {
      visit: {
        id,
        deviceId: slot.deviceId,
        kind: 'diagnostics',
        status: 'active',
        language: 'ru',
        contact: {},
        metadata: {},
        createdAt: world.clock.now,
        expiresAt: world.clock.now + HOUR,
      },
    });
  },
  client: (turn) => {
    if (!isDesk(turn)) return;
    const n = turn.chance.int(1, CLIENTS);
    act(turn, 'client.create', {
      client: {
        id: uuid(9, n),
        shopId: homeOf(turn),
        name: `Client ${n}`,
        phones: [],
        tags: ['tag-0'],
        status: 'new',
        createdAt: turn.world.clock.now,
        updatedAt: turn.world.clock.now,
      },
    });
  },
  'edit client': (turn) => {
    if (isDesk(turn)) editClient(turn);
  },
  'delete client': (turn) => {
    const ids = idsShown(turn, 'client');
    if (isDesk(turn) && ids.length > 0) act(turn, 'client.delete', { id: turn.chance.pick(ids) });
  },
  /** A caller that changes its mind: what it had made in its transaction is gone, with number and stamp. */
  refused: (turn) => {
    if (!isTill(turn)) return;
    const { core, sync } = turn.slot.life;
    const before = JSON.stringify(stateOf(core.db));
    try {
      core.db.transaction((tx) => {
        sync.mutate(tx, 'order.place', { order: order(ORDERS + 1, actorIn(turn)) });
        throw new AppError('app.bad_input', 'changed my mind');
      });
    } catch (error) {
      if (!(error instanceof AppError || error instanceof Died)) throw error;
    }
    const after = JSON.stringify(stateOf(core.db));
    hold(before === after, `I3: a transaction that was rolled back left ${after ?? ''}, and it was ${before ?? ''}`);
    if (!turn.slot.life.isDead)
      act(turn, 'order.place', { order: order(turn.chance.int(0, ORDERS - 1), actorIn(turn)) });
  },
  poison: (turn) => {
    const { world } = turn;
    if (!isDesk(turn) || world.counters.poisons >= 2) return;
    world.counters.poisons += 1;
    act(turn, 'client.create', {
      client: {
        id: uuid(10, world.counters.poisons),
        shopId: homeOf(turn),
        name: `Client ${world.counters.poisons}`,
        email: POISON,
        phones: [],
        tags: [],
        status: 'new',
        createdAt: world.clock.now,
        updatedAt: world.clock.now,
      },
    });
  },
  burst: (turn) => {
    if (!isTill(turn)) return;
    const { core, sync } = turn.slot.life;
    const made = order(0, actorIn(turn));
    try {
      core.db.transaction((tx) => {
        for (let n = 0; n < BURST; n += 1) sync.mutate(tx, 'order.place', { order: made });
      });
    } catch (error) {
      if (!(error instanceof AppError || error instanceof Died)) throw error;
    }
  },

  push: async ({ slot }) => {
    start(slot.life, 'push');
    await untilBlocked(slot.life);
  },
  pull: async ({ slot }) => {
    start(slot.life, 'pull');
    await untilBlocked(slot.life);
  },
  sync: async (turn) => {
    await exchange(turn, 'push');
    await exchange(turn, 'pull');
  },
  deliver,
  partition: async ({ world, slot }) => {
    slot.isCut = true;
    for (const message of world.network.flying.filter((one) => one.slot === slot.index)) {
      remove(world, message);
      await lose(world, message);
    }
  },
  heal: ({ slot }) => {
    slot.isCut = false;
  },

  crash: ({ world, slot }) => world.reboot(slot),
  doom: ({ slot, chance }) => {
    slot.life.doom = { commits: chance.int(0, 3), side: chance.pick(['before', 'after'] as const) };
  },
  jump: ({ slot, chance }) => {
    slot.clock.offset += chance.pick([-YEAR, YEAR, -DAY, DAY, -HOUR, HOUR, -MINUTE, 5 * MINUTE]);
  },
  freeze: ({ world, slot }) => {
    slot.clock.frozenAt = slot.clock.frozenAt === undefined ? world.nowAt(slot) : undefined;
  },
  clone: ({ world, slot }) => {
    if (world.slots.length < MAX_COPIES) world.add(slot.deviceId, slot.mode, slot.identity, slot);
  },
  wipe: async ({ world, slot }) => {
    // Work that was not sent is gone with the disk.
    const { incarnation } = await world.server.rekey(slot.deviceId);
    slot.identity = { ...slot.identity, incarnation };
    world.reboot(slot, true);
    forgiveFacts(world);
  },

  'hq put': async ({ world, chance }) => {
    const n = chance.int(1, 5);
    const known = world.model.rows.get(`catalogue_item:${uuid(8, n)}`);
    const scope = known?.scope ?? (n <= 2 ? orgScope(ORGANIZATION) : shopScope(shopId(n % 2 === 0 ? 2 : 1)));
    if (known?.fields === null) return;
    world.counters.items += 1;
    const fields = {
      id: uuid(8, n),
      sku: `sku-${n}`,
      name: `Item ${world.counters.items}`,
      category: 'wash',
      priceMinor: 100 * world.counters.items,
      vat: 'vat20' as const,
      paymentObject: 'commodity' as const,
      unit: 'piece' as const,
      favourite: false,
      active: true,
    };
    const puts = [{ type: 'catalogue_item' as const, id: fields.id, scope, fields }];
    await world.server.write(puts);
    put(world.model, puts);
  },
  'hq delete': async ({ world, chance }) => {
    const alive = [...world.model.rows].filter(
      ([key, row]) => key.startsWith('catalogue_item:') && row.fields !== null,
    );
    if (alive.length === 0) return;
    const [key, row] = chance.pick(alive);
    const puts = [
      { type: 'catalogue_item' as const, id: key.slice('catalogue_item:'.length), scope: row.scope, fields: null },
    ];
    await world.server.write(puts);
    put(world.model, puts);
  },
  /** Tombstones go, and the line below which a cursor has missed some moves up. */
  collect: async ({ world }) => {
    await collectGone(world.server.db, world.clock.now, 1000);
  },
  checkpoint: ({ world }) => world.checkpoint(),
  'server crash': ({ world }) => world.serverDied('process'),
  'server doom': ({ world, chance }) => {
    world.server.doom = chance.pick(SERVER_DOOMS);
  },
  'power cut': ({ world }) => world.serverDied('power'),
  outage: ({ world }) => {
    world.server.outage = true;
  },
  backup: async ({ world }) => {
    const { model, server } = world;
    world.backup = { ...(await server.copy()), model: structuredClone(model) };
  },
  restore: async ({ world }) => {
    if (world.backup === undefined) return;
    await world.restore();
    forgiveFacts(world);
  },
  /** Headquarters moves a device to the other shop. */
  move: async (turn) => {
    const { home } = await shopsOf(turn);
    await setShopsOf(turn, [home === SHOPS[0] ? SHOPS[1] : SHOPS[0]]);
  },
  /** The device may also see the other shop, or no longer. */
  grant: async (turn) => {
    const { home, all } = await shopsOf(turn);
    await setShopsOf(turn, all.length > 1 ? [home] : [home, home === SHOPS[0] ? SHOPS[1] : SHOPS[0]]);
  },
  /** A row of headquarters goes from one shop to the other. */
  'move row': async ({ world, chance }) => {
    const alive = [...world.model.rows].filter(
      ([key, row]) => key.startsWith('catalogue_item:') && row.fields !== null && row.scope.startsWith('shop:'),
    );
    if (alive.length === 0) return;
    const [key, row] = chance.pick(alive);
    const scope = SHOPS.map(shopScope).find((one) => one !== row.scope) ?? row.scope;
    const id = key.slice('catalogue_item:'.length);
    const fields = row.fields as CatalogueItem;
    await world.server.move([{ type: 'catalogue_item', id, scope, fields }]);
    world.model.rows.set(key, { scope, fields });
  },
  'torn page': ({ world }) => {
    world.isTorn = true;
  },
  'time passes': ({ world, chance }) => {
    world.clock.now += chance.pick([1, 1000, MINUTE, HOUR, 2 * DAY, 20 * DAY]);
  },
};

async function shopsOf({ world, slot }: Turn): Promise<{ readonly home: string; readonly all: readonly string[] }> {
  const current = (await world.grantsOf(slot.deviceId)).filter(({ revokedVer }) => revokedVer === null);
  const shops = current.filter(({ scope }) => scope.startsWith('shop:'));
  const idOf = ({ scope }: { readonly scope: string }) => scope.slice('shop:'.length);
  const home = shops.find((grant) => grant.home);
  return { home: home === undefined ? SHOPS[0] : idOf(home), all: shops.map(idOf) };
}

async function setShopsOf({ world, slot }: Turn, shops: readonly string[]): Promise<void> {
  const device = { organizationId: ORGANIZATION, deviceId: slot.deviceId };
  const { now } = world.clock;
  await world.server.db.transaction(async (tx) => {
    await setShops(tx, device, shops, { lateUntil: now + YEAR, now });
    await tx.execute(sql`UPDATE devices SET shop_id = ${shops[0] ?? ''} WHERE id = ${slot.deviceId}`);
  });
  world.grantsChanged();
}

/** Facts that no disk holds any more are lost, and nobody promised otherwise. */
function forgiveFacts(world: World): void {
  const held = new Set<string>();
  for (const { life } of world.slots) {
    for (const { name, args } of outboxOf(life.core.db)) for (const key of factsIn(name, args)) held.add(key);
  }
  for (const { body, kind } of world.network.flying) {
    if (kind !== 'push') continue;
    for (const key of world.facts.keys()) if (body.includes(key.slice('payment:'.length))) held.add(key);
  }
  for (const key of world.facts.keys())
    if (!held.has(key) && world.model.rows.get(key) === undefined) world.facts.delete(key);
}

/** Money that a mutation says was taken: the rows that it must leave. */
export function factsIn(name: string, args: string): string[] {
  if (name !== 'payment.settle') return [];
  const { payments } = JSON.parse(args) as { readonly payments: readonly Payment[] };
  return payments.map(({ id }) => `payment:${id}`);
}

/** Plays one step. Returns the slot that it was about. */
export async function play(world: World, step: Step): Promise<Slot> {
  const slot = world.slots[step.on % world.slots.length];
  if (slot === undefined) throw new Error('no device');
  world.clock.now += 1;
  await ACTIONS[step.do]({ world, slot, chance: seeded(step.draw) });
  return slot;
}
