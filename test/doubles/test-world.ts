/** A whole shop of processes, as `npm start` makes it, over a database of the server that is already made. */
import { join } from 'node:path';
import { seedDataDir } from '#server/db/test-folder.ts';
import { startWorld, type World, type WorldOptions } from '../../scripts/world.ts';

export async function startTestWorld(options: WorldOptions): Promise<World> {
  await seedDataDir(join(options.dataDir, 'server'));
  return startWorld(options);
}
