/** What happens to the machines: deaths, clocks, disks that are copied, emptied or put back. */
import { forgiveFacts } from './sync-facts.ts';
import type { ServerDoom } from './sync-server.ts';
import { type Actions, DAY, HOUR, MINUTE, YEAR } from './sync-turn.ts';

const MAX_COPIES = 5;
const SERVER_DOOMS: readonly ServerDoom[] = ['before the commit', 'before the journal', 'after the journal'];

export const TROUBLES = {
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
  'torn page': ({ world }) => {
    world.isTorn = true;
  },
  'time passes': ({ world, chance }) => {
    world.clock.now += chance.pick([1, 1000, MINUTE, HOUR, 2 * DAY, 20 * DAY]);
  },
} as const satisfies Actions;
