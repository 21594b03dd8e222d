import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { createFixedPrices, type Desk, deskOf, pair } from '../../testing/test-exchange.ts';
import { exchangeCommands } from './exchange.tables.ts';

type Headers = Record<string, string>;
type Desktop = Awaited<ReturnType<typeof enrolledDevice>>;
interface Command {
  readonly id: string;
  readonly status: string;
  readonly action: string;
  readonly payload: Record<string, string>;
}

let server: TestApp;
let organization: TestOrganization;
let desk: Desk;
let desktop: Desktop;
beforeAll(async () => {
  server = await createTestApp({}, undefined, { prices: createFixedPrices() });
  organization = await addOrganization(server);
  desktop = await enrolledDevice(server, organization);
});
afterAll(() => server.close());
beforeEach(async () => {
  desk = await deskOf(server, organization);
  await pair(server, desk, desktop);
});

const post = (url: string, payload: object, headers: Headers = desk.headers) =>
  server.app.inject({ method: 'POST', url, payload, headers });
const ask = async (action: string, more: object = {}): Promise<Command> =>
  (await post('/crypto/device-commands', { action, target_device_id: desktop.deviceId, ...more })).json();
const poll = async (headers: Headers = desk.headers, id = desktop.deviceId): Promise<readonly Command[]> =>
  (await server.app.inject({ url: `/crypto/device-commands/poll?target_device_id=${id}`, headers })).json().commands;
const ack = (id: string, body: object, headers: Headers = desk.headers) =>
  post(`/crypto/device-commands/${id}/ack`, { target_device_id: desktop.deviceId, ...body }, headers);
const watch = async (id: string) =>
  (await server.app.inject({ url: `/crypto/device-commands/${id}`, headers: desk.headers })).json();
const sellFor = (id: string, quantity = '0.1') =>
  post('/crypto/sell', { asset_id: 'bitcoin', quantity }, { ...desk.headers, 'idempotency-key': `cmd:${id}` });
const salesOf = async () =>
  (await server.app.inject({ url: '/crypto/transactions', headers: desk.headers }))
    .json()
    .filter(({ tx_type }: { tx_type: string }) => tx_type === 'SELL').length;
const ticket = async () =>
  (await post('/crypto/login-tickets', { target_device_id: desktop.deviceId })).json().login_ticket as string;
const redeem = (login_ticket: string, headers: Headers = desktop.headers) =>
  post('/auth/ticket', { login_ticket }, headers);

const SELL = { payload: { asset_id: 'bitcoin', quantity: 0.1 }, ttl_seconds: 600 };

test('AC-16 a command goes to the desktop once, for a minute, and its ack ends it', async () => {
  const made = await ask('EXECUTE_DESKTOP_SELL', SELL);
  expect(made.status).toBe('PENDING');
  expect(await poll()).toMatchObject([{ id: made.id, status: 'DELIVERED', payload: SELL.payload }]);
  expect(await poll()).toEqual([]);
  const said = await ack(made.id, { status: 'FAILED', reason: 'USER_REJECTED' });
  expect(said.json()).toMatchObject({ status: 'FAILED', fail_reason: 'USER_REJECTED' });
  expect(await watch(made.id)).toMatchObject({ status: 'FAILED', fail_reason: 'USER_REJECTED', transaction_id: null });
  expect((await ack(made.id, { status: 'ACKNOWLEDGED' })).json()).toMatchObject({ status: 'FAILED' });
});

test('AC-18 an ack that was lost: the command comes again, the same key sells nothing more, and it ends acknowledged', async () => {
  const { id } = await ask('EXECUTE_DESKTOP_SELL', SELL);
  await poll();
  const first = await sellFor(id);
  expect(await watch(id)).toMatchObject({ status: 'DELIVERED', transaction_id: first.json().transaction_id });
  server.clock.now += 60_000;
  expect(await poll()).toMatchObject([{ id, transaction_id: first.json().transaction_id }]);
  expect((await sellFor(id)).json()).toEqual(first.json());
  expect((await ack(id, { status: 'ACKNOWLEDGED' })).json()).toMatchObject({ status: 'ACKNOWLEDGED' });
  expect(await salesOf()).toBe(1);
});

