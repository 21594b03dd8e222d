import { once } from 'node:events';
import { and, eq } from 'drizzle-orm';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnrolmentCode, EnrolReply } from '#shared/devices/devices.schema.ts';
import { DeviceGrants } from '#shared/hq/hq.api.ts';
import { PROTOCOL, PullReply, SCHEMA } from '#shared/sync/protocol.ts';
import { order } from '#test/sync/fixtures.ts';
import { createWriter } from '#test/sync/server-world.ts';
import { auditLog, tokens } from '../../auth/auth.tables.ts';
import { newEnrolmentCode } from '../../auth/secrets.ts';
import {
  addDevice,
  addOrganization,
  codeFor,
  createTestApp,
  enrol,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { insertShop } from './devices.repo.ts';
import { deviceEnrolmentCodes } from './devices.tables.ts';

const MINUTE = 60_000;

let server: TestApp;
let organization: TestOrganization;
let admin: Record<string, string>;
beforeAll(async () => {
  server = await createTestApp();
  organization = await addOrganization(server);
});
afterAll(() => server.close());

const admins = async () => {
  // A session lasts half a day of the test's clock, which the tests below move.
  admin = (await sessionOf(server, organization, ['hq_admin'])).headers;
  return admin;
};
const rotate = (headers: Record<string, string>) =>
  server.app.inject({ method: 'POST', url: '/devices/token/rotate', headers });
/** Any route of a device answers whether its token opens. */
const poll = (headers: Record<string, string>) =>
  server.app.inject({ url: '/fiscal-tasks/next?fiscalDeviceId=fd-1&wait=0', headers });

test('made codes are what a device accepts, and look fair', () => {
  const codes = Array.from({ length: 500 }, () => newEnrolmentCode(server.random));
  for (const code of codes) expect(EnrolmentCode.parse(code)).toBe(code);
  expect(new Set(codes).size).toBe(500);
  expect(new Set(codes.join('')).size).toBe(30);
});

test('a code, as a person types it, makes a device; each enrolment is a new incarnation', async () => {
  const headers = await admins();
  const deviceId = await addDevice(server, organization, { fiscalDeviceId: 'fd-1' });
  const code = await codeFor(server, headers, deviceId);
  expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  const first = await enrol(server, ` ${code.toLowerCase().replace('-', ' ')}`);
  expect(first.statusCode).toBe(201);
  const reply = EnrolReply.parse(first.json());
  expect(reply).toMatchObject({ deviceId, ...organization, name: 'Касса 1', incarnation: 1, fiscalDeviceId: 'fd-1' });
  expect(JSON.stringify(await server.db.select().from(tokens))).not.toContain(reply.token);
  expect(JSON.stringify(await server.db.select().from(deviceEnrolmentCodes))).not.toContain(code.replace('-', ''));

  const authorization = `Bearer ${reply.token}`;
  expect((await poll({ authorization })).statusCode).toBe(204);
  const again = EnrolReply.parse((await enrol(server, await codeFor(server, headers, deviceId))).json());
  expect(again.incarnation).toBe(2);
  expect((await poll({ authorization })).statusCode).toBe(401);
  expect((await poll({ authorization: `Bearer ${again.token}` })).statusCode).toBe(204);
});

test('a used code, a replaced code, a wrong code and one of another mode are invalid; an old one is expired', async () => {
  const headers = await admins();
  const deviceId = await addDevice(server, organization);
  const replaced = await codeFor(server, headers, deviceId);
  const code = await codeFor(server, headers, deviceId);
  const invalid = { status: 400, code: 'device.enrolment_code_invalid' };
  expect((await enrol(server, replaced)).json()).toMatchObject(invalid);
  expect((await enrol(server, code, 'kiosk')).json()).toMatchObject({ ...invalid, mode: 'cashier' });
  expect((await enrol(server, code)).statusCode).toBe(201);
  expect((await enrol(server, code)).json()).toMatchObject(invalid);
  expect((await enrol(server, 'ZZZZ-ZZZZ')).json()).toMatchObject(invalid);
  expect((await enrol(server, 'O000-0000')).json()).toMatchObject({
    code: 'app.bad_input',
    issues: [{ path: 'code', message: 'must be 8 letters and digits, as XXXX-XXXX' }],
  });
  const late = await codeFor(server, headers, deviceId);
  server.clock.now += 15 * MINUTE;
  expect((await enrol(server, late)).json()).toMatchObject({ status: 410, code: 'device.enrolment_code_expired' });
});

test('a code typed twice at once enrols once', async () => {
  const code = await codeFor(server, await admins(), await addDevice(server, organization));
  const replies = await Promise.all([enrol(server, code), enrol(server, code)]);
  expect(replies.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([201, 400]);
});

test('guessing codes locks the address', async () => {
  const guess = () =>
    server.app.inject({
      method: 'POST',
      url: '/devices/enrol',
      remoteAddress: '10.9.9.9',
      payload: { code: 'ZZZZ-ZZZZ', mode: 'kiosk', appVersion: '1', platform: 'x' },
    });
  for (let nth = 0; nth < 10; nth += 1) expect((await guess()).statusCode).toBe(400);
  expect((await guess()).json()).toMatchObject({ status: 429, code: 'auth.locked' });
});

test('AF-03 an exchanged token opens for ten more minutes, then it is refused and audited without its text', async () => {
  const { headers, token, deviceId } = await enrolledDevice(server, organization, { fiscalDeviceId: 'fd-1' });
  const rotated = await rotate(headers);
  const next = { authorization: `Bearer ${rotated.json<{ token: string }>().token}` };
  expect((await rotate(headers)).json()).toMatchObject({ status: 409, code: 'app.conflict' });
  expect((await poll(headers)).statusCode).toBe(204);
  server.clock.now += 10 * MINUTE;
  expect((await poll(headers)).json()).toMatchObject({ status: 401, code: 'auth.unauthorized' });
  expect((await poll(headers)).statusCode).toBe(401);
  expect((await poll(next)).statusCode).toBe(204);
  const refusals = await server.db
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.event, 'DEVICE_AUTH_FAILED'), eq(auditLog.actorId, deviceId)));
  expect(refusals).toHaveLength(1);
  expect(JSON.stringify([refusals, server.logged])).not.toContain(token);
});

