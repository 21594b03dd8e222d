import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HqAlerts } from '#shared/hq/fiscal.api.ts';
import { auditLog } from '../../auth/auth.tables.ts';
import {
  addOrganization,
  agentOf,
  createTestApp,
  enrolledDevice,
  sessionOf,
  T0,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { order, payment, put } from '../../testing/test-rows.ts';
import { devices } from '../devices/devices.tables.ts';
import { pspPayments } from '../payments/payments.tables.ts';
import type { EmailMessage, SendResult } from '../reports/channel.port.ts';
import { createAlertWatch } from './alerts.watch.ts';

const MINUTE = 60_000;

let server: TestApp;
let organization: TestOrganization;
let headers: Record<string, string>;
let mailbox: string;
let letters: EmailMessage[];
let answer: SendResult;
/** Whose letters their writer does not outlive. */
let dying: Set<string>;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.clock.now = T0;
  organization = await addOrganization(server);
  const admin = await sessionOf(server, organization, ['hq_admin']);
  headers = admin.headers;
  mailbox = `${admin.userId}@prilavok.example`;
  letters = [];
  answer = { kind: 'accepted' };
  dying = new Set();
});

const watch = () =>
  createAlertWatch({
    db: server.db,
    now: () => server.clock.now,
    newId: server.newId,
    live: { hqChanged: () => undefined },
    email: {
      send: async (letter) => {
        // Each administrator is written to, and the test has more of them than one.
        if (letter.to === mailbox) letters.push(letter);
        if (dying.has(letter.to)) throw new Error('the process is gone');
        return answer;
      },
    },
    url: () => 'http://hq.example/hq/queue',
    log: server.app.log,
  });
const open = async () =>
  HqAlerts.parse((await server.app.inject({ url: '/hq/alerts', headers })).json()).alerts.map(({ kind, details }) => [
    kind,
    details['name'],
  ]);
const seen = (id: string) => server.db.update(devices).set({ lastSeenAt: server.clock.now }).where(eq(devices.id, id));
/** A look a minute. */
async function pass(minutes: number, each: () => Promise<unknown> = async () => undefined): Promise<void> {
  const { tick } = watch();
  for (let minute = 0; minute < minutes; minute += 1) {
    server.clock.now += MINUTE;
    await each();
    await tick();
  }
}

test('a kiosk that falls silent is told of once, by one letter, and closes by itself when it is back', async () => {
  const kiosk = await enrolledDevice(server, organization, { mode: 'kiosk' });
  await enrolledDevice(server, organization, { mode: 'cashier' });
  await pass(9);
  expect(await open()).toEqual([]);
  await pass(15);
  expect(await open()).toEqual([['device.silent', 'Касса 1']]);
  expect(letters).toHaveLength(1);
  expect(letters[0]?.text).toContain('Киоск не выходит на связь: Касса 1');
  expect(letters[0]?.text).toContain('http://hq.example/hq/queue');
  const silences = await server.db.select().from(auditLog).where(eq(auditLog.event, 'KIOSK_OFFLINE'));
  expect(silences).toMatchObject([{ entityType: 'device', entityId: kiosk.deviceId, actorKind: 'system' }]);
  await pass(9, () => seen(kiosk.deviceId));
  expect(await open()).toHaveLength(1);
  await pass(3, () => seen(kiosk.deviceId));
  expect(await open()).toEqual([]);
  expect(letters).toHaveLength(1);
}, 30_000);

test('a whole shop that is cut off is one alert and one letter', async () => {
  for (let n = 0; n < 3; n += 1) await enrolledDevice(server, organization, { mode: 'kiosk' });
  await pass(14);
  expect(await open()).toEqual([['device.shop_silent', 'Лесная']]);
  expect(letters).toHaveLength(1);
}, 30_000);

test('money that a kiosk took before it fell silent is told of; what it told of in time is not', async () => {
  const kiosk = await enrolledDevice(server, organization, { mode: 'kiosk' });
  const at = { ...organization, deviceId: kiosk.deviceId };
  const told = order(server, at);
  await put(server, at, { orders: [told], payments: [payment(server, told)] });
  for (const orderId of [told.id, server.newId()]) {
    await server.db.insert(pspPayments).values({
      id: server.newId(),
      organizationId: at.organizationId,
      shopId: at.shopId,
      deviceId: at.deviceId,
      orderId,
      status: 'succeeded',
      amountMinor: 30_000,
      currency: 'RUB',
      description: 'x',
      createdAt: T0,
      expiresAt: T0,
      succeededAt: T0,
      claimedAt: T0,
    });
  }
  await pass(24);
  const kinds = (await open()).map(([kind]) => kind);
  expect(new Set(kinds)).toEqual(new Set(['device.silent', 'payment.device_silent']));
  expect(kinds).toHaveLength(2);
}, 30_000);

test('a letter that certainly went nowhere is written again; one at a time in a quarter of an hour', async () => {
  await enrolledDevice(server, organization, { mode: 'kiosk' });
  answer = { kind: 'refused', isFinal: false, fault: 'provider_refused', reason: 'x' };
  await pass(12);
  expect(letters.length).toBeGreaterThan(1);
  answer = { kind: 'accepted' };
  letters = [];
  await pass(2);
  expect(letters).toHaveLength(1);
}, 30_000);

test('a letter whose writer died before the answer is written again, and not before the writer is given up', async () => {
  await enrolledDevice(server, organization, { mode: 'kiosk' });
  dying.add(mailbox);
  let diedAt: number | undefined;
  let writtenAt: number | undefined;
  await pass(30, async () => {
    const before = server.clock.now - MINUTE;
    if (letters.length === 1 && diedAt === undefined) {
      diedAt = before;
      dying.clear();
    }
    if (letters.length === 2) writtenAt ??= before;
  });
  expect(letters).toHaveLength(2);
  expect((writtenAt ?? 0) - (diedAt ?? 0)).toBe(5 * MINUTE);
}, 30_000);

test('an organisation that cannot be seen to leaves the others watched', async () => {
  await enrolledDevice(server, organization, { mode: 'kiosk' });
  dying.add(mailbox);
  const other = await addOrganization(server);
  mailbox = `${(await sessionOf(server, other, ['hq_admin'])).userId}@prilavok.example`;
  await enrolledDevice(server, other, { mode: 'kiosk' });
  await pass(12);
  expect(letters).toHaveLength(1);
}, 30_000);

test('a fiscal memory that runs out is told of, and a shift that is too long closes its alert by being closed', async () => {
  const agent = await agentOf(server, organization, 'fd-1');
  let shift: object = { state: 'open', number: 7, leftMs: 3_600_000 };
  const tell = () =>
    server.app.inject({
      method: 'POST',
      url: '/fiscal-devices/mine/state',
      headers: agent.headers,
      payload: {
        ageMs: 0,
        kktSerial: '1',
        fnNumber: '2',
        fnValidUntil: T0 + 5 * 86_400_000,
        unsentDocuments: 0,
        shift,
      },
    });
  await tell();
  await pass(9);
  expect(new Set(await open())).toEqual(
    new Set([
      ['fiscal.fn_ends_soon', 'fd-1'],
      ['fiscal.shift_long', 'fd-1'],
    ]),
  );
  expect(letters[0]?.text).toContain('Смена на кассе открыта больше 22 часов: fd-1');
  shift = { state: 'closed', number: 7 };
  await tell();
  await pass(12);
  expect(await open()).toEqual([['fiscal.fn_ends_soon', 'fd-1']]);
}, 30_000);
