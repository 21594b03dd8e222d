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
  ['/sync/push', { sentAt: 0, mutations: [] }],
  ['/sync/pull', { cursors: {} }],
])('%s refuses a wire that this server does not speak, and says which it does', async (url, rest) => {
  const payload = { proto: PROTOCOL + 1, schema: SCHEMA, writer, ...rest };
  const answer = await server.app.inject({ method: 'POST', url, headers, payload });
  expect(answer.json()).toMatchObject({ status: 426, code: 'sync.upgrade_required' });
});
