/** A kiosk's codes, troubles and heartbeats between the real server and the part of a device that they concern, over HTTP. */
import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCodeKey } from '#main/domains/kiosk/code-key.ts';
import { createCodes } from '#main/domains/kiosk/codes.service.ts';
import { createHeartbeat } from '#main/domains/kiosk/heartbeat.ts';
import { createKioskWire } from '#main/domains/kiosk/kiosk.http.ts';
import { createKiosk } from '#main/domains/kiosk/kiosk.service.ts';
import { createSyncHttp, type SyncHttp } from '#main/sync/http.ts';
import { pullNow } from '#main/sync/pull-now.ts';
import { createSync } from '#main/sync/sync.ts';
import type { UserPrincipal } from '#server/auth/principals.ts';
import { createKiosks, type KiosksService } from '#server/features/kiosk/kiosks.service.ts';
import {
  addDevice,
  addOrganization,
  codeFor,
  createTestApp,
  enrol,
  sessionOf,
  T0,
  type TestApp,
  type TestOrganization,
} from '#server/testing/test-app.ts';
import { EnrolReply } from '#shared/devices/devices.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { createTestCore } from '#test/doubles/core-double.ts';

const MINUTE = 60_000;

let server: TestApp;
let serverUrl: string;
let organization: TestOrganization;
let by: UserPrincipal;
let kiosks: KiosksService;
beforeAll(async () => {
  server = await createTestApp();
  serverUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
  organization = await addOrganization(server);
  by = { kind: 'user', userId: server.newId(), roles: ['partner'], sessionId: server.newId(), ...organization };
  const { db, newId, random, clock } = server;
  const live = { hqChanged: () => undefined, partnerChanged: () => undefined };
  const sync = { announce: () => undefined };
  const settleHeartbeats = async () => undefined;
  kiosks = createKiosks({ db, newId, random, live, sync, settleHeartbeats, now: () => clock.now });
});
afterAll(() => server.close());

let self: EnrolReply;
/** What becomes of a push; asked at each. */
let line: 'whole' | 'cut' | 'answer lost';
let device: ReturnType<typeof startKiosk>;
let starts = 0;
beforeEach(async () => {
  const { headers } = await sessionOf(server, organization, ['hq_admin']);
  const deviceId = await addDevice(server, organization, { mode: 'kiosk' });
  self = EnrolReply.parse((await enrol(server, await codeFor(server, headers, deviceId), 'kiosk')).json());
  line = 'whole';
  starts += 1;
  device = startKiosk();
  await device.sync.loops.pull.tick();
  await device.heartbeat.tick();
});

/** @param aheadMs how wrong its clock is. */
function startKiosk(aheadMs = starts * 1000, core = createTestCore(T0 + aheadMs)) {
  const wires = createSyncHttp({ serverUrl: () => serverUrl, token: async () => self.token });
  const spoilt = async <T>(call: () => Promise<T>): Promise<T> => {
    const gone = new AppError('device.server_unreachable', 'the line is down');
    if (line === 'cut') throw gone;
    const answer = await call();
    if (line === 'answer lost') throw gone;
    return answer;
  };
  const http: SyncHttp = {
    push: (...given) => spoilt(() => wires.push(...given)),
    pull: (request) => spoilt(() => wires.pull(request)),
    rekey: () => wires.rekey(),
  };
  const sync = createSync(core, {
    mode: 'kiosk',
    identity: () => self,
    serverUrl: () => serverUrl,
    token: async () => self.token,
    random: () => 0,
    http,
    createLive: () => ({ follow: () => undefined, stop: () => undefined }) as never,
  });
  const kioskWire = createKioskWire(
    async () => (line === 'cut' ? undefined : { serverUrl, token: self.token, deviceId: self.deviceId }),
    new AbortController().signal,
  );
  const key = createCodeKey(core.secrets, kioskWire, () => self.deviceId);
  const lastPullAt = () => sync.status().lastPullAt;
  const codes = createCodes(core, {
    sync,
    deviceId: () => self.deviceId,
    key: () => key.get(),
    pull: () => pullNow(sync.loops.pull, { now: core.now, lastPullAt }, 5000),
    lastPullAt,
  });
  const heartbeat = createHeartbeat(core, {
    wire: kioskWire,
    isEnrolled: () => true,
    version: '1.2.3',
    queue: () => sync.status().unsent,
    onHeard: () => key.refresh(),
    random: () => 0,
  });
  return { core, sync, codes, heartbeat, kiosk: createKiosk(core, { sync, deviceId: () => self.deviceId }) };
}

