import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CatalogueItem } from '#shared/catalogue/catalogue.schema.ts';
import { packMinutes } from '#shared/kiosk/kiosk.rules.ts';
import type { RowPut } from '#shared/sync/mutator.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import type { UserPrincipal } from '../../auth/principals.ts';
import { writeRows } from '../../sync/rows.writer.ts';
import { addOrganization, createTestApp, enrolledDevice, sessionOf, type TestApp } from '../../testing/test-app.ts';
import { createHeartbeats } from './heartbeats.ts';
import type { KioskScope } from './kiosks.repo.ts';
import { createKiosks, type KiosksService } from './kiosks.service.ts';

const MINUTE = 60_000;

let server: TestApp;
let kiosks: KiosksService;
const hints: string[] = [];
beforeAll(async () => {
  server = await createTestApp();
  const { db, newId, random, clock } = server;
  kiosks = createKiosks({
    db,
    newId,
    random,
    now: () => clock.now,
    live: {
      hqChanged: () => undefined,
      partnerChanged: (shopId, collections) => void hints.push(`${shopId} ${collections.join()}`),
    },
    sync: { announce: () => undefined },
    settleHeartbeats: async () => undefined,
  });
});
afterAll(() => server.close());

interface Place {
  readonly organizationId: string;
  readonly shopId: string;
  readonly deviceId: string;
  readonly headers: Record<string, string>;
  readonly by: UserPrincipal;
}
let at: Place;
const place = async (): Promise<Place> => {
  const organization = await addOrganization(server);
  const by = {
    kind: 'user' as const,
    userId: server.newId(),
    roles: ['partner' as const],
    sessionId: server.newId(),
    organizationId: organization.organizationId,
  };
  return { ...organization, ...(await enrolledDevice(server, organization, { mode: 'kiosk' })), by };
};
beforeEach(async () => {
  hints.length = 0;
  at = await place();
});

const post = (path: string, payload: object, of: Place = at, id = of.deviceId) =>
  server.app.inject({ method: 'POST', url: `/kiosk/${id}/${path}`, headers: of.headers, payload });
const redeem = (code: unknown, of: Place = at) => post('code/redeem', { code }, of);
const issue = (of: Place = at) => kiosks.issueCode(of.by, of, of.deviceId);
const report = (of: Place = at, id = of.deviceId) =>
  post('errors', { code: 'B2', message: 'Paper jam detected' }, of, id);
const rows = async (type: string, of: Place = at): Promise<readonly Record<string, unknown>[]> => {
  const { rows: found } = await server.db.execute<{ fields: Record<string, unknown> }>(
    sql`SELECT fields FROM entities WHERE type = ${type} AND organization_id = ${of.organizationId} ORDER BY received_at, id`,
  );
  return found.map(({ fields }) => fields);
};
const events = async (of: Place = at): Promise<readonly { event: string; details: Record<string, unknown> }[]> => {
  const { rows: found } = await server.db.execute<{ event: string; details: Record<string, unknown> }>(
    sql`SELECT event, details FROM audit_log WHERE organization_id = ${of.organizationId} AND event LIKE 'KIOSK_%' ORDER BY seq`,
  );
  return found;
};

test('AP-13 report error', async () => {
  const reply = await report();
  expect(reply.statusCode).toBe(201);
  expect(await kiosks.one(at, at.deviceId)).toMatchObject({ status: 'error', lastErrorCode: 'B2' });
  expect(hints).toEqual([]);
  expect(await events()).toMatchObject([{ event: 'KIOSK_ERROR_REPORTED', details: { code: 'B2' } }]);
});

test('AP-14 kiosk impersonation', async () => {
  const other = await place();
  const reply = await report(other, at.deviceId);
  expect([reply.statusCode, reply.json().code]).toEqual([403, 'kiosks.mismatch']);
  expect(await kiosks.one(at, at.deviceId)).toMatchObject({ status: 'active' });
  const till = await enrolledDevice(server, at);
  expect((await report({ ...at, ...till })).json().code).toBe('kiosks.mismatch');
});

