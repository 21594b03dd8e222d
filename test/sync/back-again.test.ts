/** A server that is back is found by whichever loop asks it first; the other is not to wait out its own patience. */
import { expect, test, vi } from 'vitest';
import { createTestDevice } from './device-world.ts';
import { actor, order } from './fixtures.ts';
import { createServerWorld } from './server-world.ts';

test('I20 a pull that gets through after an outage wakes the push of what waits', async () => {
  const world = await createServerWorld();
  try {
    const till = createTestDevice({ world: () => world, actor: actor(1) });
    const woken = vi.spyOn(till.sync.loops.push, 'wake');
    till.network.fault = () => 'request lost';
    till.do('order.place', { order: order(1, till.actor) });
    await expect(till.push()).rejects.toThrow();
    till.network.fault = () => 'none';
    await till.pull();
    expect(woken).toHaveBeenCalledOnce();
    await till.push();
    await till.pull();
    // With nothing to send there is nothing to wake.
    expect(woken).toHaveBeenCalledOnce();
  } finally {
    await world.close();
  }
});
