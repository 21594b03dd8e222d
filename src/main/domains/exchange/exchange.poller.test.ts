import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '#shared/kernel/errors.ts';
import { createTestCore, quietLog } from '#test/doubles/core-double.ts';
import { createPoller } from './exchange.poller.ts';
import type { ExchangeServer } from './exchange.port.ts';
import { createDeskMemory } from './exchange.state.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_763_700_000_000 }));
afterEach(() => vi.useRealTimers());

/** A poller on the clock of the test; `poll` is what the server does. */
function pollerWith(poll: ExchangeServer['poll'], random = () => 0.5) {
  const memory = createDeskMemory(createTestCore());
  memory.set({ isListening: true });
  const begun: number[] = [];
  const server = {
    poll: (via) => {
      begun.push(Date.now());
      return poll(via);
    },
  } as Partial<ExchangeServer> as ExchangeServer;
  const poller = createPoller(
    { now: () => Date.now(), log: quietLog },
    {
      server,
      memory,
      pollMs: 5000,
      random,
      isSignedIn: () => true,
      userId: () => 'u-1',
      hasDeviceToken: async () => false,
      pairing: { code: () => undefined, user: () => undefined, look: async () => undefined },
      onCommands: () => undefined,
      onPolled: () => undefined,
    },
  );
  return { ...poller, memory, begun };
}

test('AC-15 asks every five seconds, up to a tenth sooner, and says when it last did', async () => {
  for (const [random, between] of [
    [0, 4500],
    [1, 4800],
  ] as const) {
    const { loop, begun, memory } = pollerWith(
      async () => [],
      () => random,
    );
    loop.start();
    await vi.advanceTimersByTimeAsync(between * 4 + 1);
    await loop.stop();
    expect(begun).toHaveLength(5);
    expect((begun[4] ?? 0) - (begun[3] ?? 0)).toBeCloseTo(between, -1);
    expect(memory.get().lastPolledAt).toBe(begun[4]);
  }
});

test('AC-15 a poll that takes twelve seconds is not joined by another', async () => {
  let under = 0;
  let most = 0;
  const { loop, begun } = pollerWith(async () => {
    under += 1;
    most = Math.max(most, under);
    await new Promise((answered) => setTimeout(answered, 12_000));
    under -= 1;
    return [];
  });
  loop.start();
  loop.wake();
  await vi.advanceTimersByTimeAsync(60_000);
  const stopped = loop.stop();
  await vi.advanceTimersByTimeAsync(12_000);
  await stopped;
  expect(most).toBe(1);
  expect(begun.length).toBeGreaterThanOrEqual(3);
});

test('AC-27 with nobody answering it waits longer, a minute at most, and goes on for ever', async () => {
  let isGone = true;
  const { loop, begun } = pollerWith(
    async () => {
      if (isGone) throw new AppError('device.server_unreachable', 'nobody answers');
      return [];
    },
    () => 1,
  );
  loop.start();
  await vi.advanceTimersByTimeAsync(600_000);
  const waits = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
  expect(waits.slice(0, 5)).toEqual([5000, 10_000, 20_000, 40_000, 60_000]);
  expect(Math.max(...waits)).toBe(60_000);
  isGone = false;
  await vi.advanceTimersByTimeAsync(61_000);
  const before = begun.length;
  await vi.advanceTimersByTimeAsync(11_000);
  expect(begun.length - before).toBe(2);
  await loop.stop();
});

test('a desk that does not listen asks nothing', async () => {
  const { loop, begun, memory } = pollerWith(async () => []);
  memory.set({ isListening: false });
  loop.start();
  await vi.advanceTimersByTimeAsync(30_000);
  await loop.stop();
  expect(begun).toEqual([]);
});
