/** What people do at tills, kiosks and desks. */
import { AppError } from '#shared/kernel/errors.ts';
import type { Order } from '#shared/orders/orders.schema.ts';
import type { Payment } from '#shared/payments/payments.schema.ts';
import { order, payment, uuid } from '#test/sync/fixtures.ts';
import { Died } from './sync-device.ts';
import { hold } from './sync-model.ts';
import { type Actions, act, actorIn, HOUR, homeOf, idsShown, isDesk, isTill, type Turn } from './sync-turn.ts';
import { shownOf, stateOf } from './sync-view.ts';
import { POISON } from './sync-world.ts';

/** Orders are few, so that tills meet over the same ones. */
const ORDERS = 8;
const CLIENTS = 4;
const BURST = 520;

export const WORK = {
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
} as const satisfies Actions;

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
