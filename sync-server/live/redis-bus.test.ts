import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../testing/test-app.ts';
import { openRedisBus } from './redis-bus.ts';

/** A real one: `scripts/test-redis.sh` starts it. */
const REDIS = process.env['TEST_REDIS_URL'];

test('an address where nobody answers is said at once, in our own words', async () => {
  await expect(openRedisBus('redis://127.0.0.1:1', { warn: () => undefined })).rejects.toMatchObject({
    code: 'app.unavailable',
  });
});

describe.runIf(REDIS !== undefined)('two instances on one Redis', () => {
  let one: TestApp;
  let other: TestApp;
  let urls: readonly [string, string];
  let at: TestOrganization;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    one = await createTestApp({ REDIS_URL: REDIS ?? '' });
    other = await createTestApp({ REDIS_URL: REDIS ?? '' }, one.opened);
    const listen = ({ app }: TestApp) => app.listen({ port: 0, host: '127.0.0.1' });
    urls = [await listen(one), await listen(other)];
    at = await addOrganization(one);
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.disconnect();
  });
  afterAll(async () => {
    await other.app.close();
    await one.close();
  });

  const connect = async (url: string, options: object): Promise<Socket> => {
    const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, ...options });
    sockets.push(socket);
    await once(socket as never, 'connect');
    return socket;
  };

  test('what one does is told to a page and to a device that hang on the other', async () => {
    const { headers } = await sessionOf(one, at, ['hq_admin']);
    const device = await enrolledDevice(one, at);
    const page = await connect(`${urls[1]}/hq`, { extraHeaders: { cookie: headers['cookie'] ?? '' } });
    const till = await connect(`${urls[1]}/device`, { auth: { token: device.token } });
    const [told, asked] = [once(page as never, 'changed'), once(till as never, 'command')];
    const sent = await one.app.inject({
      method: 'POST',
      url: `/hq/devices/${device.deviceId}/commands`,
      headers,
      payload: { id: one.newId(), order: { kind: 'restart' } },
    });
    expect(sent.statusCode).toBe(204);
    const [hint] = (await told) as [{ collections: string[] }];
    expect(hint.collections).toContain('commands');
    await asked;
  });

  test('a device that one instance turns away is off the line of the other', async () => {
    const { headers } = await sessionOf(one, at, ['hq_admin']);
    const device = await enrolledDevice(one, at);
    const till = await connect(`${urls[1]}/device`, { auth: { token: device.token } });
    const gone = once(till as never, 'disconnect');
    await one.app.inject({ method: 'POST', url: `/hq/devices/${device.deviceId}/revoke`, headers });
    await gone;
  });

  test('an instance that stops takes its own sockets with it and leaves those of the others', async () => {
    const { headers } = await sessionOf(one, at, ['hq_admin']);
    const third = await createTestApp({ REDIS_URL: REDIS ?? '' }, one.opened);
    const url = await third.app.listen({ port: 0, host: '127.0.0.1' });
    const cookie = { extraHeaders: { cookie: headers['cookie'] ?? '' } };
    const [mine, theirs] = [await connect(`${urls[1]}/hq`, cookie), await connect(`${url}/hq`, cookie)];
    const gone = once(theirs as never, 'disconnect');
    await third.app.close();
    await gone;
    const told = once(mine as never, 'changed');
    const device = await enrolledDevice(one, at);
    await one.app.inject({ method: 'POST', url: `/hq/devices/${device.deviceId}/revoke`, headers });
    await told;
    expect(mine.connected).toBe(true);
  });
});
