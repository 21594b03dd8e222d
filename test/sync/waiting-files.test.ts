/** Headquarters hears of the files that a device still holds back, and of their end. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Backlog } from '#shared/sync/backlog.schema.ts';
import { createTestDevice } from './device-world.ts';
import { actor } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
let told: (Backlog | undefined)[];
beforeEach(async () => {
  world = await createServerWorld();
  told = [];
  const { pull } = world;
  world = {
    ...world,
    pull: (by, request) => {
      told.push(request.backlog);
      return pull(by, request);
    },
  };
});
afterEach(() => world.close());

test('U-05 with each pull, as long as there are any and once after', async () => {
  let files = 3;
  const till = createTestDevice({ world: () => world, actor: actor(1), waitingFiles: () => files });
  await till.pull();
  files = 0;
  await till.pull();
  expect(told.map((backlog) => backlog?.blobs)).toEqual([3, 0]);
});
