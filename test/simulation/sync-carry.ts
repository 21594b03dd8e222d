/** What becomes of a request on its way: it arrives and is answered, or nobody hears of it. */
import { untilBlocked } from './sync-device.ts';
import { type Message, unreachable } from './sync-network.ts';
import type { World } from './sync-world.ts';

/** Lets a request arrive, and its answer come back at once. */
export async function carry(world: World, message: Message): Promise<void> {
  if (message.reply === undefined) await world.serve(message);
  await giveBack(world, message);
}

/** The answer arrives, if anybody still waits for it. */
export async function giveBack(world: World, message: Message): Promise<void> {
  remove(world, message);
  if (!message.isAwaited || message.life.isDead) return;
  world.network.giveUp(message);
  message.reply?.give();
  await untilBlocked(message.life);
}

/** The device gives up on the request; it hears nothing any more. */
export async function lose(world: World, message: Message): Promise<void> {
  if (!message.isAwaited || message.life.isDead) return;
  world.network.giveUp(message);
  message.reject(unreachable());
  await untilBlocked(message.life);
}

export function remove({ network }: World, message: Message): void {
  const at = network.flying.indexOf(message);
  if (at !== -1) network.flying.splice(at, 1);
}
