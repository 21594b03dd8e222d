import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { eq } from 'drizzle-orm';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { order } from '#test/sync/fixtures.ts';
import { createWriter } from '#test/sync/server-world.ts';
import { shops } from '../auth/auth.tables.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../testing/test-app.ts';

let server: TestApp;
let baseUrl: string;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await createTestApp();
  baseUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});
afterAll(() => server.close());

const partnerOf = async (organization: TestOrganization) => {
  const session = await sessionOf(server, organization, ['partner']);
  await server.db.update(shops).set({ partnerUserId: session.userId }).where(eq(shops.id, organization.shopId));
  return session;
};

/** A page's line; `told` is `connected` or the code of the refusal. */
const open = async ({ headers }: { readonly headers: Record<string, string> }) => {
  const socket = io(`${baseUrl}/partner`, {
    extraHeaders: { cookie: headers['cookie'] ?? '' },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  sockets.push(socket);
  const heard: unknown[] = [];
  socket.on('changed', (hint) => heard.push(hint));
  const refused = once(socket as never, 'connect_error').then(([error]) => (error as Error).message);
  const told = await Promise.race([once(socket as never, 'connect').then(() => 'connected'), refused]);
  return { socket, heard, told };
};

const sellAtKiosk = async (organization: TestOrganization): Promise<void> => {
  const { deviceId, headers } = await enrolledDevice(server, organization, { mode: 'kiosk' });
  const by = { ...organization, deviceId, mode: 'kiosk' as const, incarnation: 1 };
  const inject = (url: string) => (_: unknown, payload: object) =>
    server.app.inject({ method: 'POST', url, headers, payload }).then((reply) => reply.json());
  const writer = createWriter({ push: inject('/sync/push'), pull: inject('/sync/pull'), clock: server.clock }, by);
  const reply = await writer.send(writer.make('order.place', { order: order(1, by, { id: server.newId() }) }));
  expect(reply.outcomes).toMatchObject([{ status: 'applied' }]);
};

test('a partner hears of an order of his own shop, and of no other partner’s', async () => {
  const [here, there] = [await addOrganization(server), await addOrganization(server)];
  const [mine, theirs] = [await open(await partnerOf(here)), await open(await partnerOf(there))];
  await sellAtKiosk(here);
  while (mine.heard.length === 0) await once(mine.socket as never, 'changed');
  expect(mine.heard[0]).toEqual({ collections: ['orders'] });
  // The other line is older than its own shop's order: had it heard the first one, it would have heard it before this.
  await sellAtKiosk(there);
  while (theirs.heard.length === 0) await once(theirs.socket as never, 'changed');
  expect(theirs.heard).toHaveLength(1);
});

test('a photo that comes after its order is told of when it is whole', async () => {
  const organization = await addOrganization(server);
  const { heard, socket } = await open(await partnerOf(organization));
  const { headers } = await enrolledDevice(server, organization, { mode: 'kiosk' });
  const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2_000, 7)]);
  const send = (from: number, to: number) =>
    server.app.inject({
      method: 'PATCH',
      url: `/blob/${createHash('sha256').update(photo).digest('hex')}`,
      query: { offset: String(from), size: String(photo.length), kind: 'photo' },
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      payload: photo.subarray(from, to),
    });
  expect((await send(0, 1_000)).json()).toEqual({ state: 'uploading', offset: 1_000 });
  expect(heard).toEqual([]);
  const told = once(socket as never, 'changed');
  expect((await send(1_000, photo.length)).json()).toMatchObject({ state: 'durable' });
  expect(await told).toEqual([{ collections: ['orders'] }]);
});

test('AP-08 logout kills at once: the open socket too', async () => {
  const session = await partnerOf(await addOrganization(server));
  const { socket, told } = await open(session);
  expect(told).toBe('connected');
  const dropped = once(socket as never, 'disconnect');
  const out = await server.app.inject({ method: 'POST', url: '/auth/sign-out', headers: session.headers });
  expect(out.statusCode).toBe(204);
  await dropped;
  expect((await open(session)).told).toBe('auth.unauthorized');
});

test('the line of partners is for partners alone', async () => {
  const at = await addOrganization(server);
  expect((await open(await sessionOf(server, at, ['hq_admin']))).told).toBe('auth.forbidden');
  expect((await open({ headers: {} })).told).toBe('auth.unauthorized');
});