test('AC-19 a sold command is never expired or failed, whatever becomes of its desktop', async () => {
  const sold = await ask('EXECUTE_DESKTOP_SELL', SELL);
  await poll();
  await sellFor(sold.id);
  server.clock.now += 600_000;
  expect(await watch(sold.id)).toMatchObject({ status: 'ACKNOWLEDGED' });
  const other = await ask('EXECUTE_DESKTOP_SELL', SELL);
  await poll();
  await sellFor(other.id);
  expect((await ack(other.id, { status: 'FAILED', reason: 'app.internal' })).json()).toMatchObject({
    status: 'ACKNOWLEDGED',
    fail_reason: null,
  });
});

test('AC-20 a command whose time is over is not given out, sells nothing, and its late ack changes nothing', async () => {
  const { id } = await ask('EXECUTE_DESKTOP_SELL', { ...SELL, ttl_seconds: 60 });
  const late = await ask('EXECUTE_DESKTOP_SELL', { ...SELL, ttl_seconds: 90 });
  server.clock.now += 60_000;
  expect(await poll()).toMatchObject([{ id: late.id }]);
  expect(await watch(id)).toMatchObject({ status: 'EXPIRED' });
  const refused = await sellFor(id);
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'exchange.command_over']);
  const answer = await ack(id, { status: 'ACKNOWLEDGED' });
  expect([answer.statusCode, answer.json().status]).toEqual([200, 'EXPIRED']);
  server.clock.now += 60_000;
  expect((await ack(late.id, { status: 'ACKNOWLEDGED' })).json()).toMatchObject({
    status: 'EXPIRED',
    executed_at: null,
  });
  expect(await salesOf()).toBe(0);
});

test('AC-21 a command for another desktop is not given here; of another person it does not exist', async () => {
  const second = await enrolledDevice(server, organization);
  const { id } = await ask('OPEN_DESKTOP_DASHBOARD', { target_device_id: second.deviceId });
  const anywhere = await ask('OPEN_DESKTOP_DASHBOARD', { target_device_id: undefined });
  expect(await poll()).toMatchObject([{ id: anywhere.id }]);
  expect(await poll(desk.headers, second.deviceId)).toMatchObject([{ id }]);
  const notMine = await ack(id, { status: 'ACKNOWLEDGED' });
  expect([notMine.statusCode, notMine.json().code]).toEqual([409, 'exchange.not_leased']);
  const stranger = await deskOf(server, organization);
  for (const reply of [
    await ack(id, { status: 'ACKNOWLEDGED' }, stranger.headers),
    await server.app.inject({ url: `/crypto/device-commands/${id}`, headers: stranger.headers }),
    await post(
      '/crypto/sell',
      { asset_id: 'bitcoin', quantity: '0.1' },
      { ...stranger.headers, 'idempotency-key': `cmd:${id}` },
    ),
  ]) {
    expect([reply.statusCode, reply.json().code]).toEqual([404, 'exchange.command_not_found']);
  }
});

test('AC-21 a command that nobody has fetched is acknowledged by nobody; one whose lease is over goes to the next', async () => {
  const { id } = await ask('OPEN_DESKTOP_DASHBOARD', { target_device_id: undefined, ttl_seconds: 600 });
  expect((await ack(id, { status: 'ACKNOWLEDGED' })).json()).toMatchObject({ code: 'exchange.not_leased' });
  await poll();
  server.clock.now += 60_000;
  expect(await poll(desk.headers, 'pc-2')).toMatchObject([{ id }]);
  expect((await ack(id, { status: 'ACKNOWLEDGED' })).json()).toMatchObject({ code: 'exchange.not_leased' });
  const by = await ack(id, { status: 'ACKNOWLEDGED', target_device_id: 'pc-2' });
  expect(by.json()).toMatchObject({ status: 'ACKNOWLEDGED' });
});

