import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import axios from 'axios';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryLog, type DeviceLog } from '#main/log/log.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { createTestCore, type TestCore } from '#test/doubles/core-double.ts';
import { createDevices, type DevicesService, TOKEN_SECRET } from './devices.service.ts';
import { shops } from './devices.tables.ts';

const id = (n: number) => `0198f000-0000-7000-8000-00000000000${n}`;
const REPLY = {
  deviceId: id(1),
  organizationId: id(2),
  shopId: id(3),
  name: 'Касса 1',
  token: 'secret-token-of-the-device',
  incarnation: 1,
  fiscalDeviceId: id(4),
};

let core: TestCore;
let log: DeviceLog;
let server: Server;
let serverUrl: string;
let asked: { url: string; body: unknown }[];
let answer: { status: number; body: string; headers?: Record<string, string> };

beforeEach(async () => {
  core = createTestCore();
  log = createMemoryLog(core.now);
  asked = [];
  answer = { status: 201, body: JSON.stringify(REPLY) };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ url: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  serverUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const open = (configured?: string): DevicesService =>
  createDevices(
    { ...core, log },
    {
      version: '1.2.3',
      platform: 'linux-x64',
      environment: 'DEV',
      serverUrl: configured,
      supportContact: undefined,
      http: axios.create(),
    },
  );
const refusal = async (attempt: Promise<unknown>): Promise<AppError> => {
  const error: unknown = await attempt.then(
    () => 'it was accepted',
    (fault: unknown) => fault,
  );
  if (error instanceof AppError) return error;
  throw new Error(`not an expected fault: ${String(error)}`);
};
const problem = (code: string, status: number) => {
  answer = { status, body: JSON.stringify({ code, title: code }) };
};

test('a device that nobody enrolled says so and has no identity', () => {
  const devices = open();
  expect(devices.info('kiosk')).toMatchObject({ mode: 'kiosk', sync: { state: 'not_enrolled', unsent: 0 } });
  expect(devices.info('kiosk').device).toBeUndefined();
  expect(() => devices.requireIdentity()).toThrow(expect.objectContaining({ code: 'device.not_enrolled' }));
});

test('enrolment keeps the identity in the database, the token in the secrets, and tells whoever waits', async () => {
  const devices = open();
  const heard: string[] = [];
  devices.onEnrolled({
    inTransaction: (_tx, next, previous) => heard.push(`in ${next.incarnation} after ${previous?.incarnation}`),
    after: () => heard.push('after'),
  });
  core.changes.subscribe((change) => heard.push(change.collection));
  const info = await devices.enrol('cashier', { serverUrl: `${serverUrl}/prefix/`, code: 'ABCD2345' });
  expect(asked).toEqual([
    {
      url: '/prefix/devices/enrol',
      body: { code: 'ABCD2345', mode: 'cashier', appVersion: '1.2.3', platform: 'linux-x64' },
    },
  ]);
  expect(info).toMatchObject({ device: { id: id(1), name: 'Касса 1', fiscalDeviceId: id(4) }, mode: 'cashier' });
  expect(heard).toEqual(['in 1 after undefined', 'device', 'after']);
  expect(await core.secrets.get(TOKEN_SECRET)).toBe(REPLY.token);
  const everything = core.db.$client.prepare('SELECT value FROM device_state').pluck().all().join();
  expect(everything).not.toContain(REPLY.token);
  expect(JSON.stringify(log.tail())).not.toContain(REPLY.token);
  expect(open().requireIdentity()).toMatchObject({ deviceId: id(1), incarnation: 1, shopId: id(3) });
});

test('enrolling again replaces the identity, and says what it was', async () => {
  const devices = open();
  await devices.enrol('cashier', { serverUrl, code: 'ABCD2345' });
  let was: number | undefined;
  devices.onEnrolled({ inTransaction: (_tx, _next, previous) => (was = previous?.incarnation) });
  answer = { status: 201, body: JSON.stringify({ ...REPLY, incarnation: 2, token: 'another-token' }) };
  await devices.enrol('cashier', { serverUrl, code: 'ABCD2346' });
  expect(was).toBe(1);
  expect(devices.requireIdentity().incarnation).toBe(2);
  expect(await devices.token()).toBe('another-token');
});

test('a listener that throws leaves the device as it was', async () => {
  const devices = open();
  devices.onEnrolled({
    inTransaction: () => {
      throw new Error('no');
    },
  });
  await expect(devices.enrol('cashier', { serverUrl, code: 'ABCD2345' })).rejects.toThrow('no');
  expect(devices.identity()).toBeUndefined();
});

test.each([
  ['device.enrolment_code_invalid', 400, 'device.enrolment_code_invalid'],
  ['device.enrolment_code_expired', 410, 'device.enrolment_code_expired'],
  ['device.revoked', 403, 'device.revoked'],
  ['auth.locked', 429, 'app.rate_limited'],
  ['app.internal', 500, 'device.server_unreachable'],
  ['constructor', 400, 'device.server_unreachable'],
])('the server says %s: the device says so in its own words', async (theirs, status, ours) => {
  problem(theirs, status);
  const fault = await refusal(open().enrol('kiosk', { serverUrl, code: 'ABCD2345' }));
  expect(fault.code).toBe(ours);
  expect(await core.secrets.get(TOKEN_SECRET)).toBeUndefined();
});

test.each([
  ['a page', { status: 200, body: '<html>router login</html>' }],
  ['half an answer', { status: 201, body: JSON.stringify({ ...REPLY, token: undefined }) }],
  ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } }],
])('%s is not a Prilavok server', async (_, given) => {
  answer = given;
  const fault = await refusal(open().enrol('kiosk', { serverUrl, code: 'ABCD2345' }));
  expect(fault.code).toBe('device.server_unreachable');
  expect(asked).toHaveLength(1);
});