test('AP-15 the newest errors, as many as are asked for', async () => {
  for (const code of ['A1', 'A2', 'A3', 'A4', 'A5']) {
    server.clock.now += 1000;
    await post('errors', { code, message: '' });
  }
  const codes = async (limit: number) => (await kiosks.errors(at, at.deviceId, limit)).map(({ code }) => code);
  expect(await codes(3)).toEqual(['A5', 'A4', 'A3']);
  expect(await codes(5)).toHaveLength(5);
});

test('AP-16 clear: active again, the history stays; with nothing to clear nothing is put down', async () => {
  await report();
  await expect(kiosks.setStatus(at.by, at, at.deviceId, 'active')).rejects.toMatchObject({
    code: 'kiosks.use_errors_clear',
  });
  expect(await kiosks.clearErrors(at.by, at, at.deviceId)).toMatchObject({ status: 'active', lastErrorCode: null });
  expect(await kiosks.errors(at, at.deviceId, 3)).toMatchObject([{ code: 'B2', clearedAt: server.clock.now }]);
  expect(hints).toEqual([`${at.shopId} kiosks`]);
  await kiosks.clearErrors(at.by, at, at.deviceId);
  expect((await events()).map(({ event }) => event)).toEqual(['KIOSK_ERROR_REPORTED', 'KIOSK_ERROR_CLEARED']);
});

test('AP-16 a kiosk that a person closed stays closed when its trouble is cleared, whichever came first', async () => {
  await report();
  await kiosks.setStatus(at.by, at, at.deviceId, 'inactive');
  expect(await kiosks.clearErrors(at.by, at, at.deviceId)).toMatchObject({ status: 'inactive', lastErrorCode: null });
  expect(await rows('kiosk')).toEqual([{ id: at.deviceId, status: 'inactive' }]);
});

test('AP-10, AP-12 status and language are the row that the kiosk pulls, put down once', async () => {
  await kiosks.setStatus(at.by, at, at.deviceId, 'inactive');
  await kiosks.setStatus(at.by, at, at.deviceId, 'inactive');
  expect(await kiosks.setLanguage(at.by, at, at.deviceId, 'he')).toMatchObject({
    status: 'inactive',
    defaultLanguage: 'he',
  });
  expect(await rows('kiosk')).toEqual([{ id: at.deviceId, status: 'inactive', defaultLanguage: 'he' }]);
  expect(await events()).toEqual([
    { event: 'KIOSK_STATUS_CHANGED', details: { from: 'active', to: 'inactive' } },
    { event: 'KIOSK_LANGUAGE_SET', details: { language: 'he' } },
  ]);
});

test('AP-17 code type auto; the digits are nowhere but in the answer', async () => {
  const healthy = await issue();
  expect(healthy).toEqual({ code: expect.stringMatching(/^\d{4}$/), type: 'cash', issuedAt: server.clock.now });
  await report();
  expect(await issue()).toMatchObject({ type: 'error' });
  const put = (await events()).filter(({ event }) => event === 'KIOSK_CODE_ISSUED');
  expect(put.map(({ details }) => details['type'])).toEqual(['cash', 'error']);
  expect(JSON.stringify(put)).not.toContain(`"${healthy.code}"`);
  expect(await rows('free_code')).toHaveLength(2);
  expect(JSON.stringify(await rows('free_code'))).not.toContain(`"${healthy.code}"`);
});

test('AP-17 a status that a person chose, and trouble that guests are served beside, make no amends', async () => {
  await kiosks.setStatus(at.by, at, at.deviceId, 'error');
  expect(await issue()).toMatchObject({ type: 'cash' });
  const [kiosk] = await rows('kiosk');
  const jammed = { ...kiosk, lastErrorCode: 'PRINTER_STOPPED' };
  await server.db.execute(
    sql`UPDATE entities SET fields = ${JSON.stringify(jammed)}::jsonb WHERE type = 'kiosk' AND id = ${at.deviceId}`,
  );
  expect(await issue()).toMatchObject({ type: 'cash' });
});