test('a revoked device is out at once, for good, and revoking twice is once', async () => {
  const headers = await admins();
  const device = await enrolledDevice(server, organization, { fiscalDeviceId: 'fd-1' });
  const revoke = () => server.app.inject({ method: 'POST', url: `/hq/devices/${device.deviceId}/revoke`, headers });
  expect([(await revoke()).statusCode, (await revoke()).statusCode]).toEqual([204, 204]);
  expect((await poll(device.headers)).json()).toMatchObject({ status: 401, code: 'device.revoked' });
  const code = await server.app.inject({
    method: 'POST',
    url: `/hq/devices/${device.deviceId}/enrolment-code`,
    headers,
  });
  expect(code.json()).toMatchObject({ code: 'device.revoked' });
  const events = await server.db.select().from(auditLog).where(eq(auditLog.entityId, device.deviceId));
  expect(events.filter(({ event }) => event === 'DEVICE_REVOKED')).toHaveLength(1);
});

const addShop = async (): Promise<string> => {
  const { organizationId } = organization;
  const shop = { id: server.newId(), organizationId, partnerUserId: null, name: 'Полевая', address: 'Полевая, 1' };
  await server.db.transaction((tx) => insertShop(tx, { ...shop, createdAt: server.clock.now }));
  return shop.id;
};

test('I17 headquarters moves a device: it sees the other shop from the next pull on, and hears of nothing else', async () => {
  const headers = await admins();
  const { deviceId, headers: device } = await enrolledDevice(server, organization);
  const other = await addShop();
  const url = `/hq/devices/${deviceId}/grants`;
  const put = (payload: object) => server.app.inject({ method: 'PUT', url, headers, payload });
  const pull = async () =>
    PullReply.parse(
      (
        await server.app.inject({
          method: 'POST',
          url: '/sync/pull',
          headers: device,
          payload: { proto: PROTOCOL, schema: SCHEMA, writer: { deviceId, incarnation: 1 }, cursors: {} },
        })
      ).json(),
    );
  expect(await pull()).toMatchObject({ grantsVer: 1, shopId: organization.shopId });
  const moved = await put({ shopIds: [other], lateWork: 'accept' });
  expect(DeviceGrants.parse(moved.json())).toMatchObject({
    grantsVer: 2,
    grants: [
      { shopId: organization.shopId, home: true, grantedVer: 1, revokedVer: 2, lateUntil: expect.any(Number) },
      { shopId: other, home: true, grantedVer: 2 },
    ],
  });
  const after = await pull();
  expect(after).toMatchObject({ grantsVer: 2, shopId: other });
  expect(after.grants).not.toContain(`shop:${organization.shopId}`);
  // Said twice it is one change.
  expect((await put({ shopIds: [other], lateWork: 'refuse' })).json()).toMatchObject({ grantsVer: 2 });
  const stranger = await addOrganization(server);
  expect((await put({ shopIds: [stranger.shopId], lateWork: 'accept' })).json()).toMatchObject({
    code: 'app.bad_input',
  });
  expect((await server.app.inject({ url: `/hq/devices/${server.newId()}/grants`, headers })).statusCode).toBe(404);
  const events = await server.db.select().from(auditLog).where(eq(auditLog.entityId, deviceId));
  expect(events.filter(({ event }) => event === 'DEVICE_GRANTS_CHANGED')).toHaveLength(1);
});

/** Another device of the shop places an order: everybody who sees the shop is poked. */
const sellIn = async (shopId: string): Promise<void> => {
  const at = { ...organization, shopId };
  const { deviceId, headers } = await enrolledDevice(server, at);
  const by = { ...at, deviceId, mode: 'cashier' as const, incarnation: 1 };
  const inject = (url: string) => (_: unknown, payload: object) =>
    server.app.inject({ method: 'POST', url, headers, payload }).then((reply) => reply.json());
  const writer = createWriter({ push: inject('/sync/push'), pull: inject('/sync/pull'), clock: server.clock }, by);
  const reply = await writer.send(writer.make('order.place', { order: order(1, by, { id: server.newId() }) }));
  expect(reply.outcomes).toMatchObject([{ status: 'applied' }]);
};

test('I17 a device that is moved hears of its new shop from then on, and no longer of the old one', async () => {
  const headers = await admins();
  const { deviceId, token } = await enrolledDevice(server, organization);
  const other = await addShop();
  const baseUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const socket = io(`${baseUrl}/device`, { auth: { token }, transports: ['websocket'], reconnection: false });
  try {
    const heard: string[] = [];
    socket.on('poke', ({ scope }: { scope: string }) => heard.push(scope));
    await once(socket as never, 'connect');
    const told = once(socket as never, 'grants');
    const payload = { shopIds: [other], lateWork: 'accept' };
    await server.app.inject({ method: 'PUT', url: `/hq/devices/${deviceId}/grants`, headers, payload });
    await told;
    // A sale in the old shop is not for its ears; one in the new is.
    for (const shopId of [organization.shopId, other]) await sellIn(shopId);
    while (heard.length === 0) await once(socket as never, 'poke');
    expect(heard).toEqual([`shop:${other}`]);
  } finally {
    socket.disconnect();
  }
});
