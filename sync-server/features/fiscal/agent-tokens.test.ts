import { once } from 'node:events';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HqAgentTokens, IssuedToken } from '#shared/hq/fiscal.api.ts';
import { auditLog, tokens } from '../../auth/auth.tables.ts';
import { createTestApp, type TestApp } from '../../testing/test-app.ts';
import { agentWaits, type FiscalDesk, openFiscalDesk } from '../../testing/test-fiscal.ts';

const MINUTE = 60_000;

let server: TestApp;
let desk: FiscalDesk;
let baseUrl: string;
beforeAll(async () => {
  server = await createTestApp();
  baseUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(async () => {
  desk = await openFiscalDesk(server);
});

const issue = async (register = 'fd-1') =>
  IssuedToken.parse((await desk.send('POST', `/fiscal-devices/${register}/tokens`)).json());
const exchange = (tokenId: string, act: 'rotate' | 'revoke', register = 'fd-1') =>
  desk.send('POST', `/fiscal-devices/${register}/tokens/${tokenId}/${act}`);
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const ask = async (token: string) => (await desk.next(bearer(token))).statusCode;
const list = async () => HqAgentTokens.parse((await desk.send('GET', '/fiscal-devices/fd-1/tokens')).json()).tokens;

test('a token is told once and kept as a hash; its use shows, its text never', async () => {
  const made = await desk.send('POST', '/fiscal-devices/fd-1/tokens');
  expect([made.statusCode, made.headers['cache-control']]).toEqual([201, 'no-store']);
  const { tokenId, token } = IssuedToken.parse(made.json());
  expect(token).toMatch(/^[\w-]{43}$/);
  expect((await list())[0]).toEqual({ tokenId, state: 'live', issuedAt: server.clock.now });
  await desk.post();
  expect(await ask(token)).toBe(200);
  expect((await list())[0]).toMatchObject({ tokenId, lastUsedAt: server.clock.now });
  expect((await desk.events()).find(({ event }) => event === 'AGENT_TOKEN_ISSUED')).toMatchObject({
    actorId: desk.hq.userId,
    entityId: tokenId,
    details: { fiscalDeviceId: 'fd-1' },
  });
  const kept = [await server.db.select().from(tokens), await server.db.select().from(auditLog), server.logged];
  expect(JSON.stringify(kept)).not.toContain(token);
});

test('AF-03 T1 rotated to T1b: both open for ten minutes, then T1 is refused and audited without its text', async () => {
  const t1 = await issue();
  const rotated = await exchange(t1.tokenId, 'rotate');
  expect(rotated.statusCode).toBe(201);
  const t1b = IssuedToken.parse(rotated.json());
  expect(t1b.graceUntil).toBe(server.clock.now + 10 * MINUTE);
  expect([await ask(t1.token), await ask(t1b.token)]).toEqual([204, 204]);
  expect((await list()).map(({ tokenId, state }) => [tokenId, state])).toEqual(
    expect.arrayContaining([
      [t1b.tokenId, 'live'],
      [t1.tokenId, 'grace'],
    ]),
  );
  expect((await exchange(t1.tokenId, 'rotate')).json()).toMatchObject({ status: 409, code: 'app.conflict' });
  server.clock.now += 10 * MINUTE;
  const refused = await desk.next(bearer(t1.token));
  expect(refused.json()).toMatchObject({ status: 401, code: 'auth.unauthorized' });
  for (let nth = 0; nth < 20; nth += 1) await ask(t1.token);
  expect(await ask(t1b.token)).toBe(204);
  expect((await list()).find(({ tokenId }) => tokenId === t1.tokenId)?.state).toBe('over');
  const failures = () => desk.events().then((all) => all.filter(({ event }) => event === 'DEVICE_AUTH_FAILED'));
  expect(await failures()).toMatchObject([{ actorKind: 'agent', entityType: 'token', entityId: t1.tokenId }]);
  expect(JSON.stringify([await failures(), server.logged])).not.toContain(t1.token);
  server.clock.now += 60 * MINUTE + 1;
  await ask(t1.token);
  expect(await failures()).toHaveLength(2);
});

test('a task that a token began is lost to nobody when the token is exchanged', async () => {
  const t1 = await issue();
  await desk.post();
  const ask = (token: string) => desk.send('GET', '/fiscal-tasks/next?journal=true&wait=0', undefined, bearer(token));
  expect((await ask(t1.token)).statusCode).toBe(200);
  const t1b = IssuedToken.parse((await exchange(t1.tokenId, 'rotate')).json());
  const t1c = IssuedToken.parse((await exchange(t1b.tokenId, 'rotate')).json());
  expect((await ask(t1c.token)).json()).toMatchObject({ attempts: 1 });
});

test('a made-up token is refused and fills nothing', async () => {
  const before = (await desk.events()).length;
  for (const token of ['x', 'A'.repeat(43), 'not a token', 'é']) {
    expect((await desk.next(bearer(token))).json()).toMatchObject({ status: 401, code: 'auth.unauthorized' });
  }
  expect((await desk.events()).length).toBe(before);
});

test('a revoked token is out at once: its calls, its call that waits, and its live line', async () => {
  const { tokenId, token } = await issue();
  const socket = io(`${baseUrl}/device`, { auth: { token }, transports: ['websocket'], reconnection: false });
  await once(socket as never, 'connect');
  const waiting = desk.next(bearer(token), 'fd-1', 2);
  await agentWaits(server);
  const dropped = once(socket as never, 'disconnect');
  expect((await exchange(tokenId, 'revoke')).statusCode).toBe(204);
  await dropped;
  await desk.post();
  expect((await waiting).statusCode).toBe(204);
  expect(await ask(token)).toBe(401);
  expect((await exchange(tokenId, 'revoke')).statusCode).toBe(204);
  expect((await exchange(tokenId, 'rotate')).json()).toMatchObject({ status: 409, code: 'app.conflict' });
  expect((await desk.events()).filter(({ event }) => event === 'AGENT_TOKEN_REVOKED')).toHaveLength(1);
  expect(await desk.rows()).toMatchObject([{ status: 'queued', attempts: 0 }]);
});

test('a register has its own tokens only, and another organisation none of them', async () => {
  const { tokenId } = await issue('fd-2');
  expect((await exchange(tokenId, 'revoke', 'fd-1')).json()).toMatchObject({ status: 404, code: 'app.not_found' });
  const other = await openFiscalDesk(server);
  const foreign = await other.send('POST', `/fiscal-devices/fd-2/tokens/${tokenId}/revoke`);
  expect(foreign.json()).toMatchObject({ status: 404, code: 'app.not_found' });
  expect((await desk.send('POST', '/fiscal-devices/fd-9/tokens')).json()).toMatchObject({
    status: 404,
    code: 'fiscal.device_not_found',
  });
});
