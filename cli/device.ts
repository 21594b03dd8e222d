/** The device a command is for: the one that runs on this data, or one begun for the command alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Service, startService } from '../scripts/processes.ts';
import { type ConnectedDevice, connectDevice } from './device-client.ts';
import { Refused } from './faults.ts';

const Note = z.object({ url: z.string(), pid: z.int() });

/** Runs `work` with the device of a data folder, and leaves it running only if it ran before. */
export async function withDevice<T>(
  { dataDir, flags }: { readonly dataDir: string; readonly flags: readonly string[] },
  work: (device: ConnectedDevice) => Promise<T>,
): Promise<T> {
  const running = await connectRunning(dataDir);
  if (running !== undefined) return work(running).finally(() => running.close());
  const begun = await begin(dataDir, flags);
  try {
    const device = await connectDevice(begun.ready.url);
    return await work(device).finally(() => device.close());
  } finally {
    await begun.stop();
  }
}

async function connectRunning(dataDir: string): Promise<ConnectedDevice | undefined> {
  const note = readNote(join(dataDir, 'shell.json'));
  // A device that was killed leaves its note behind; nobody answers at the address then.
  return note === undefined ? undefined : connectDevice(note.url).catch(() => undefined);
}

function readNote(file: string): z.infer<typeof Note> | undefined {
  try {
    return Note.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

async function begin(dataDir: string, flags: readonly string[]): Promise<Service> {
  return startService({
    name: 'device',
    args: ['src/main/headless.ts', '--data-dir', dataDir, '--port', '0', ...flags],
  }).catch((error: unknown) => {
    throw new Refused(`the device could not be started: ${error instanceof Error ? error.message : String(error)}`);
  });
}
