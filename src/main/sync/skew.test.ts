import { expect, test } from 'vitest';
import { createMemoryLog } from '#main/log/log.ts';
import type { PullReply } from '#shared/sync/protocol.ts';
import type { SyncHttp } from './http.ts';
import { createSkew } from './skew.ts';

const HOUR = 3_600_000;

test('AF-24 a device two hours ahead warns once, with how much, until its clock is right', async () => {
  const log = createMemoryLog();
  let clock = 10 * HOUR;
  let serverClock = clock;
  let changes = 0;
  const heard: number[] = [];
  const skew = createSkew({
    now: () => clock,
    log,
    changed: () => void (changes += 1),
    heard: (aheadMs) => heard.push(aheadMs),
  });
  const http = skew.measure({
    pull: async () => {
      // The answer takes four minutes: that is no skew.
      clock += 120_000;
      serverClock += 120_000;
      const reply = { serverNow: serverClock } as PullReply;
      clock += 120_000;
      serverClock += 120_000;
      return reply;
    },
    push: () => Promise.reject(new Error('not asked')),
    rekey: () => Promise.reject(new Error('not asked')),
  } satisfies SyncHttp);
  const pull = () => http.pull({} as never);

  await pull();
  expect(skew.warning()).toBeUndefined();
  clock += 2 * HOUR;
  await pull();
  await pull();
  expect(skew.warning()).toBe(2 * HOUR);
  expect(log.tail()).toMatchObject([{ level: 'warn', event: 'CLOCK_SKEW', aheadMs: 7_200_000 }]);
  clock -= 2 * HOUR;
  await pull();
  expect(skew.warning()).toBeUndefined();
  expect(changes).toBe(2);
  expect(heard).toEqual([0, 2 * HOUR, 2 * HOUR, 0]);
});
