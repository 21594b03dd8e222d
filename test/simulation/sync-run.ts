/** Plays a script, waits until all is quiet, and says what does not hold. */
import { createHash } from 'node:crypto';
import { play } from './sync-actions.ts';
import { checkDevice, checkQuiet } from './sync-checks.ts';
import { start, untilBlocked } from './sync-device.ts';
import { giveDiskBack } from './sync-disks.ts';
import type { Disk } from './sync-image.ts';
import { carryAll } from './sync-line.ts';
import { hold } from './sync-model.ts';
import type { Script } from './sync-plan.ts';
import type { KeptDb } from './sync-statements.ts';
import { changesOf, formerOf, outboxOf, viewOf } from './sync-view.ts';
import type { World } from './sync-world.ts';
import { openWorld } from './sync-world-open.ts';

export interface Database {
  readonly kept: KeptDb;
  readonly disk: Disk;
}

interface Played {
  /** SHA-256 of everything that the server and the devices held at the end: the same script gives the same. */
  readonly trace: string;
  readonly mutations: number;
  readonly rounds: number;
}

/** Throws `Violation` with the number of the invariant. */
export async function playScript({ kept, disk }: Database, script: Script): Promise<Played> {
  const world = await openWorld({ kept, disk, seed: script.seed, devices: script.devices });
  try {
    for (const step of script.steps) {
      await play(world, step);
      // A step may wake others as well: whose answer came is not always the one it was about.
      for (const slot of world.slots) {
        if (slot.life.isDead) world.reboot(slot);
        checkDevice(world, slot);
      }
    }
    const rounds = await untilQuiet(world);
    await checkQuiet(world);
    return { trace: await traceOf(world), mutations: world.model.writers.size, rounds };
  } finally {
    for (const { life } of world.slots) {
      life.isDead = true;
      giveDiskBack(life.disk);
    }
  }
}

/** More than any mutation may fail, and some for what a restored server has to be told. */
const MAX_ROUNDS = 20;
const ROUND_MS = 2 * 3_600_000;

async function untilQuiet(world: World): Promise<number> {
  const { network, server, slots } = world;
  server.doom = undefined;
  server.outage = false;
  for (const slot of slots) {
    slot.isCut = false;
    slot.life.doom = undefined;
    slot.clock.frozenAt = undefined;
  }
  for (let message = network.flying[0]; message !== undefined; message = network.flying[0]) {
    network.flying.shift();
    // What nobody waits for comes late; what somebody waits for goes through.
    if (message.reply === undefined) await world.serve(message);
    if (!message.isAwaited) continue;
    network.giveUp(message);
    message.reply?.give();
    await untilBlocked(message.life);
  }
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    world.clock.now += ROUND_MS;
    for (const slot of slots) {
      for (const what of ['push', 'pull'] as const) {
        start(slot.life, what);
        await untilBlocked(slot.life);
        await carryAll(world, slot);
        checkDevice(world, slot);
      }
    }
    if (await isQuiet(world)) return round;
  }
  const stuck = slots.map(({ index, life }) => {
    const outbox = outboxOf(life.core.db);
    const error = life.lastError instanceof Error ? life.lastError.message : 'no error';
    return `${index}: ${outbox.filter(({ state }) => state === 'pending').length} pending, ${error}`;
  });
  hold(false, `I20: no rest after ${MAX_ROUNDS} rounds on a line without faults; ${stuck.join('; ')}`);
  return MAX_ROUNDS;
}

/** Nothing to send, and a pull that brings nothing and writes nothing. */
async function isQuiet(world: World): Promise<boolean> {
  for (const slot of world.slots) {
    if (outboxOf(slot.life.core.db).some(({ state }) => state === 'pending')) return false;
    if (formerOf(slot.life.core.db).some(({ isReopened }) => isReopened === 1)) return false;
    const before = changesOf(slot.life.core.db);
    slot.life.lastError = undefined;
    start(slot.life, 'pull');
    await untilBlocked(slot.life);
    await carryAll(world, slot);
    if (slot.life.lastError !== undefined || changesOf(slot.life.core.db) !== before) return false;
  }
  return true;
}

async function traceOf(world: World): Promise<string> {
  const hash = createHash('sha256');
  // Where a row lies in its table depends on the runs before this one.
  const rows = [...(await world.snapshot())].toSorted(([one], [other]) => (one < other ? -1 : 1));
  hash.update(JSON.stringify(rows));
  for (const { life } of world.slots) {
    const { shown, outbox, cursors, state } = viewOf(life.core.db);
    hash.update(JSON.stringify([[...shown], outbox, [...cursors], state]));
  }
  return hash.digest('hex').slice(0, 16);
}