const rows = async (type: string): Promise<readonly Record<string, unknown>[]> => {
  const { rows: found } = await server.db.execute<{ fields: Record<string, unknown> }>(
    sql`SELECT fields FROM entities WHERE type = ${type} AND scope = ${`device:${self.deviceId}`} AND NOT deleted`,
  );
  return found.map(({ fields }) => fields);
};
const events = async (): Promise<readonly string[]> => {
  const { rows: found } = await server.db.execute<{ event: string }>(
    sql`SELECT event FROM audit_log WHERE entity_id = ${self.deviceId} AND event LIKE 'KIOSK_%' ORDER BY seq`,
  );
  return found.map(({ event }) => event);
};
const issue = () => kiosks.issueCode(by, organization, self.deviceId);
const redeem = async (code: string) => {
  const found = await device.codes.admit(code);
  const redemptionId = device.core.newId();
  device.core.db.transaction((tx) => device.codes.spend(tx, found, { redemptionId, amountMinor: 48_000 }));
  return redemptionId;
};
const send = () => device.sync.loops.push.tick().catch(() => undefined);

test('AP-24 offline redeem then sync: once, at the time that the device’s clock was right by, however often it is sent', async () => {
  device = startKiosk(60 * MINUTE + starts * 1000);
  await device.sync.loops.pull.tick();
  await device.heartbeat.tick();
  const { code } = await issue();
  await device.sync.loops.pull.tick();
  line = 'cut';
  const redemptionId = await redeem(code);
  await expect(device.codes.admit(code)).rejects.toMatchObject({ code: 'codes.already_used' });
  line = 'answer lost';
  await send();
  line = 'whole';
  await send();
  const [spent] = await rows('free_code');
  expect(spent).toMatchObject({ redemptionId });
  expect(Math.abs(Number(spent?.['consumedAt']) - server.clock.now)).toBeLessThan(MINUTE);
  expect(await rows('kiosk_ledger')).toMatchObject([{ id: redemptionId, kind: 'code_cash', amountMinor: 48_000 }]);
  expect(await events()).toEqual(['KIOSK_CODE_ISSUED', 'KIOSK_CODE_REDEEMED']);
});

test('AP-25 a code that was given out since opens as soon as there is a line', async () => {
  line = 'cut';
  const { code } = await issue();
  await expect(device.codes.admit(code)).rejects.toMatchObject({ code: 'codes.need_connection' });
  device.core.advance(1000);
  line = 'whole';
  await redeem(code);
  const wrong = String((Number(code) + 1) % 10_000).padStart(4, '0');
  await expect(device.codes.admit(wrong)).rejects.toMatchObject({
    code: 'codes.invalid',
    details: { attemptsLeft: 4 },
  });
});

test('a code spent through the server and at the kiosk at once: the first stays, the debt is one, a person is told', async () => {
  const { code } = await issue();
  await device.sync.loops.pull.tick();
  line = 'cut';
  await redeem(code);
  const reply = await server.app.inject({
    method: 'POST',
    url: `/kiosk/${self.deviceId}/code/redeem`,
    headers: { authorization: `Bearer ${self.token}` },
    payload: { code },
  });
  expect(reply.json()).toEqual({ ok: true });
  line = 'whole';
  await send();
  expect(await rows('kiosk_ledger')).toHaveLength(1);
  const { rows: cases } = await server.db.execute<{ kind: string }>(
    sql`SELECT kind FROM anomalies WHERE device_id = ${self.deviceId}`,
  );
  expect(cases).toEqual([{ kind: 'code_used_twice' }]);
});

