import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROTOCOL, SCHEMA } from '#shared/sync/protocol.ts';
import { addOrganization, createTestApp, enrolledDevice, type TestApp } from '../testing/test-app.ts';

let server: TestApp;
let headers: Record<string, string>;
const writer = { deviceId: 'd', incarnation: 1 };

beforeAll(async () => {
  server = await createTestApp();
  ({ headers } = await enrolledDevice(server, await addOrganization(server)));
}, 60_000);
afterAll(() => server.close());

test.each([
  ['/sync/push', { sentAt: 0, nextTicket: 't', answeredMid: 0, mutations: [] }],
  ['/sync/pull', { cursors: {} }],
])('%s refuses a wire that this server does not speak, and says which it does', async (url, rest) => {
  const payload = { proto: PROTOCOL + 1, schema: SCHEMA, writer, ...rest };
  const answer = await server.app.inject({ method: 'POST', url, headers, payload });
  expect(answer.json()).toMatchObject({ status: 426, code: 'sync.upgrade_required' });
});

test('I16 an incarnation that a restored server has forgotten is taken from the device that bears it, and from then on known', async () => {
  const { deviceId, headers: own } = await enrolledDevice(server, await addOrganization(server));
  const named = { deviceId, incarnation: 3 };
  const pull = (epoch: string) =>
    server.app.inject({
      method: 'POST',
      url: '/sync/pull',
      headers: own,
      payload: { proto: PROTOCOL, schema: SCHEMA, writer: named, cursors: {}, epoch },
    });
  const push = (epoch: string) =>
    server.app.inject({
      method: 'POST',
      url: '/sync/push',
      headers: own,
      payload: {
        proto: PROTOCOL,
        schema: SCHEMA,
        writer: named,
        nextTicket: 't',
        answeredMid: 0,
        sentAt: server.clock.now,
        mutations: [],
        epoch,
      },
    });
  const past = '0'.repeat(32);
  expect((await push(past)).json()).toMatchObject({ code: 'sync.epoch_changed' });
  const { epoch } = (await pull(past)).json<{ epoch: string }>();
  expect((await push(epoch)).statusCode).toBe(200);
  // Of this timeline nobody may name himself.
  named.incarnation = 4;
  expect((await pull(epoch)).json()).toMatchObject({ code: 'auth.forbidden' });
  expect((await push(epoch)).json()).toMatchObject({ code: 'auth.forbidden' });
});
