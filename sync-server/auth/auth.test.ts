import { eq, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addOrganization,
  addUser,
  createTestApp,
  ORIGIN,
  PASSWORD,
  sessionOf,
  signIn,
  type TestApp,
  type TestOrganization,
} from '../testing/test-app.ts';
import { appendAudit, findAuditBreak } from './audit.repo.ts';
import { auditHeads, auditLog, authSessions, authThrottles, users } from './auth.tables.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let server: TestApp;
let organization: TestOrganization;
beforeAll(async () => {
  server = await createTestApp();
  organization = await addOrganization(server);
});
afterAll(() => server.close());

const me = (headers: Record<string, string>) => server.app.inject({ url: '/auth/me', headers });

test('a session is opened by the password, held by a cookie no script sees, and stored as a hash', async () => {
  const { email, userId } = await addUser(server, organization, ['hq_admin']);
  const reply = await signIn(server, email.toUpperCase());
  expect(reply.json()).toEqual({
    id: userId,
    name: 'Анна Смирнова',
    email,
    roles: ['hq_admin'],
    organization: { id: organization.organizationId, name: 'Автомаркет', timeZone: 'Europe/Moscow' },
  });
  const [cookie] = reply.cookies;
  expect(cookie).toMatchObject({ name: 'prilavok_session', httpOnly: true, sameSite: 'Strict', path: '/' });
  expect(cookie?.value).toMatch(/^[\w-]{43}$/);
  const stored = JSON.stringify(await server.db.select().from(authSessions));
  expect(stored).not.toContain(cookie?.value);
  expect((await me({ cookie: `prilavok_session=${cookie?.value}` })).json()).toEqual(reply.json());
});

test('a wrong password and an unknown account get the same answer', async () => {
  const { email } = await addUser(server, organization, ['hq_admin']);
  const [wrong, unknown] = await Promise.all([signIn(server, email, 'wrong'), signIn(server, `not-${email}`)]);
  expect({ ...wrong.json(), ref: '' }).toEqual({ ...unknown.json(), ref: '' });
  expect(wrong.json()).toMatchObject({ status: 401, code: 'auth.bad_credentials' });
});

