/** Every step that a script may have, and how one is played. */
import { seeded } from './seeded.ts';
import { LINE } from './sync-line.ts';
import { OFFICE } from './sync-office.ts';
import type { Action, Step } from './sync-plan.ts';
import { TROUBLES } from './sync-troubles.ts';
import type { Turn } from './sync-turn.ts';
import { WORK } from './sync-work.ts';
import type { Slot, World } from './sync-world.ts';

const ACTIONS: Readonly<Record<Action, (turn: Turn) => Promise<void> | void>> = {
  ...WORK,
  ...LINE,
  ...TROUBLES,
  ...OFFICE,
};

/** Plays one step. Returns the slot that it was about. */
export async function play(world: World, step: Step): Promise<Slot> {
  const slot = world.slots[step.on % world.slots.length];
  if (slot === undefined) throw new Error('no device');
  world.clock.now += 1;
  await ACTIONS[step.do]({ world, slot, chance: seeded(step.draw) });
  return slot;
}
