/** A partner's kiosks over HTTP: his own, and nobody else's. What becomes of each act is tried in `features/kiosk`. */
import { eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PartnerKioskDetails, PartnerKiosks } from '#shared/partner/partner.api.ts';
import { deviceScope } from '#shared/sync/scopes.ts';
import { auditLog, shops } from '../../auth/auth.tables.ts';
import { entities } from '../../sync/sync.tables.ts';
import {
  addDevice,
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';

interface Place extends TestOrganization {
  readonly deviceId: string;
  /** Of the kiosk. */
  readonly kiosk: Record<string, string>;
  readonly partner: Record<string, string>;
}

let server: TestApp;
let mine: Place;
let foreign: Place;
beforeAll(async () => {
  server = await createTestApp();
  const place = async (): Promise<Place> => {
    const organization = await addOrganization(server);
    const { deviceId, headers: kiosk } = await enrolledDevice(server, organization, { mode: 'kiosk' });
    const { headers: partner, userId } = await sessionOf(server, organization, ['partner']);
    await server.db.update(shops).set({ partnerUserId: userId }).where(eq(shops.id, organization.shopId));
    return { ...organization, deviceId, kiosk, partner };
  };
  [mine, foreign] = [await place(), await place()];
});
afterAll(() => server.close());

const ask = (path: string, id = mine.deviceId) =>
  server.app.inject({ url: `/partner/kiosks/${id}${path}`, headers: mine.partner });
const tell = (path: string, payload: object, id = mine.deviceId) =>
  server.app.inject({ method: 'POST', url: `/partner/kiosks/${id}${path}`, headers: mine.partner, payload });
const complain = (code: string) =>
  server.app.inject({
    method: 'POST',
    url: `/kiosk/${mine.deviceId}/errors`,
    headers: mine.kiosk,
    payload: { code, message: 'Paper jam detected' },
  });
const events = async () => {
  const rows = await server.db
    .select({ event: auditLog.event })
    .from(auditLog)
    .where(like(auditLog.event, 'KIOSK_%'))
    .orderBy(auditLog.seq);
  return rows.map(({ event }) => event);
};

test('AP-09 kiosks list', async () => {
  const list = await server.app.inject({ url: '/partner/kiosks', headers: mine.partner });
  const kiosk = {
    id: mine.deviceId,
    name: 'Касса 1',
    location: 'Лесная, 5',
    status: 'active',
    lastErrorCode: null,
    settings: { defaultLanguage: 'ru' },
    online: false,
    lastActiveAt: null,
  };
  expect(list.json()).toEqual([kiosk]);
  await server.app.inject({
    method: 'POST',
    url: `/kiosk/${mine.deviceId}/heartbeat`,
    headers: mine.kiosk,
    payload: {},
  });
  // Heard of a moment ago, on the instance that answers, and not yet written.
  const heard = { ...kiosk, online: true, lastActiveAt: new Date(server.clock.now).toISOString() };
  const nothing = { codes: 0, amountMinor: 0 };
  const balance = { month: nothing, all: nothing, currency: 'RUB' };
  expect((await ask('')).json()).toEqual({ ...heard, errors: [], balance });
});

test('AP-10, AP-12 status and language', async () => {
  expect((await tell('/status', { status: 'inactive' })).json()).toMatchObject({ status: 'inactive' });
  expect((await tell('/status', { status: 'active' })).json()).toMatchObject({ status: 'active' });
  expect((await tell('/status', { status: 'lost' })).statusCode).toBe(400);
  expect((await tell('/language', { language: 'he' })).json()).toMatchObject({ settings: { defaultLanguage: 'he' } });
  expect((await tell('/language', { language: 'xx' })).statusCode).toBe(400);
  expect(await events()).toEqual(['KIOSK_STATUS_CHANGED', 'KIOSK_STATUS_CHANGED', 'KIOSK_LANGUAGE_SET']);
});

test('AP-15 errors limit', async () => {
  for (const code of ['A1', 'A2', 'A3', 'A4', 'B2']) {
    server.clock.now += 1000;
    await complain(code);
  }
  const codes = async (query: string) =>
    (await ask(`/errors${query}`)).json<{ code: string }[]>().map(({ code }) => code);
  expect(await codes('')).toEqual(['B2', 'A4', 'A3']);
  expect(await codes('?limit=5')).toHaveLength(5);
  expect((await ask('/errors?limit=0')).statusCode).toBe(400);
  expect((await ask('/errors?limit=1000')).statusCode).toBe(400);
});

test('AP-16, AP-17 a code for a kiosk in error, and the clearing of it', async () => {
  const issued = await tell('/code', {});
  expect(issued.statusCode).toBe(201);
  expect(issued.json()).toEqual({
    code: expect.stringMatching(/^\d{4}$/),
    type: 'error',
    issuedAt: new Date(server.clock.now).toISOString(),
  });
  expect(issued.headers['cache-control']).toBe('no-store');
  expect((await tell('/status', { status: 'active' })).json()).toMatchObject({ status: 409 });
  expect((await tell('/errors/clear', {})).json()).toMatchObject({ status: 'active', lastErrorCode: null });
  expect((await tell('/errors/clear', {})).statusCode).toBe(200);
  expect((await events()).slice(-2)).toEqual(['KIOSK_CODE_ISSUED', 'KIOSK_ERROR_CLEARED']);
  expect((await tell('/code', {})).json()).toMatchObject({ type: 'cash' });
});

test('P-21 P-30 the card of a kiosk: its three latest errors, and what its cash codes come to in the month and at all', async () => {
  const owe = async (at: string, kind = 'code_cash') => {
    const id = server.newId();
    const of = { type: 'kiosk_ledger', scope: deviceScope(mine.deviceId), ver: 1, receivedAt: 0, updatedAt: 0 };
    const fields = { id, deviceId: mine.deviceId, codeId: id, kind, amountMinor: 25_000, at: Date.parse(at) };
    await server.db.insert(entities).values({ ...of, id, organizationId: mine.organizationId, fields });
  };
  const { code } = (await tell('/code', {})).json<{ code: string }>();
  const url = `/kiosk/${mine.deviceId}/code/redeem`;
  // This kiosk has nothing to sell: the round is worth nothing.
  await server.app.inject({ method: 'POST', url, headers: mine.kiosk, payload: { code } });
  // October begins in Moscow while it is September by UTC.
  for (const at of ['2025-09-30T20:59:59Z', '2025-09-30T21:00:00Z', '2025-10-15T10:00:00Z']) await owe(at);
  await owe('2025-10-15T11:00:00Z', 'code_returned');
  const card = (await ask('')).json<PartnerKioskDetails>();
  expect(card.errors.map(({ code: of }) => of)).toEqual(['B2', 'A4', 'A3']);
  expect(card.balance).toEqual({
    month: { codes: 2, amountMinor: 25_000 },
    all: { codes: 3, amountMinor: 50_000 },
    currency: 'RUB',
  });
});

test('kiosks come by name a page at a time, each once, and are found by name, place and state', async () => {
  const more = await Promise.all(
    ['Киоск б', 'Киоск а', 'Киоск 100%', 'Киоск а'].map((name) => addDevice(server, mine, { name, mode: 'kiosk' })),
  );
  const list = async (query: string) => {
    const reply = await server.app.inject({ url: `/partner/kiosks${query}`, headers: mine.partner });
    const next = /^<\/partner\/kiosks(\?[^>]+)>; rel="next"$/.exec(String(reply.headers['link'] ?? ''))?.[1];
    return { ids: PartnerKiosks.parse(reply.json()).map(({ id }) => id), next };
  };
  const whole = await list('');
  expect(whole.next).toBeUndefined();
  expect(whole.ids.toSorted()).toEqual([mine.deviceId, ...more].toSorted());
  const seen: string[] = [];
  for (let query: string | undefined = '?limit=2'; query !== undefined; ) {
    const page = await list(query);
    seen.push(...page.ids);
    query = page.next;
  }
  expect(seen).toEqual(whole.ids);
  expect((await list(`?q=${encodeURIComponent('100%')}`)).ids).toEqual([more[2]]);
  // What was asked for is asked for again by the next page.
  const first = await list(`?limit=1&q=${encodeURIComponent('киоск а')}`);
  expect(new Set([...first.ids, ...(await list(first.next ?? '')).ids])).toEqual(new Set([more[1], more[3]]));
  expect((await list(`?q=${encodeURIComponent('лесная')}`)).ids).toHaveLength(5);
  expect((await list('?look=trouble')).ids).toEqual([]);
  await complain('B2');
  await tell('/status', { status: 'inactive' });
  expect((await list('?look=trouble')).ids).toEqual([mine.deviceId]);
  await server.app.inject({
    method: 'POST',
    url: `/kiosk/${mine.deviceId}/heartbeat`,
    headers: mine.kiosk,
    payload: {},
  });
  expect((await list('?look=silent')).ids.toSorted()).toEqual(more.toSorted());
  for (const wrong of ['cursor=nonsense', 'limit=0', 'limit=1000', 'look=lost']) {
    const reply = await server.app.inject({ url: `/partner/kiosks?${wrong}`, headers: mine.partner });
    expect(reply.json()).toMatchObject({ status: 400, code: 'app.bad_input' });
  }
});

test('a kiosk of somebody else is none, whatever is asked of it', async () => {
  const before = await events();
  const replies = [
    await ask('', foreign.deviceId),
    await ask('/errors', foreign.deviceId),
    await tell('/status', { status: 'inactive' }, foreign.deviceId),
    await tell('/language', { language: 'he' }, foreign.deviceId),
    await tell('/code', {}, foreign.deviceId),
    await tell('/errors/clear', {}, foreign.deviceId),
  ];
  for (const reply of replies) expect(reply.json()).toMatchObject({ status: 404, code: 'kiosks.not_found' });
  expect(await events()).toEqual(before);
});