test('no server there: the reason is named', async () => {
  server.close();
  await once(server, 'close');
  const fault = await refusal(open().enrol('kiosk', { serverUrl, code: 'ABCD2345' }));
  expect(fault).toMatchObject({ code: 'device.server_unreachable', details: { reason: 'ECONNREFUSED' } });
});

test('a code for another server than the settings name is not sent anywhere', async () => {
  const fault = await refusal(open('https://hq.example').enrol('kiosk', { serverUrl, code: 'ABCD2345' }));
  expect(fault).toMatchObject({ code: 'app.bad_input', details: { issues: [{ path: 'serverUrl' }] } });
  expect(asked).toEqual([]);
  await open(`${serverUrl}/`).enrol('kiosk', { serverUrl, code: 'ABCD2345' });
});

test('two presses of the button ask once', async () => {
  const devices = open();
  const first = devices.enrol('kiosk', { serverUrl, code: 'ABCD2345' });
  expect((await refusal(devices.enrol('kiosk', { serverUrl, code: 'ABCD2345' }))).code).toBe('app.unavailable');
  await first;
  expect(asked).toHaveLength(1);
});

test('the shop appears in the info once sync has brought it', async () => {
  const devices = open();
  await devices.enrol('kiosk', { serverUrl, code: 'ABCD2345' });
  expect(devices.info('kiosk').shop).toBeUndefined();
  const shop = {
    id: id(3),
    organizationId: id(2),
    organizationName: 'ООО',
    organizationInn: '7707083893',
    name: 'Магазин',
    address: 'Москва',
    timeZone: 'Europe/Moscow',
    currency: 'RUB' as const,
    taxationSystem: 'osn' as const,
    defaultLanguage: 'ru' as const,
  };
  core.db
    .insert(shops)
    .values({ id: id(3), scope: `shop:${id(3)}`, ver: 1, fields: shop })
    .run();
  expect(devices.info('kiosk').shop).toEqual(shop);
});

test('the identity of a damaged database is taken by a device that has none, if it is one', async () => {
  const known = { ...REPLY, token: undefined, serverUrl, enrolledAt: 1 };
  const devices = open();
  for (const text of ['', '{"deviceId":', '{}']) devices.adoptIdentity(text);
  expect(devices.identity()).toBeUndefined();
  devices.adoptIdentity(JSON.stringify(known));
  expect(devices.identity()).toEqual({ ...known, token: undefined });
  devices.adoptIdentity(JSON.stringify({ ...known, name: 'другая' }));
  expect(devices.identity()?.name).toBe(REPLY.name);
  devices.moveTo(id(5));
  expect(devices.identity()?.shopId).toBe(id(5));
});

test('faults of a screen are kept at most once a second', () => {
  const devices = open();
  for (let n = 0; n < 5; n += 1) devices.reportFault({ message: `fault ${n}`, where: 'cart' });
  core.advance(1000);
  devices.reportFault({ message: 'later', where: 'cart' });
  const kept = log.tail().filter((entry) => entry.message === 'fault of a screen');
  expect(kept.map((entry) => entry['fault'])).toEqual(['fault 0', 'later']);
});