test('AC-22 a command that no desktop knows, or that says too little, is passed on for the desktop to judge', async () => {
  const made = await ask('FORMAT_DISK');
  const empty = await ask('EXECUTE_DESKTOP_SELL', { payload: {} });
  expect((await poll()).map(({ id }) => id)).toEqual([made.id, empty.id]);
  expect((await ack(made.id, { status: 'FAILED', reason: 'UNSUPPORTED_ACTION' })).json()).toMatchObject({
    status: 'FAILED',
  });
  const large = await post('/crypto/device-commands', { action: 'X', payload: { text: 'x'.repeat(4096) } });
  expect([large.statusCode, large.json().code]).toEqual([413, 'app.too_large']);
});

test('AC-23 a desktop signs in by its ticket: once, within a minute, itself', async () => {
  const one = await ticket();
  await ask('LOGIN_ON_DESKTOP', { payload: { login_ticket: one } });
  const [command] = await poll(desktop.headers);
  expect(command?.payload).toEqual({ login_ticket: one });
  const stranger = await enrolledDevice(server, organization);
  expect((await redeem(one, stranger.headers)).json()).toMatchObject({ code: 'exchange.ticket_invalid' });
  const opened = await redeem(one);
  expect(opened.json()).toMatchObject({ token_type: 'bearer', user: { id: desk.userId, email: desk.email } });
  const own = { authorization: `Bearer ${opened.json().access_token}` };
  expect((await server.app.inject({ url: '/crypto/dashboard', headers: own })).statusCode).toBe(200);
  expect((await ack(command?.id ?? '', { status: 'ACKNOWLEDGED' }, own)).json()).toMatchObject({
    status: 'ACKNOWLEDGED',
  });
  expect((await redeem(one)).json()).toMatchObject({ code: 'exchange.ticket_invalid' });
  const late = await ticket();
  server.clock.now += 61_000;
  expect((await redeem(late)).json()).toMatchObject({ code: 'exchange.ticket_invalid' });
});

test('AC-23 a token that an older phone sends is not kept: a ticket takes its place', async () => {
  await ask('LOGIN_ON_DESKTOP', { payload: { access_token: desk.token } });
  const [command] = await poll(desktop.headers);
  expect(Object.keys(command?.payload ?? {})).toEqual(['login_ticket']);
  expect((await redeem(command?.payload['login_ticket'] ?? '')).statusCode).toBe(200);
  expect(JSON.stringify(await server.db.select().from(exchangeCommands))).not.toContain(desk.token);
  const stranger = await deskOf(server, organization);
  const body = { action: 'LOGIN_ON_DESKTOP', payload: { access_token: stranger.token } };
  const refused = await post('/crypto/device-commands', { ...body, target_device_id: desktop.deviceId });
  expect(refused.json()).toMatchObject({ code: 'auth.forbidden' });
});

test('AC-24 a desktop that nobody signed in to hears of nothing but a sign-in; the phone is told so', async () => {
  const waiting = await ask('OPEN_DESKTOP_DASHBOARD');
  await ask('LOGIN_ON_DESKTOP', { payload: { login_ticket: await ticket() } });
  const [login, ...more] = await poll(desktop.headers);
  expect([login?.action, more]).toEqual(['LOGIN_ON_DESKTOP', []]);
  expect(await watch(waiting.id)).toMatchObject({ status: 'PENDING' });
  await ack(login?.id ?? '', { status: 'ACKNOWLEDGED' }, desktop.headers);
  const begun = await ask('EXECUTE_DESKTOP_SELL', SELL);
  expect((await poll()).map(({ id }) => id)).toEqual([waiting.id, begun.id]);
  const next = await ask('OPEN_DESKTOP_DASHBOARD');
  expect(await poll(desktop.headers)).toEqual([]);
  expect(await watch(next.id)).toMatchObject({ status: 'FAILED', fail_reason: 'NOT_AUTHENTICATED' });
  // What somebody had begun here is his to end.
  expect(await watch(begun.id)).toMatchObject({ status: 'DELIVERED' });
});