test('AP-13 offline: a trouble closes the kiosk at once, is told once when there is a line, and is cleared from afar', async () => {
  line = 'cut';
  device.kiosk.report({ code: 'B2', message: 'Paper jam detected' });
  device.kiosk.report({ code: 'B2', message: 'Paper jam detected' });
  expect(device.kiosk.isOpen()).toBe(false);
  line = 'answer lost';
  await send();
  line = 'whole';
  await send();
  expect(await kiosks.one(organization, self.deviceId)).toMatchObject({ status: 'error', lastErrorCode: 'B2' });
  expect(await kiosks.errors(organization, self.deviceId, 3)).toHaveLength(1);
  expect(await events()).toEqual(['KIOSK_ERROR_REPORTED']);
  await kiosks.clearErrors(by, organization, self.deviceId);
  await device.sync.loops.pull.tick();
  expect(device.kiosk.isOpen()).toBe(true);
  device.kiosk.report({ code: 'B2', message: 'again' });
  await send();
  expect(await kiosks.errors(organization, self.deviceId, 3)).toHaveLength(2);
});

test('offline: what works goes on under a trouble of one part; its partner hears of it with the line, and clears it', async () => {
  line = 'cut';
  const jam = { code: 'PRINTER_STOPPED', message: 'photo printer', goesOn: true };
  device.kiosk.report(jam);
  device.kiosk.report(jam);
  expect(device.kiosk.isOpen()).toBe(true);
  line = 'whole';
  await send();
  expect(await kiosks.one(organization, self.deviceId)).toMatchObject({
    status: 'active',
    lastErrorCode: 'PRINTER_STOPPED',
  });
  expect(await kiosks.errors(organization, self.deviceId, 3)).toMatchObject([{ code: 'PRINTER_STOPPED' }]);
  // It serves its guests: whoever is given a code has paid for it.
  expect(await issue()).toMatchObject({ type: 'cash' });
  device.kiosk.report({ code: 'DISK_FULL', message: '1 MiB are free' });
  expect(device.kiosk.isOpen()).toBe(false);
  await send();
  await kiosks.clearErrors(by, organization, self.deviceId);
  await device.sync.loops.pull.tick();
  expect(device.kiosk.standing()).toEqual({ id: self.deviceId, status: 'active' });
});

test('AP-11 disable while kiosk offline: it is closed by what it reads when it is back; AP-12 and speaks as it is told', async () => {
  line = 'cut';
  await kiosks.setStatus(by, organization, self.deviceId, 'inactive');
  await kiosks.setLanguage(by, organization, self.deviceId, 'he');
  await device.sync.loops.pull.tick().catch(() => undefined);
  expect(device.kiosk.isOpen()).toBe(true);
  line = 'whole';
  await device.sync.loops.pull.tick();
  expect(device.kiosk.standing()).toEqual({ id: self.deviceId, status: 'inactive', defaultLanguage: 'he' });
});

test('AP-27 minutes that nobody heard are kept over a restart and told with the next beat', async () => {
  line = 'cut';
  for (let beat = 0; beat < 6; beat += 1) {
    device.core.advance(30_000);
    await device.heartbeat.tick();
  }
  server.clock.now += 3 * MINUTE;
  line = 'whole';
  device = startKiosk(0, { ...device.core, metrics: new Registry() });
  await device.heartbeat.tick();
  await device.heartbeat.tick();
  const { rows: kept } = await server.db.execute<{ bits: string }>(
    sql`SELECT bits FROM kiosk_missed_minutes WHERE device_id = ${self.deviceId}`,
  );
  const heard = kept
    .flatMap(({ bits }) => [...Buffer.from(bits, 'base64')])
    .reduce((sum, byte) => sum + bitsOf(byte), 0);
  expect(heard).toBeGreaterThanOrEqual(3);
  expect(heard).toBeLessThanOrEqual(4);
  expect(device.core.db.$client.prepare('SELECT count(*) FROM missed_minutes').pluck().get()).toBe(0);
});

const bitsOf = (byte: number): number => byte.toString(2).replaceAll('0', '').length;
