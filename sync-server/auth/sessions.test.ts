/** Two stores, one port. Redis is a real one: `scripts/test-redis.sh` starts it. */
import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  addOrganization,
  addUser,
  createTestApp,
  ORIGIN,
  sessionOf,
  signIn,
  type TestApp,
  type TestOrganization,
} from '../testing/test-app.ts';
import { openRedisSessions } from './redis-sessions.ts';
import type { SessionStore, StoredSession } from './session-store.port.ts';
import { createDbSessions } from './sessions.repo.ts';

const REDIS = process.env['TEST_REDIS_URL'];
const MINUTE = 60_000;

const stores = [
  { name: 'the database', url: undefined, runs: true },
  { name: 'Redis', url: REDIS, runs: REDIS !== undefined },
];

for (const { name, url, runs } of stores) {
  describe.runIf(runs)(`sessions in ${name}`, () => {
    let server: TestApp;
    let organization: TestOrganization;
    let store: SessionStore;
    beforeAll(async () => {
      server = await createTestApp(url === undefined ? {} : { REDIS_URL: url });
      organization = await addOrganization(server);
      store = url === undefined ? createDbSessions(server.db) : await openRedisSessions(url, { warn: () => undefined });
    });
    afterAll(async () => {
      await store.close();
      await server.close();
    });

    const me = (headers: Record<string, string>) => server.app.inject({ url: '/auth/me', headers });
    const opened = async (userId: string): Promise<StoredSession> => {
      const session = {
        id: randomUUID(),
        organizationId: organization.organizationId,
        userId,
        createdAt: server.clock.now,
        lastSeenAt: server.clock.now,
        expiresAt: server.clock.now + 12 * 60 * MINUTE,
        ip: '127.0.0.1',
        userAgent: 'test',
      };
      await server.db.transaction((tx) => store.open(tx, session));
      return session;
    };

    test('AP-07 no session / expired / role', async () => {
      const ask = (headers: Record<string, string>) => server.app.inject({ url: '/partner/orders/new', headers });
      const { headers } = await sessionOf(server, organization, ['partner']);
      expect((await ask(headers)).statusCode).toBe(200);
      expect((await ask({})).json()).toMatchObject({ status: 401, code: 'auth.unauthorized' });
      const manager = await sessionOf(server, organization, ['manager']);
      expect((await ask(manager.headers)).json()).toMatchObject({ status: 403, code: 'auth.forbidden' });
      // The secret is a session's only as a cookie; a token of any kind opens nothing here.
      const secret = headers['cookie']?.split('=')[1] ?? '';
      for (const token of [secret, 'eyJhbGciOiJub25lIn0.eyJyb2xlIjoicGFydG5lciJ9.']) {
        expect((await ask({ authorization: `Bearer ${token}` })).statusCode).toBe(401);
      }
      server.clock.now += 121 * MINUTE;
      expect((await ask(headers)).json()).toMatchObject({ status: 401, code: 'auth.session_expired' });
    });

    test('AP-08 logout kills at once', async () => {
      const { headers } = await sessionOf(server, organization, ['partner']);
      expect((await me(headers)).statusCode).toBe(200);
      const out = await server.app.inject({ method: 'POST', url: '/auth/sign-out', headers });
      expect(out.statusCode).toBe(204);
      expect((await me(headers)).json()).toMatchObject({ status: 401, code: 'auth.unauthorized' });
    });

    test('another instance knows the session, and knows that it has ended', async () => {
      const other = await createTestApp(url === undefined ? {} : { REDIS_URL: url }, server.opened);
      const { email } = await addUser(server, organization, ['partner']);
      const [cookie] = (await signIn(server, email)).cookies;
      const headers = { cookie: `prilavok_session=${cookie?.value}`, origin: ORIGIN };
      expect((await other.app.inject({ url: '/auth/me', headers })).statusCode).toBe(200);
      await other.app.inject({ method: 'POST', url: '/auth/sign-out', headers });
      expect((await me(headers)).statusCode).toBe(401);
      await other.app.close();
    });

    test('a request that is under way does not bring back a session that was ended meanwhile', async () => {
      const session = await opened((await addUser(server, organization, ['partner'])).userId);
      expect(await store.find(session.id)).toEqual(session);
      expect(await server.db.transaction((tx) => store.end(tx, session, server.clock.now))).toBe(true);
      await store.touch(session, server.clock.now + MINUTE);
      expect(await store.find(session.id)).toBeUndefined();
      expect(await server.db.transaction((tx) => store.end(tx, session, server.clock.now))).toBe(false);
    });

    test('every session of a person ends at a word, and nobody else’s', async () => {
      const { userId } = await addUser(server, organization, ['partner']);
      const [one, two, other] = [
        await opened(userId),
        await opened(userId),
        await opened((await addUser(server, organization, ['partner'])).userId),
      ];
      const ended = await server.db.transaction((tx) =>
        store.endAll(tx, { ...organization, userId }, server.clock.now),
      );
      expect(ended.toSorted()).toEqual([one.id, two.id].toSorted());
      expect([await store.find(one.id), await store.find(two.id)]).toEqual([undefined, undefined]);
      expect(await store.find(other.id)).toEqual(other);
    });

    test('being used moves the idle end and not the absolute one', async () => {
      const session = await opened((await addUser(server, organization, ['partner'])).userId);
      await store.touch(session, session.lastSeenAt + MINUTE);
      expect(await store.find(session.id)).toEqual({ ...session, lastSeenAt: session.lastSeenAt + MINUTE });
    });
  });
}

