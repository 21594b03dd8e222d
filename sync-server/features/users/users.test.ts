import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HqShops, type UserRole } from '#shared/hq/hq.api.ts';
import { type HqUser, HqUsers, InvitationReply } from '#shared/hq/users.api.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import { entities } from '../../sync/sync.tables.ts';
import {
  addOrganization,
  createTestApp,
  sessionOf,
  signIn,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';

let server: TestApp;
let organization: TestOrganization;
let admin: { readonly headers: Record<string, string>; readonly userId: string };
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  organization = await addOrganization(server);
  admin = await sessionOf(server, organization, ['hq_admin']);
});

const call = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, headers = admin.headers) =>
  server.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
const people = async (): Promise<readonly HqUser[]> => HqUsers.parse((await call('GET', '/hq/users')).json()).users;
const invite = async (more: { id?: string; email?: string; roles?: UserRole[]; shopIds?: string[] } = {}) => {
  const id = more.id ?? server.newId();
  const body = { name: 'Борис', email: `${id}@prilavok.example`, roles: ['manager'], ...more, id };
  return { id, body, reply: await call('POST', '/hq/users', body) };
};
const choose = (secret: string, password: string) =>
  server.app.inject({ method: 'POST', url: '/auth/password', payload: { secret, password } });
const edit = (id: string, patch: object) => call('PATCH', `/hq/users/${id}`, patch);
const me = (headers: Record<string, string>) => server.app.inject({ url: '/auth/me', headers });

test('an invited person chooses a password once, and signs in with the roles that were given', async () => {
  const { id, body, reply } = await invite();
  const { secret, expiresAt } = InvitationReply.parse(reply.json());
  expect(expiresAt - server.clock.now).toBe(3 * 24 * 3_600_000);
  expect((await people()).find((one) => one.id === id)).toMatchObject({ state: 'invited', roles: ['manager'] });
  expect((await choose(secret, 'short')).json()).toMatchObject({ code: 'app.bad_input' });
  expect((await choose(secret, 'another horse battery')).statusCode).toBe(204);
  expect((await choose(secret, 'a stranger has seen it')).json()).toMatchObject({ code: 'users.invitation_over' });
  expect((await signIn(server, body.email, 'another horse battery')).json()).toMatchObject({ id, roles: ['manager'] });
  expect((await people()).find((one) => one.id === id)?.state).toBe('active');
});

test('an invitation ends: by its time, by a newer one, and with its person', async () => {
  const { id, body, reply } = await invite();
  const first = InvitationReply.parse(reply.json());
  const second = InvitationReply.parse((await call('POST', '/hq/users', body)).json());
  expect(await people()).toHaveLength(2);
  expect((await choose(first.secret, 'another horse battery')).json()).toMatchObject({ code: 'users.invitation_over' });
  await edit(id, { active: false });
  expect((await choose(second.secret, 'another horse battery')).json()).toMatchObject({
    code: 'users.invitation_over',
  });
  expect((await call('POST', `/hq/users/${id}/invitation`)).json()).toMatchObject({ code: 'app.conflict' });
  await edit(id, { active: true });
  const third = InvitationReply.parse((await call('POST', `/hq/users/${id}/invitation`)).json());
  server.clock.now = third.expiresAt;
  expect((await choose(third.secret, 'another horse battery')).json()).toMatchObject({ code: 'users.invitation_over' });
});

test('an invitation repeated for somebody who has come in lets nobody choose his password', async () => {
  const { id, body, reply } = await invite();
  await choose(InvitationReply.parse(reply.json()).secret, 'another horse battery');
  const again = await call('POST', '/hq/users', body);
  expect([again.statusCode, again.json().code]).toEqual([409, 'app.conflict']);
  expect((await signIn(server, body.email, 'another horse battery')).json()).toMatchObject({ id });
});

test('a shop that is asked for twice at once is one shop; the id of a stranger is refused', async () => {
  const shop = { id: server.newId(), name: 'Вторая', address: 'Тверь' };
  const replies = await Promise.all([call('POST', '/hq/shops', shop), call('POST', '/hq/shops', shop)]);
  expect(new Set(replies.map(({ statusCode }) => statusCode)).size).toBe(1);
  expect(replies[0]?.statusCode).toBeLessThan(300);
  const stranger = await sessionOf(server, await addOrganization(server), ['hq_admin']);
  expect((await call('POST', '/hq/shops', shop, stranger.headers)).json()).toMatchObject({ code: 'app.conflict' });
});

