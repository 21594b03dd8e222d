/** The whole way: two tills on real HTTP and Socket.IO, through the real app. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSyncHttp } from '#main/sync/http.ts';
import { createSync, type Sync } from '#main/sync/sync.ts';
import type { OpenDb } from '#server/db/db.ts';
import { createTestDb } from '#server/db/test-db.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  type TestApp,
  type TestOrganization,
} from '#server/testing/test-app.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { order, type TestActor } from './fixtures.ts';

interface Till {
  readonly core: TestCore;
  readonly sync: Sync;
  readonly actor: TestActor;
  place(n: number): void;
  orders(): number;
}

let opened: OpenDb;
let server: TestApp;
let organization: TestOrganization;
let url: string;
let tills: Till[] = [];

/** The same address after a restart: what a shop's server has. */
const listen = async (port = 0) => {
  url = await server.app.listen({ host: '127.0.0.1', port });
};

beforeEach(async () => {
  opened = await createTestDb();
  server = await createTestApp({}, opened);
  organization = await addOrganization(server);
  await listen();
});
afterEach(async () => {
  await Promise.all(tills.map(({ sync }) => sync.stop()));
  tills = [];
  await server.app.close();
  await opened.close();
});

async function openTill(isPacked?: () => boolean): Promise<Till> {
  const { deviceId, token } = await enrolledDevice(server, organization);
  const core = createTestCore();
  const actor: TestActor = { ...organization, deviceId, mode: 'cashier', incarnation: 1 };
  const sync = createSync(core, {
    mode: 'cashier',
    identity: () => actor,
    serverUrl: () => url,
    token: () => Promise.resolve(token),
    random: () => 0,
    ...(isPacked === undefined
      ? {}
      : { http: createSyncHttp({ serverUrl: () => url, token: () => Promise.resolve(token), isPacked }) }),
  });
  const till: Till = {
    core,
    sync,
    actor,
    place: (n) => {
      core.db.transaction((tx) => sync.mutate(tx, 'order.place', { order: order(n, actor) }));
      sync.wake();
    },
    orders: () => core.db.$client.prepare<[], number>('SELECT count(*) FROM orders').pluck().get() ?? 0,
  };
  tills.push(till);
  return till;
}

const start = (till: Till) => {
  for (const loop of Object.values(till.sync.loops)) loop.start();
};
const until = async (what: string, isTrue: () => boolean) => {
  const deadline = performance.now() + 20_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`never: ${what}`);
    await pause(5);
  }
};

test('a change on one till is on the other by a poke, long before it would ask', async () => {
  const [a, b] = [await openTill(), await openTill()];
  start(a);
  start(b);
  await until('both are on line', () => [a, b].every(({ sync }) => sync.status().state === 'online'));
  // The first may come with the pull of the fresh link; those after it only by pokes, or in half a minute.
  for (let n = 1; n <= 3; n += 1) {
    a.place(n);
    await until(`order ${n} is there`, () => b.orders() === n);
  }
  await until('everything is answered', () => a.sync.status().unsent === 0);
});

test('while the server is down a till sells on; when it is back everything arrives by itself', async () => {
  const [a, b] = [await openTill(), await openTill()];
  start(a);
  start(b);
  await until('both are on line', () => [a, b].every(({ sync }) => sync.status().state === 'online'));
  const port = Number(new URL(url).port);
  await server.app.close();
  a.place(1);
  a.place(2);
  await until('the till knows that it is alone', () => a.sync.status().state === 'offline');
  expect(a.sync.status().unsent).toBe(2);
  expect(a.orders()).toBe(2);

  server = await createTestApp({}, opened);
  await listen(port);
  await until('the other till has them', () => b.orders() === 2);
  await until('nothing is left to send', () => a.sync.status().unsent === 0);
  expect(a.sync.status().state).toBe('online');
});

test('a large batch crosses packed as well as plain', async () => {
  const [a, b] = [await openTill(() => true), await openTill(() => true)];
  for (let n = 1; n <= 300; n += 1)
    a.core.db.transaction((tx) => a.sync.mutate(tx, 'order.place', { order: order(n, a.actor) }));
  await a.sync.loops.push.tick();
  await b.sync.loops.pull.tick();
  expect(b.orders()).toBe(300);
});

test('a revoked till is told so, and keeps what it has', async () => {
  const a = await openTill();
  await a.sync.loops.pull.tick();
  a.core.db.transaction((tx) => a.sync.mutate(tx, 'order.place', { order: order(1, a.actor) }));
  await server.db.execute(`UPDATE devices SET status = 'revoked'`);
  // For this long a server believes what it knew of a token.
  server.clock.now += 3000;
  await expect(a.sync.loops.push.tick()).rejects.toMatchObject({ code: expect.stringMatching(/^(auth|device)\./) });
  expect(a.sync.status()).toMatchObject({ state: 'revoked', unsent: 1 });
});
