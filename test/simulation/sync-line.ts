/** What happens between devices and the server: requests that begin, arrive, are lost, come twice or late. */
import { carry, giveBack, lose, remove } from './sync-carry.ts';
import { start, untilBlocked } from './sync-device.ts';
import { Violation } from './sync-model.ts';
import type { Actions, Turn } from './sync-turn.ts';
import type { Slot, World } from './sync-world.ts';

export const LINE = {
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
} as const satisfies Actions;

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