test('thirty codes an hour are enough', async () => {
  for (let n = 0; n < 30; n += 1) await issue();
  await expect(issue()).rejects.toMatchObject({ code: 'app.rate_limited' });
  server.clock.now += 61 * MINUTE;
  await issue();
});

test('AP-18 redeem: a cash code is the debt of a round, an error code none', async () => {
  const { code } = await issue();
  const reply = await redeem(code);
  expect([reply.statusCode, reply.json()]).toEqual([200, { ok: true }]);
  expect(await rows('free_code')).toMatchObject([{ consumedAt: server.clock.now }]);
  expect(await rows('kiosk_ledger')).toMatchObject([{ kind: 'code_cash', deviceId: at.deviceId }]);
  await report();
  await redeem((await issue()).code);
  expect(await rows('kiosk_ledger')).toHaveLength(1);
  expect((await events()).filter(({ event }) => event === 'KIOSK_CODE_REDEEMED')).toHaveLength(2);
});

test('AP-18 the debt is the price of the service that the kiosk sells; one that it does not sell spends no code', async () => {
  const scope = shopScope(at.shopId);
  const sell = (kioskService: string, priceMinor: number, active = true): RowPut => {
    const id = server.newId();
    const words = { sku: id, name: kioskService, category: 'x', vat: 'none', paymentObject: 'service', unit: 'piece' };
    const fields = { id, ...words, priceMinor, favourite: false, kioskService, active } as CatalogueItem;
    return { type: 'catalogue_item', id, scope, fields };
  };
  const services = [sell('thickness', 90_000), sell('diagnostics', 48_000), sell('photo', 100, false)];
  await server.db.transaction((tx) => writeRows(tx, at.organizationId, services, server.clock.now));
  const owed = async (asked: object) => {
    const before = (await rows('kiosk_ledger')).map(({ id }) => id);
    const reply = await post('code/redeem', { code: (await issue()).code, ...asked });
    const added = (await rows('kiosk_ledger')).filter(({ id }) => !before.includes(id));
    return [reply.statusCode, ...added.map(({ amountMinor }) => amountMinor)];
  };
  expect(await owed({ service: 'thickness' })).toEqual([200, 90_000]);
  expect(await owed({})).toEqual([200, 48_000]);
  expect(await owed({ service: 'photo' })).toEqual([404]);
  expect((await rows('free_code')).filter(({ consumedAt }) => consumedAt === undefined)).toHaveLength(1);
});

test('AP-19 reused code', async () => {
  const { code } = await issue();
  await redeem(code);
  const again = await redeem(code);
  expect([again.statusCode, again.json().code]).toEqual([409, 'codes.already_used']);
  expect(await rows('kiosk_ledger')).toHaveLength(1);
});

test('AP-19 an answer that was lost is given again, to the same redemption and of the same code only', async () => {
  const [one, two] = [await issue(), await issue()];
  const redemptionId = server.newId();
  const first = await post('code/redeem', { code: one.code, redemptionId });
  const again = await post('code/redeem', { code: one.code, redemptionId });
  expect([first.json(), again.json()]).toEqual([{ ok: true }, { ok: true }]);
  expect(await rows('kiosk_ledger')).toHaveLength(1);
  const other = await post('code/redeem', { code: two.code, redemptionId });
  expect([other.statusCode, other.json().code]).toEqual([409, 'app.conflict']);
  for (let n = 0; n < 6; n += 1) await post('code/redeem', { code: one.code });
  expect((await post('code/redeem', { code: two.code })).json()).toEqual({ ok: true });
});