test('who is blocked is out at once with every session, and a new password ends the old ones too', async () => {
  const other = await sessionOf(server, organization, ['manager']);
  expect((await me(other.headers)).statusCode).toBe(200);
  expect((await edit(other.userId, { active: false })).statusCode).toBe(204);
  expect((await me(other.headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
  await edit(other.userId, { active: true });
  expect((await me(other.headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
  const again = await sessionOf(server, organization, ['manager']);
  const { secret } = InvitationReply.parse((await call('POST', `/hq/users/${again.userId}/invitation`)).json());
  expect((await me(again.headers)).statusCode).toBe(200);
  await choose(secret, 'another horse battery');
  expect((await me(again.headers)).json()).toMatchObject({ code: 'auth.unauthorized' });
});

test('the last administrator stays one: an invited one, a blocked one and one of another organisation do not count', async () => {
  const { id } = await invite({ roles: ['hq_admin'] });
  await sessionOf(server, await addOrganization(server), ['hq_admin']);
  const blocked = await sessionOf(server, organization, ['hq_admin']);
  await edit(blocked.userId, { active: false });
  for (const patch of [{ active: false }, { roles: ['manager'] }]) {
    expect((await edit(admin.userId, patch)).json()).toMatchObject({ code: 'users.last_admin' });
  }
  const { secret } = InvitationReply.parse((await call('POST', `/hq/users/${id}/invitation`)).json());
  await choose(secret, 'another horse battery');
  expect((await edit(admin.userId, { roles: ['manager'] })).statusCode).toBe(204);
});

test('two administrators who block one another at once leave one', async () => {
  const other = await sessionOf(server, organization, ['hq_admin']);
  const replies = await Promise.all([
    call('PATCH', `/hq/users/${other.userId}`, { active: false }, admin.headers),
    call('PATCH', `/hq/users/${admin.userId}`, { active: false }, other.headers),
  ]);
  expect(replies.filter(({ statusCode }) => statusCode === 204)).toHaveLength(1);
});

test('a partner sees the shops he was given, and no longer those that were taken', async () => {
  const id = server.newId();
  const shop = { id, name: 'Вокзал', address: 'Вокзальная, 1' };
  expect((await call('POST', '/hq/shops', shop)).statusCode).toBe(204);
  expect((await call('POST', '/hq/shops', shop)).statusCode).toBe(204);
  const partner = await invite({ roles: ['partner'], shopIds: [id] });
  const shopsOf = async () => (await people()).find((one) => one.id === partner.id)?.shopIds;
  expect(await shopsOf()).toEqual([id]);
  await edit(partner.id, { shopIds: [organization.shopId] });
  expect(await shopsOf()).toEqual([organization.shopId]);
  const foreign = await addOrganization(server);
  expect((await edit(partner.id, { shopIds: [foreign.shopId] })).json()).toMatchObject({ code: 'app.bad_input' });
  expect(await shopsOf()).toEqual([organization.shopId]);
});

test('a new name of a shop reaches its devices', async () => {
  const id = server.newId();
  await call('POST', '/hq/shops', { id, name: 'Вокзал', address: 'Вокзальная, 1' });
  await call('PATCH', `/hq/shops/${id}`, { name: 'Вокзал, зал 2' });
  const { shops } = HqShops.parse((await call('GET', '/hq/shops')).json());
  expect(shops.find((one) => one.id === id)).toMatchObject({ name: 'Вокзал, зал 2', address: 'Вокзальная, 1' });
  const [row] = await server.db
    .select()
    .from(entities)
    .where(and(eq(entities.type, 'shop'), eq(entities.id, id)));
  expect(row?.fields).toMatchObject({ name: 'Вокзал, зал 2', timeZone: 'Europe/Moscow' });
  expect(row?.scope).toBe(`shop:${id}`);
});

test('an address is one person, whatever the organisation; acts are audited without addresses or secrets', async () => {
  const { body } = await invite({ email: 'anna@prilavok.example' });
  const taken = await invite({ email: body.email.toUpperCase() });
  expect(taken.reply.json()).toMatchObject({ code: 'users.email_taken' });
  const stranger = await sessionOf(server, await addOrganization(server), ['hq_admin']);
  expect((await call('PATCH', `/hq/users/${body.id}`, { active: false }, stranger.headers)).statusCode).toBe(404);
  const rows = await server.db.select().from(auditLog).where(eq(auditLog.organizationId, organization.organizationId));
  expect(rows.map(({ event }) => event)).toContain('USER_INVITED');
  expect(JSON.stringify(rows)).not.toContain('anna@');
});