describe.runIf(REDIS !== undefined)('Redis', () => {
  test('holds no secret, and forgets a session by itself a day after its end', async () => {
    const server = await createTestApp({ REDIS_URL: REDIS ?? '' });
    const { createClient } = await import('@redis/client');
    const redis = await createClient({ url: REDIS ?? '' }).connect();
    await redis.flushDb();
    const { headers } = await sessionOf(server, await addOrganization(server), ['partner']);
    const [key, ...more] = await redis.keys('prilavok:session:*');
    expect(more).toEqual([]);
    const stored = `${key}${await redis.get(key ?? '')}`;
    expect(stored).not.toContain(headers['cookie']?.split('=')[1]);
    const lifeMs = await redis.pTTL(key ?? '');
    expect(lifeMs).toBeGreaterThan(35.9 * 3_600_000);
    expect(lifeMs).toBeLessThanOrEqual(36 * 3_600_000);
    redis.destroy();
    await server.close();
  });

  test('that goes away while the server runs is a 503, and both are back by themselves', async () => {
    const way = await openWay(new URL(REDIS ?? ''));
    const server = await createTestApp({ REDIS_URL: way.url });
    const organization = await addOrganization(server);
    const { headers } = await sessionOf(server, organization, ['partner']);
    const { email } = await addUser(server, organization, ['partner']);
    const me = () => server.app.inject({ url: '/auth/me', headers });
    const isBack = () => vi.waitFor(async () => expect((await me()).statusCode).toBe(200), { timeout: 20_000 });
    await way.close();
    expect((await me()).json()).toMatchObject({ status: 503, code: 'app.unavailable' });
    expect((await signIn(server, email)).json()).toMatchObject({ status: 503, code: 'app.unavailable' });
    await way.open();
    await isBack();
    // Nothing says that this line is dead: a whole machine went, or a cable.
    way.fallSilent();
    expect((await me()).json()).toMatchObject({ status: 503, code: 'app.unavailable' });
    await isBack();
    expect((await signIn(server, email)).statusCode).toBe(200);
    await server.close();
    await way.close();
  }, 40_000);
});

/** A way to Redis that can be closed, or fall silent on those who are on it. */
async function openWay({ hostname, port }: URL) {
  const lines = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port) });
    for (const line of [near, far]) {
      lines.add(line);
      line.on('error', () => undefined).on('close', () => lines.delete(line));
    }
    near.pipe(far).pipe(near);
  });
  const listen = (at: number) => new Promise<void>((done) => server.listen(at, '127.0.0.1', done));
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    url: `redis://127.0.0.1:${own}`,
    open: () => listen(own),
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        for (const line of lines) line.destroy();
      }),
    fallSilent: () => {
      for (const line of lines) line.unpipe().pause();
    },
  };
}

test('a server whose Redis does not answer says so and does not start', async () => {
  await expect(openRedisSessions('redis://127.0.0.1:1', { warn: () => undefined })).rejects.toMatchObject({
    code: 'app.unavailable',
  });
});