test("AP-20 other kiosk's code", async () => {
  const other = await place();
  const { code } = await issue(other);
  const reply = await redeem(code);
  expect([reply.statusCode, reply.json().code]).toEqual([404, 'codes.invalid']);
  expect(await rows('free_code', other)).toMatchObject([{ type: 'cash' }]);
  expect((await rows('free_code', other))[0]).not.toHaveProperty('consumedAt');
});

test('a code is entered at its own kiosk: the token of another, of whatever organisation, enters nothing', async () => {
  const { code } = await issue();
  for (const stranger of [await place(), { ...at, ...(await enrolledDevice(server, at, { mode: 'kiosk' })) }]) {
    const reply = await post('code/redeem', { code }, stranger, at.deviceId);
    expect([reply.statusCode, reply.json().code]).toEqual([403, 'kiosks.mismatch']);
  }
  expect((await redeem(code)).json()).toEqual({ ok: true });
});

test('AP-21 a code is text: its leading zeros count, a number is none', async () => {
  for (const bad of [42, 4821, '42', '00042', 'abcd', '４８２１']) expect((await redeem(bad)).statusCode).toBe(400);
  let { code } = await issue();
  while (!code.startsWith('0')) {
    server.clock.now += 61 * MINUTE;
    ({ code } = await issue());
  }
  server.clock.now += 1;
  expect((await redeem(code)).json()).toEqual({ ok: true });
});

test('AP-22 brute force: after five wrong ones in five minutes even the right one waits', async () => {
  const { code } = await issue();
  const wrong = Array.from({ length: 6 }, (_, n) => String((Number(code) + 1 + n) % 10_000).padStart(4, '0'));
  for (const one of wrong.slice(0, 5)) {
    server.clock.now += 1000;
    expect((await redeem(one)).statusCode).toBe(404);
  }
  const refused = await redeem(code);
  expect([refused.statusCode, refused.json().code]).toEqual([429, 'codes.locked']);
  expect(refused.headers['retry-after']).toBe('296');
  server.clock.now += 296_000;
  expect((await redeem(code)).json()).toEqual({ ok: true });
});

test('AP-23 two redeems at once: one opens, one is told', async () => {
  const { code } = await issue();
  const replies = await Promise.all([redeem(code), redeem(code)]);
  expect(replies.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409]);
  expect(await rows('kiosk_ledger')).toHaveLength(1);
});

test('AP-26 a code that is over is as good as none', async () => {
  const { code } = await issue();
  server.clock.now += 60 * 24 * 60 * MINUTE;
  expect((await redeem(code)).json().code).toBe('codes.invalid');
});

test('AP-27 a beat that no column holds is refused, and one that the database will not take costs nobody else his', async () => {
  for (const bad of [{ queue: 3_000_000_000 }, { appVersion: 'a\u0000b' }]) {
    expect((await post('heartbeat', bad)).statusCode).toBe(400);
  }
  const faults: unknown[] = [];
  const beats = createHeartbeats({ db: server.db, now: () => server.clock.now, onFault: (one) => faults.push(one) });
  const beat = (of: Place, queue: number) => beats.beat(of, { queue });
  const other = await place();
  await beat(at, 3_000_000_000);
  await beat(other, 7);
  await beats.flush();
  expect(faults.length).toBeGreaterThan(0);
  const { rows: kept } = await server.db.execute<{ device_id: string; queue: number }>(
    sql`SELECT device_id, queue FROM kiosk_heartbeats WHERE device_id IN (${at.deviceId}, ${other.deviceId})`,
  );
  expect(kept).toEqual([{ device_id: other.deviceId, queue: 7 }]);
});

test('AP-27 heartbeat: heard, and after three minutes of silence not, whatever its status', async () => {
  expect(await kiosks.one(at, at.deviceId)).toMatchObject({ online: false, lastActiveAt: null });
  const reply = await post('heartbeat', { appVersion: '1.2.3', queue: 4 });
  expect(reply.json()).toEqual({ serverTime: server.clock.now });
  const heardAt = server.clock.now;
  const heard = { online: true, lastActiveAt: heardAt, status: 'active' };
  await expect.poll(() => kiosks.one(at, at.deviceId)).toMatchObject(heard);
  server.clock.now += 181_000;
  expect(await kiosks.one(at, at.deviceId)).toMatchObject({ online: false, lastActiveAt: heardAt, status: 'active' });
});

