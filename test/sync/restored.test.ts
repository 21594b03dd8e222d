/** What a server that was put back to an older backup makes of devices that went on. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStateRepo } from '#main/sync/state.repo.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { createTestDevice, type TestDevice } from './device-world.ts';
import { actor, order, shopId } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

let world: ServerWorld;
let till: TestDevice;
beforeEach(async () => {
  world = await createServerWorld();
  till = createTestDevice({ world: () => world, actor: actor(1) });
});
afterEach(() => world.close());

const place = (n: number) => till.do('order.place', { order: order(n, till.actor) });

test('I16 I18 a ticket of another epoch is good for nothing: its device is not taken for a copy of itself', async () => {
  place(1);
  await till.push();
  await till.pull();
  const backup = await world.backUp();
  place(2);
  await till.push();
  await world.restore(backup);
  place(3);
  await till.pull();
  await till.push();
  expect(createStateRepo(till.core.db).find()?.incarnation).toBe(1);
  await till.pull();
  expect(await world.rows([shopScope(shopId(1))])).toEqual(till.rows());
  expect(till.rows().size).toBe(3);
});