test('a person who was shut out does not come in, and his open session ends', async () => {
  const { headers, userId } = await sessionOf(server, organization, ['hq_admin']);
  await server.db.update(users).set({ active: false }).where(eq(users.id, userId));
  expect((await me(headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
  expect((await signIn(server, `${userId}@prilavok.example`)).json()).toMatchObject({ code: 'auth.bad_credentials' });
});

test('five failures lock the account for this address, also for the right password and after a restart', async () => {
  const { email } = await addUser(server, organization, ['hq_admin']);
  const from = (remoteAddress: string, password: string, app = server.app) =>
    app.inject({ method: 'POST', url: '/auth/sign-in', remoteAddress, payload: { email, password } });
  for (let nth = 0; nth < 5; nth += 1) expect((await from('10.1.1.1', 'wrong')).statusCode).toBe(401);
  const locked = await from('10.1.1.1', PASSWORD);
  expect(locked.json()).toMatchObject({ status: 429, code: 'auth.locked' });
  expect(locked.headers['retry-after']).toBe('900');
  const restarted = await createTestApp({}, server.opened);
  expect((await from('10.1.1.1', PASSWORD, restarted.app)).statusCode).toBe(429);
  await restarted.app.close();
  expect((await from('10.2.2.2', PASSWORD)).statusCode).toBe(200);
  server.clock.now += 15 * MINUTE;
  expect((await from('10.1.1.1', PASSWORD)).statusCode).toBe(200);
  expect(JSON.stringify(await server.db.select().from(authThrottles))).not.toContain('10.1.1.1');
});

test('failures made at once are all counted', async () => {
  const { email } = await addUser(server, organization, ['hq_admin']);
  await Promise.all(Array.from({ length: 5 }, () => signIn(server, email, 'wrong')));
  expect((await signIn(server, email)).statusCode).toBe(429);
});

test('a session ends after two idle hours, and not while it is used', async () => {
  const { headers } = await sessionOf(server, organization, ['hq_admin']);
  for (let nth = 0; nth < 3; nth += 1) {
    server.clock.now += 119 * MINUTE;
    expect((await me(headers)).statusCode).toBe(200);
  }
  server.clock.now += 120 * MINUTE;
  expect((await me(headers)).json()).toMatchObject({ status: 401, code: 'auth.session_expired' });
});

test('a session ends after twelve hours, however busy', async () => {
  const { headers } = await sessionOf(server, organization, ['hq_admin']);
  const opened = server.clock.now;
  while (server.clock.now < opened + 12 * HOUR) {
    expect((await me(headers)).statusCode).toBe(200);
    server.clock.now += HOUR;
  }
  expect((await me(headers)).json()).toMatchObject({ code: 'auth.session_expired' });
});

test('sign-out ends the session for good', async () => {
  const { headers } = await sessionOf(server, organization, ['partner']);
  const out = await server.app.inject({ method: 'POST', url: '/auth/sign-out', headers });
  expect(out.statusCode).toBe(204);
  expect(out.cookies[0]).toMatchObject({ name: 'prilavok_session', value: '' });
  expect((await me(headers)).json()).toMatchObject({ status: 401, code: 'auth.unauthorized' });
});

test.each([
  ['another page', { origin: 'https://evil.example' }],
  ['another port of our host', { origin: `${ORIGIN}:81` }],
  ['a page that hides', { origin: 'null' }],
  ['nobody', {}],
])('a change by a session is refused when it comes from %s', async (_, origin) => {
  const { headers } = await sessionOf(server, organization, ['hq_admin']);
  const { cookie = '' } = headers;
  const reply = await server.app.inject({ method: 'POST', url: '/auth/sign-out', headers: { cookie, ...origin } });
  expect(reply.json()).toMatchObject({ status: 403, code: 'auth.origin_refused' });
  expect((await me(headers)).statusCode).toBe(200);
});

test('a forged sign-in is refused, and an allowed page elsewhere is not', async () => {
  const { email } = await addUser(server, organization, ['hq_admin']);
  const from = (origin: string, app = server.app) =>
    app.inject({ method: 'POST', url: '/auth/sign-in', headers: { origin }, payload: { email, password: PASSWORD } });
  expect((await from('https://evil.example')).json()).toMatchObject({ code: 'auth.origin_refused' });
  const open = await createTestApp({ ALLOWED_ORIGINS: 'https://hq.example' }, server.opened);
  expect((await from('https://hq.example', open.app)).statusCode).toBe(200);
  await open.app.close();
});

test('the audit is a chain: an edited or a removed row shows', async () => {
  const other = await addOrganization(server);
  const { headers, userId } = await sessionOf(server, other, ['hq_admin']);
  await signIn(server, `${userId}@prilavok.example`, 'wrong');
  await server.app.inject({ method: 'POST', url: '/auth/sign-out', headers });
  const mine = eq(auditLog.organizationId, other.organizationId);
  const rows = await server.db.select().from(auditLog).where(mine).orderBy(auditLog.seq);
  expect(rows.map(({ seq, event }) => [seq, event])).toEqual([
    [1, 'LOGIN_OK'],
    [2, 'LOGIN_FAILED'],
    [3, 'SESSION_REVOKED'],
  ]);
  expect(await findAuditBreak(server.db, other)).toBeUndefined();
  const breakAt = (statement: ReturnType<typeof sql>) =>
    server.db
      .transaction(async (tx) => {
        await tx.execute(statement);
        const found = await findAuditBreak(tx, other);
        throw Object.assign(new Error('undo'), { found });
      })
      .catch((error: Error & { found?: number }) => error.found);
  const { organizationId } = other;
  expect(
    await breakAt(sql`UPDATE audit_log SET event = 'LOGIN_OK' WHERE organization_id = ${organizationId} AND seq = 2`),
  ).toBe(2);
  expect(await breakAt(sql`DELETE FROM audit_log WHERE organization_id = ${organizationId} AND seq = 1`)).toBe(1);
  expect(await breakAt(sql`DELETE FROM audit_log WHERE organization_id = ${organizationId} AND seq = 3`)).toBe(3);
});

test('a chain that grows while it is walked is whole', async () => {
  const other = await addOrganization(server);
  const entry = {
    at: server.clock.now,
    event: 'LOGIN_OK',
    actor: { kind: 'system', id: 'test' },
    entity: { type: 'user', id: 'u' },
  } as const;
  const grow = () => server.db.transaction((tx) => appendAudit(tx, other, entry));
  await grow();
  const grown: Promise<void>[] = [];
  const growing = new Proxy(server.db, {
    get: (db, name) => {
      const own: unknown = Reflect.get(db, name);
      if (name !== 'select') return own;
      return () => ({
        // Somebody's row comes just before the head is read.
        from: (table: PgTable) => {
          if (table === auditHeads) grown.push(grow());
          return db.select().from(table);
        },
      });
    },
  });
  expect(await findAuditBreak(growing, other)).toBeUndefined();
  await Promise.all(grown);
  expect(grown.length).toBeGreaterThan(0);
});

test('no password, cookie or e-mail reaches the log or the audit', async () => {
  const { headers, userId } = await sessionOf(server, organization, ['hq_admin']);
  await signIn(server, `${userId}@prilavok.example`, 'a wrong secret');
  const written = JSON.stringify([server.logged, await server.db.select().from(auditLog)]);
  for (const secret of [PASSWORD, 'a wrong secret', headers['cookie']?.split('=')[1] ?? '?', '@prilavok.example']) {
    expect(written).not.toContain(secret);
  }
});
