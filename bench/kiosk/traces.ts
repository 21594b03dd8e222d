/** What is left of the guests of a day in the files of their kiosk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectDevice } from '#cli/device-client.ts';
import type { World } from '../../scripts/world.ts';

/** By then nothing of the day's guests is left on the disk; by itself the kiosk looks every ten minutes. */
const FORGET_MS = 120_000;
const NAME = 'bench-guest-';

export const emailOf = (guest: number): string => `${NAME}${guest}@example.com`;

/** The time of every guest is over: what is found of them in the files of the kiosk? */
export async function forgetAll(world: World, folder: string, deviceEnv: NodeJS.ProcessEnv): Promise<number> {
  deviceEnv['PRILAVOK_RETENTION_GUEST_HOURS'] = '0';
  await world.device('kiosk').kill();
  await world.startDevice('kiosk');
  const device = await connectDevice(world.device('kiosk').ready.url);
  try {
    // What a forgotten guest leaves in the room of the file goes once the server has heard of it.
    const deadline = performance.now() + FORGET_MS;
    for (;;) {
      const { guests, letters } = await device.rpc.upkeep.retention({ dryRun: false });
      const waiting = guests.due + guests.held + letters.due + letters.held;
      const naming = filesNaming(join(folder, 'kiosk'));
      if ((waiting === 0 && naming.length === 0) || performance.now() > deadline) {
        for (const name of naming) console.error(`a guest is named in ${name}`);
        return naming.length;
      }
      await pause(1000);
    }
  } finally {
    device.close();
  }
}

const filesNaming = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => readFileSync(path).includes(NAME));