test('beats that come together are each of their own kiosk; one that was shut out is refused from its next beat on', async () => {
  const places = [at, await place(), await place()];
  const [, gone, unknown] = places as [Place, Place, Place];
  const hearAll = () => Promise.all(places.map((of, queue) => post('heartbeat', { queue }, of)));
  const said = async () => (await hearAll()).map((reply) => [reply.statusCode, reply.json().code]);
  expect(await said()).toEqual(places.map(() => [200, undefined]));
  await server.db.execute(sql`UPDATE devices SET status = 'revoked' WHERE id = ${gone.deviceId}`);
  Object.assign(unknown.headers, { authorization: `Bearer ${'x'.repeat(43)}` });
  server.clock.now += MINUTE;
  expect(await said()).toEqual([
    [200, undefined],
    [401, 'device.revoked'],
    [401, 'auth.unauthorized'],
  ]);
  const queues = () =>
    Promise.all(
      places.map(async ({ deviceId }) => {
        const { rows: heard } = await server.db.execute(
          sql`SELECT queue FROM kiosk_heartbeats WHERE device_id = ${deviceId}`,
        );
        return heard[0]?.['queue'];
      }),
    );
  await expect.poll(queues).toEqual([0, 1, 2]);
});

test('minutes that were missed while nobody heard are kept by day, told twice or in parts', async () => {
  const day = Math.floor(server.clock.now / 86_400_000);
  const midnight = day * 1440;
  await post('heartbeat', { missed: packMinutes([midnight - 2, midnight - 1, midnight, midnight + 9]) });
  await post('heartbeat', { missed: packMinutes([midnight + 9, midnight + 10]) });
  const { rows: kept } = await server.db.execute<{ day: number; bits: string }>(
    sql`SELECT day, bits FROM kiosk_missed_minutes WHERE device_id = ${at.deviceId} ORDER BY day`,
  );
  const minutes = kept.map(({ day: of, bits }) => [
    of,
    [...Buffer.from(bits, 'base64')].flatMap((byte, i) =>
      [...Array(8).keys()].filter((bit) => (byte >> bit) & 1).map((bit) => i * 8 + bit),
    ),
  ]);
  expect(minutes).toEqual([
    [day - 1, [1438, 1439]],
    [day, [0, 9, 10]],
  ]);
});

test('a kiosk of another shop or organisation is none', async () => {
  const other = await place();
  const listed = async (whose: KioskScope['whose']) =>
    (await kiosks.list({ ...at, ...(whose && { whose }) }, { limit: 10 })).kiosks.map(({ id }) => id);
  const partner = { userId: (await sessionOf(server, at, ['partner'])).userId };
  expect(await listed(partner)).toEqual([]);
  expect(await listed({ shopId: at.shopId })).toEqual([at.deviceId]);
  await server.db.execute(sql`UPDATE shops SET partner_user_id = ${partner.userId} WHERE id = ${at.shopId}`);
  expect(await listed(partner)).toEqual([at.deviceId]);
  for (const scope of [other, { ...at, whose: { shopId: server.newId() } }, { ...at, whose: other.by }]) {
    await expect(kiosks.one(scope, at.deviceId)).rejects.toMatchObject({ code: 'kiosks.not_found' });
    await expect(kiosks.issueCode(at.by, scope, at.deviceId)).rejects.toMatchObject({ code: 'kiosks.not_found' });
    await expect(kiosks.setStatus(at.by, scope, at.deviceId, 'inactive')).rejects.toMatchObject({
      code: 'kiosks.not_found',
    });
  }
});
