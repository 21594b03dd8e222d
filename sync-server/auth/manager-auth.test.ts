import { createHmac } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shopScope } from '#shared/sync/scopes.ts';
import { writeRows } from '../sync/rows.writer.ts';
import {
  addOrganization,
  addUser,
  createTestApp,
  enrolledDevice,
  managerOf,
  PASSWORD,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../testing/test-app.ts';
import { users } from './auth.tables.ts';
import { createJwt } from './jwt.ts';

const SECRET = 'a secret of the test of managers';
const MINUTE = 60_000;

let server: TestApp;
let organization: TestOrganization;
beforeAll(async () => {
  server = await createTestApp({ MANAGER_JWT_SECRET: SECRET });
  organization = await addOrganization(server);
});
afterAll(() => server.close());

const login = (email: string, password = PASSWORD) =>
  server.app.inject({ method: 'POST', url: '/api/manager/auth/login', payload: { email, password } });
const me = (headers: Record<string, string>) => server.app.inject({ url: '/api/manager/auth/me', headers });

test('AM-01 a right password opens for two hours; every wrong one is refused in the same words', async () => {
  const { email, userId } = await addUser(server, organization, ['manager']);
  const right = await login(email.toUpperCase());
  expect(right.statusCode).toBe(200);
  expect(right.headers['cache-control']).toBe('no-store');
  const { access_token: token, ...rest } = right.json<{ access_token: string }>();
  expect(rest).toEqual({ token_type: 'bearer', expires_in: 7200 });
  const answer = await me({ authorization: `Bearer ${token}` });
  expect(answer.json()).toMatchObject({
    id: userId,
    email,
    name: 'Анна Смирнова',
    is_super_admin: false,
    time_zone: 'Europe/Moscow',
  });

  const blocked = await addUser(server, organization, ['manager']);
  await server.db.update(users).set({ active: false }).where(eq(users.id, blocked.userId));
  const partner = await addUser(server, organization, ['partner']);
  const refusals = await Promise.all([
    login(email, 'wrong'),
    login('nobody@prilavok.example'),
    login(blocked.email),
    login(partner.email),
  ]);
  const said = refusals.map((reply) => {
    const { ref: _ref, ...body } = reply.json<{ ref: string }>();
    return { status: reply.statusCode, ...body };
  });
  expect(new Set(said.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(said[0]).toMatchObject({ status: 401, code: 'auth.bad_credentials' });
});

test('AM-01 the eleventh attempt of a quarter of an hour waits, whatever the password', async () => {
  const { email } = await addUser(server, organization, ['manager']);
  for (let count = 0; count < 10; count += 1) expect((await login(email, 'wrong')).statusCode).toBe(401);
  const locked = await login(email);
  expect(locked.statusCode).toBe(429);
  expect(locked.json()).toMatchObject({ code: 'auth.locked', retryAfterSeconds: 900 });
  server.clock.now += 15 * MINUTE;
  expect((await login(email)).statusCode).toBe(200);
});

test('AM-02 a token ends after 120 minutes, and says so', async () => {
  const { headers } = await managerOf(server, organization);
  server.clock.now += 120 * MINUTE - 1000;
  expect((await me(headers)).statusCode).toBe(200);
  server.clock.now += 1000;
  const late = await me(headers);
  expect(late.statusCode).toBe(401);
  expect(late.json()).toMatchObject({ code: 'auth.token_expired' });
});

test("AM-02 a partner's cookie, and a manager's own one, open nothing here", async () => {
  for (const roles of [['partner'], ['manager'], ['hq_admin']] as const) {
    const { headers } = await sessionOf(server, organization, roles);
    const reply = await me(headers);
    expect(reply.statusCode).toBe(401);
    expect(reply.json()).toMatchObject({ code: 'auth.unauthorized' });
  }
});

test('signing out, and being blocked, end a token at once', async () => {
  const anna = await managerOf(server, organization);
  const out = await server.app.inject({ method: 'POST', url: '/api/manager/auth/logout', headers: anna.headers });
  expect(out.statusCode).toBe(204);
  expect((await me(anna.headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
  const boris = await managerOf(server, organization, ['hq_admin']);
  expect((await me(boris.headers)).json()).toMatchObject({ is_super_admin: true });
  await server.db.update(users).set({ active: false }).where(eq(users.id, boris.userId));
  expect((await me(boris.headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
});

test('a token that was not signed here, or for no session of ours, opens nothing', async () => {
  const { headers, userId } = await managerOf(server, organization);
  const token = headers['authorization']?.slice('Bearer '.length) ?? '';
  const [header = '', payload = '', signature = ''] = token.split('.');
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const none = encode({ alg: 'none', typ: 'JWT' });
  const signedAs = (head: string) =>
    createHmac('sha256', SECRET).update(`${head}.${payload}`).digest().toString('base64url');
  const later = Math.floor(server.clock.now / 1000) + 60;
  const forged = [
    `${none}.${payload}.${signature}`,
    // Even with the right key: the header chooses nothing.
    `${none}.${payload}.${signedAs(none)}`,
    `${header}.${encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: server.newId() })}.${signature}`,
    createJwt('another secret').make({ sub: userId, sid: server.newId(), iat: 0, exp: later }),
    createJwt(SECRET).make({ sub: userId, sid: server.newId(), iat: 0, exp: later }),
    'a.b.c',
  ];
  for (const one of forged) {
    expect((await me({ authorization: `Bearer ${one}` })).json()).toMatchObject({ code: 'auth.unauthorized' });
  }
  expect((await me(headers)).statusCode).toBe(200);
});

test('who is signed in stays so on every instance, and after a restart, without a secret in the settings', async () => {
  const [first, second] = await Promise.all([createTestApp({}, server.opened), createTestApp({}, server.opened)]);
  const { headers } = await managerOf(first, organization);
  await first.app.close();
  const later = await createTestApp({}, server.opened);
  const seen = (app: TestApp) => app.app.inject({ url: '/api/manager/auth/me', headers });
  expect([(await seen(second)).statusCode, (await seen(later)).statusCode]).toEqual([200, 200]);
  // One whose settings name a secret believes that alone.
  expect((await me(headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
  await Promise.all([second.app.close(), later.app.close()]);
});

test('a device gets a token for a member of its shop, as long as both are let in', async () => {
  const member = {
    id: server.newId(),
    name: 'Мария Кузнецова',
    role: 'manager',
    pinVerifier: 'x',
    active: true,
  } as const;
  const put = (fields: typeof member | (Omit<typeof member, 'active'> & { readonly active: boolean })) =>
    server.db.transaction((tx) =>
      writeRows(
        tx,
        organization.organizationId,
        [{ type: 'staff', id: member.id, scope: shopScope(organization.shopId), fields }],
        server.clock.now,
      ),
    );
  await put(member);
  const laptop = await enrolledDevice(server, organization, { mode: 'manager' });
  const till = await enrolledDevice(server, organization, { mode: 'cashier' });
  const exchange = (headers: Record<string, string>, id: string) =>
    server.app.inject({ method: 'POST', url: '/api/manager/auth/device', headers, payload: { member_id: id } });
  expect((await exchange(till.headers, member.id)).json()).toMatchObject({ code: 'auth.forbidden' });
  expect((await exchange(laptop.headers, server.newId())).json()).toMatchObject({ code: 'auth.forbidden' });

  const given = await exchange(laptop.headers, member.id);
  expect(given.statusCode).toBe(200);
  const headers = { authorization: `Bearer ${given.json<{ access_token: string }>().access_token}` };
  expect((await me(headers)).json()).toMatchObject({ id: member.id, name: 'Мария Кузнецова', email: null });
  await put({ ...member, active: false });
  expect((await me(headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
  await put(member);
  expect((await me(headers)).statusCode).toBe(200);
  const hq = await sessionOf(server, organization, ['hq_admin']);
  const url = `/hq/devices/${laptop.deviceId}/revoke`;
  await server.app.inject({ method: 'POST', url, headers: hq.headers, payload: {} });
  expect((await me(headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
});
