/** The phone's script against a real server over HTTP: what it sends is what a desktop gets. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { addOrganization, createTestApp, enrolledDevice, PASSWORD, type TestApp } from '#server/testing/test-app.ts';
import { createFixedPrices, type Desk, deskOf } from '#server/testing/test-exchange.ts';
import { main } from '../../scripts/phone.ts';

let server: TestApp;
let url: string;
let desk: Desk;
let desktop: Awaited<ReturnType<typeof enrolledDevice>>;
const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
const complained = vi.spyOn(console, 'error').mockImplementation(() => undefined);
beforeAll(async () => {
  server = await createTestApp({}, undefined, { prices: createFixedPrices() });
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const organization = await addOrganization(server);
  desk = await deskOf(server, organization);
  desktop = await enrolledDevice(server, organization);
  vi.stubEnv('PHONE_PASSWORD', PASSWORD);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  await server.close();
});
beforeEach(() => {
  said.mockClear();
  complained.mockClear();
});

/** One run of the script: its exit code and what it printed. */
async function phone(...args: readonly string[]) {
  process.exitCode = undefined;
  await main([...args, '--server', url, '--email', desk.email]);
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { code, json: JSON.parse(String(said.mock.lastCall?.[0] ?? '{}')) };
}
/** What the desktop does with what comes next. */
async function obey(headers: Record<string, string>, ack: object, act?: (command: { id: string }) => Promise<unknown>) {
  const target = `target_device_id=${desktop.deviceId}`;
  const next = async () =>
    (await server.app.inject({ url: `/crypto/device-commands/poll?${target}`, headers })).json().commands[0];
  const command = await vi.waitFor(async () => (await next()) ?? expect.unreachable('no command comes'), 20_000);
  await act?.(command);
  const payload = { ...ack, target_device_id: desktop.deviceId };
  await server.app.inject({ method: 'POST', url: `/crypto/device-commands/${command.id}/ack`, headers, payload });
  return command;
}

test('AC-02 AC-23 AC-24 a phone binds a desktop, lets it sign in, opens its dashboard and sells through it', async () => {
  const shown = await server.app.inject({ method: 'POST', url: '/crypto/pairing-codes', headers: desktop.headers });
  expect(await phone('pair', shown.json().code)).toMatchObject({ code: 0, json: { device_id: desktop.deviceId } });

  const signingIn = phone('login');
  const login = await obey(desktop.headers, { status: 'ACKNOWLEDGED' });
  expect((await signingIn).json).toMatchObject({ action: 'LOGIN_ON_DESKTOP', status: 'ACKNOWLEDGED' });
  const opened = await server.app.inject({
    method: 'POST',
    url: '/auth/ticket',
    headers: desktop.headers,
    payload: login.payload,
  });
  const own = { authorization: `Bearer ${opened.json().access_token}` };

  const opening = phone('dashboard');
  await obey(own, { status: 'ACKNOWLEDGED' });
  expect(await opening).toMatchObject({ code: 0, json: { status: 'ACKNOWLEDGED' } });

  const selling = phone('sell', '--asset-id', 'bitcoin', '--quantity', '0.1');
  await obey(own, { status: 'ACKNOWLEDGED' }, ({ id }) =>
    server.app.inject({
      method: 'POST',
      url: '/crypto/sell',
      headers: { ...own, 'idempotency-key': `cmd:${id}` },
      payload: { asset_id: 'bitcoin', quantity: '0.1' },
    }),
  );
  const sold = await selling;
  expect(sold).toMatchObject({ code: 0, json: { status: 'ACKNOWLEDGED', transaction_id: expect.any(String) } });

  const refusing = phone('sell', '--asset-id', 'bitcoin', '--amount-usd', '100');
  await obey(own, { status: 'FAILED', reason: 'USER_REJECTED' });
  expect(await refusing).toMatchObject({ code: 1, json: { status: 'FAILED', fail_reason: 'USER_REJECTED' } });
}, 60_000);

test('what is wrong with the arguments is said, and nothing is asked of the server', async () => {
  expect((await phone('dance')).code).toBe(2);
  expect((await phone('sell', '--asset-id', 'bitcoin')).code).toBe(2);
  expect((await phone('pair', '000000')).code).toBe(1);
  expect(complained.mock.calls.flat().join('\n')).toContain('exchange.pairing_code_invalid');
});
