/** Hints make sync quicker and nothing more: the live line comes back by itself, and without any line a poll finds all. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLiveLink, type LiveLink } from '#main/sync/live.ts';
import { PULL_INTERVAL_MS } from '#main/sync/sync.ts';
import { addOrganization, createTestApp, enrolledDevice, type TestApp } from '#server/testing/test-app.ts';
import { quietLog } from '#test/doubles/core-double.ts';
import { createTestDevice, type TestDevice } from './device-world.ts';
import { actor, order } from './fixtures.ts';
import { createServerWorld, type ServerWorld } from './server-world.ts';

describe('the live line', () => {
  let server: TestApp;
  let again: TestApp | undefined;
  let link: LiveLink | undefined;

  beforeEach(async () => {
    server = await createTestApp();
  });
  afterEach(async () => {
    link?.close();
    // Both apps stand over one database: the last one closes it.
    if (again === undefined) await server.close();
    else await again.close();
    again = undefined;
  });

  test('comes back by itself when the server does, and asks for what was missed', async () => {
    const { token } = await enrolledDevice(server, await addOrganization(server));
    const url = new URL(await server.app.listen({ port: 0, host: '127.0.0.1' }));
    let connected = 0;
    link = createLiveLink(
      { onConnect: () => (connected += 1), onPoke: () => undefined, onTaskNext: () => undefined },
      quietLog,
    );
    const to = { serverUrl: url.origin, token };
    link.follow(to);
    await expect.poll(() => connected, { timeout: 10_000 }).toBe(1);

    await server.app.close();
    again = await createTestApp({}, server.opened);
    await again.app.listen({ port: Number(url.port), host: '127.0.0.1' });
    // What every pull does: a server that said goodbye is not called again by the library itself.
    link.follow(to);
    await expect.poll(() => connected, { timeout: 10_000 }).toBe(2);
  }, 60_000);

  test('of a token that was taken away stays shut, and is tried at every pull without harm', async () => {
    const url = new URL(await server.app.listen({ port: 0, host: '127.0.0.1' }));
    let connected = 0;
    let refused = 0;
    link = createLiveLink(
      { onConnect: () => (connected += 1), onPoke: () => undefined, onTaskNext: () => undefined },
      { ...quietLog, debug: () => (refused += 1) },
    );
    const to = { serverUrl: url.origin, token: 'no such token' };
    for (let pull = 1; pull <= 3; pull += 1) {
      link.follow(to);
      await expect.poll(() => refused, { timeout: 10_000 }).toBe(pull);
    }
    expect(connected).toBe(0);
  }, 60_000);
});

describe('I20 with every poke dropped', () => {
  let world: ServerWorld;
  let till: TestDevice;
  let other: TestDevice;

  beforeEach(async () => {
    world = await createServerWorld();
    // Devices of this world have no live line at all.
    till = createTestDevice({ world: () => world, actor: actor(1) });
    other = createTestDevice({ world: () => world, actor: actor(2) });
    await till.pull();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await till.sync.stop();
    await world.close();
  });

  /** Lets what has begun come to its end: the database does not work by timers. */
  const settle = async () => {
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  test('a device shows what another one did within the poll interval, and not much sooner', async () => {
    let pulls = 0;
    till.network.meanwhile = () => {
      pulls += 1;
      return Promise.resolve();
    };
    till.sync.loops.pull.start();
    await vi.advanceTimersByTimeAsync(0);
    await settle();
    const first = pulls;
    other.do('order.place', { order: order(1, other.actor) });
    await other.push();
    await vi.advanceTimersByTimeAsync(PULL_INTERVAL_MS / 2);
    await settle();
    expect([pulls, till.rows().size]).toEqual([first, 0]);
    // The interval has up to a fifth of jitter.
    await vi.advanceTimersByTimeAsync(PULL_INTERVAL_MS * 0.7);
    await expect.poll(async () => (await settle(), till.rows().size), { timeout: 10_000 }).toBe(1);
    expect(pulls).toBe(first + 1);
    expect(till.rows()).toEqual(other.rows());
  }, 60_000);
});