test('a desktop that listens to nobody is told so; a code works once, for five minutes, in its own organisation', async () => {
  const fresh = await enrolledDevice(server, organization);
  const pairing = () => server.app.inject({ url: '/crypto/pairing', headers: fresh.headers });
  const code = async () => (await post('/crypto/pairing-codes', {}, fresh.headers)).json().code as string;
  const type = (typed: string, by: Desk = desk) => post('/crypto/pairings', { code: typed }, by.headers);
  expect((await pairing()).json()).toEqual({
    device_id: fresh.deviceId,
    user: null,
    code_expires_at: null,
  });
  const asked = await server.app.inject({ url: '/crypto/device-commands/poll', headers: fresh.headers });
  expect(asked.json()).toMatchObject({ code: 'exchange.not_paired' });
  const old = await code();
  server.clock.now += 300_000;
  expect((await type(old)).json()).toMatchObject({ code: 'exchange.pairing_code_invalid' });
  const abroad = await deskOf(server, await addOrganization(server));
  expect((await pairing()).json().code_expires_at).toBeNull();
  const shown = await code();
  expect((await pairing()).json().code_expires_at).toEqual(expect.any(String));
  expect((await type(shown, abroad)).statusCode).toBe(404);
  expect((await type(shown)).json()).toMatchObject({ device_id: fresh.deviceId, device_name: 'Касса 1' });
  expect((await type(shown)).statusCode).toBe(404);
  expect((await pairing()).json()).toMatchObject({ user: { id: desk.userId }, code_expires_at: null });
});

test('who is signed in stays so when the server starts again without a secret in its settings', async () => {
  const again = await createTestApp({}, server.opened, { prices: createFixedPrices() });
  const other = await createTestApp({ EXCHANGE_JWT_SECRET: 'quite another secret' }, server.opened);
  const seen = (app: TestApp) => app.app.inject({ url: '/crypto/sell/overview', headers: desk.headers });
  expect((await seen(again)).statusCode).toBe(200);
  expect((await seen(other)).json()).toMatchObject({ code: 'auth.unauthorized' });
  await Promise.all([again.app.close(), other.app.close()]);
});

test('five wrong codes in a quarter of an hour are enough', async () => {
  const type = (code: string) => post('/crypto/pairings', { code });
  for (let count = 0; count < 5; count += 1) expect((await type('000000')).statusCode).toBe(404);
  expect((await type('000000')).json()).toMatchObject({ code: 'auth.locked' });
});

test('a desktop that is let go keeps no session', async () => {
  const own = { authorization: `Bearer ${(await redeem(await ticket())).json().access_token}` };
  const url = `/crypto/pairings/${desktop.deviceId}`;
  expect((await server.app.inject({ method: 'DELETE', url, headers: desk.headers })).statusCode).toBe(204);
  expect((await server.app.inject({ url: '/crypto/dashboard', headers: own })).statusCode).toBe(401);
  expect((await server.app.inject({ method: 'DELETE', url, headers: desk.headers })).json()).toMatchObject({
    code: 'exchange.not_paired',
  });
});

test('a kiosk is no desktop', async () => {
  const kiosk = await enrolledDevice(server, organization, { mode: 'kiosk' });
  for (const [method, url] of [
    ['POST', '/crypto/pairing-codes'],
    ['GET', '/crypto/device-commands/poll'],
  ] as const) {
    const reply = await server.app.inject({ method, url, headers: kiosk.headers });
    expect([url, reply.json().code]).toEqual([url, 'auth.forbidden']);
  }
});
