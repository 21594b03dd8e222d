/** Commands from afar between the real server and the part of a device that obeys them. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCommandsHttp } from '#main/domains/commands/commands.http.ts';
import { type CommandDeps, createCommands } from '#main/domains/commands/commands.service.ts';
import { findLanguage, saveLanguage } from '#main/domains/devices/devices.repo.ts';
import { listSteps } from '#main/journal/journal.repo.ts';
import { auditLog } from '#server/auth/auth.tables.ts';
import { devices } from '#server/features/devices/devices.tables.ts';
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
} from '#server/testing/test-app.ts';
import { type CommandOrder, type CommandsReply } from '#shared/devices/commands.schema.ts';
import { EnrolReply } from '#shared/devices/devices.schema.ts';
import { type HqCommand, HqCommands } from '#shared/hq/fleet.api.ts';
import { createTestCore } from '#test/doubles/core-double.ts';

const MINUTE = 60_000;

let server: TestApp;
let organization: TestOrganization;
let admin: Record<string, string>;
let serverUrl: string;
beforeAll(async () => {
  server = await createTestApp();
  organization = await addOrganization(server);
  serverUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

let self: EnrolReply;
let busy: boolean;
let did: string[];
beforeEach(async () => {
  admin = (await sessionOf(server, organization, ['hq_admin'])).headers;
  const deviceId = await addDevice(server, organization, { mode: 'kiosk' });
  self = EnrolReply.parse((await enrol(server, await codeFor(server, admin, deviceId), 'kiosk')).json());
  busy = false;
  did = [];
});

/** A device over its own database; `core` of one that ran before makes it the same after a restart. */
function startDevice(core = createTestCore(server.clock.now), more: Partial<CommandDeps> = {}) {
  const commands = createCommands(core, {
    identity: () => self,
    http: createCommandsHttp({ serverUrl: () => serverUrl, token: async () => self.token }),
    acts: {
      restart: () => void did.push('restart'),
      setLanguage: (tx, language) => saveLanguage(tx, language, 'ru'),
      collectLog: async () => ({ bundle: gzipSync('{"message":"line"}\n').toString('base64'), lines: 1 }),
      refreshPrices: async () => {
        did.push('prices');
        return { items: 3, version: 17 };
      },
    },
    isBusy: () => busy,
    version: '1.2.3',
    random: () => 0.5,
    ...more,
  });
  commands.recover();
  return { core, commands };
}

async function ask(order: CommandOrder, more: { id?: string; lifeMin?: number } = {}): Promise<string> {
  const id = more.id ?? server.newId();
  const url = `/hq/devices/${self.deviceId}/commands`;
  const reply = await server.app.inject({
    method: 'POST',
    url,
    headers: admin,
    payload: { lifeMin: 60, ...more, id, order },
  });
  expect(reply.statusCode, reply.body).toBe(204);
  return id;
}
const history = async (): Promise<readonly HqCommand[]> =>
  HqCommands.parse((await server.app.inject({ url: `/hq/devices/${self.deviceId}/commands`, headers: admin })).json())
    .commands;

test('each kind is done once, and headquarters sees what came of it', async () => {
  const { core, commands } = startDevice();
  await ask({ kind: 'refresh_prices' });
  await ask({ kind: 'set_language', language: 'he' });
  const log = await ask({ kind: 'log_bundle' });
  expect((await history()).map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
  await commands.loop.tick();
  commands.hear();
  await commands.loop.tick();
  const done = await history();
  expect(done.map(({ order, state, details }) => [order.kind, state, details])).toEqual([
    ['log_bundle', 'done', { lines: 1 }],
    ['set_language', 'done', {}],
    ['refresh_prices', 'done', { items: 3, version: 17 }],
  ]);
  expect(did).toEqual(['prices']);
  expect(findLanguage(core.db, 'ru')).toBe('he');
  // Whoever changes the shop's own language later has the last word.
  expect(findLanguage(core.db, 'en')).toBeUndefined();
  const file = await server.app.inject({ url: `/commands/${log}/log`, headers: admin });
  expect(gunzipSync(file.rawPayload).toString()).toBe('{"message":"line"}\n');
});

test('a restart waits for a quiet moment, is on the disk before it happens, and is told of after it', async () => {
  const { core, commands } = startDevice();
  const id = await ask({ kind: 'restart' });
  busy = true;
  await commands.loop.tick();
  await commands.loop.tick();
  expect(did).toEqual([]);
  expect((await history())[0]?.state).toBe('delivered');
  busy = false;
  await commands.loop.tick();
  await commands.loop.tick();
  expect(did).toEqual(['restart']);
  expect(listSteps(core.db, 'command', id).map(({ step }) => step)).toEqual(['received', 'started']);
  const next = startDevice(core, { version: '1.2.4' });
  await next.commands.loop.tick();
  expect(did).toEqual(['restart']);
  expect((await history())[0]).toMatchObject({ state: 'done', details: { version: '1.2.4' } });
});

test('a device that is to be erased sends what it can, waits for a quiet moment, tells, and then goes, once and for all', async () => {
  const acts: CommandDeps['acts'] = {
    sendLast: async () => {
      did.push('send');
      return 2;
    },
    wipe: () => void did.push('wipe'),
    collectLog: () => Promise.reject(new Error('not asked')),
    refreshPrices: () => Promise.reject(new Error('not asked')),
  };
  const { core, commands } = startDevice(undefined, { acts });
  await ask({ kind: 'wipe' });
  busy = true;
  await commands.loop.tick();
  expect(did).toEqual([]);
  busy = false;
  await commands.loop.tick();
  expect(did).toEqual(['send', 'wipe']);
  expect((await history())[0]).toMatchObject({ state: 'done', details: { unsent: 2 } });
  const [gone] = await server.db.select().from(devices).where(eq(devices.id, self.deviceId));
  expect(gone).toMatchObject({ status: 'revoked' });
  const events = await server.db.select().from(auditLog).where(eq(auditLog.entityId, self.deviceId));
  expect(events.at(-1)).toMatchObject({ event: 'DEVICE_REVOKED', actorKind: 'device', details: { isWiped: true } });
  // Power went before the mark was on the disk.
  startDevice(core, { acts });
  expect(did).toEqual(['send', 'wipe', 'wipe']);
});

test('an erasure whose answer is late sends anew what was made meanwhile, and goes from under nobody', async () => {
  let unsent = 0;
  let line = false;
  const lost = createCommandsHttp({ serverUrl: () => serverUrl, token: async () => self.token });
  const more: Partial<CommandDeps> = {
    http: {
      waiting: () => lost.waiting(),
      answer: (...told) => (line ? lost.answer(...told) : Promise.reject(new Error('no line'))),
    },
    acts: {
      sendLast: async () => unsent,
      wipe: () => void did.push('wipe'),
      collectLog: () => Promise.reject(new Error('not asked')),
      refreshPrices: () => Promise.reject(new Error('not asked')),
    },
  };
  const { core, commands } = startDevice(undefined, more);
  await ask({ kind: 'wipe' });
  expect(commands.isErasing()).toBe(false);
  await expect(commands.loop.tick()).rejects.toThrow('no line');
  expect(commands.isErasing()).toBe(true);
  // Whoever was there, and the program itself, goes on and begins anew.
  busy = true;
  unsent = 3;
  line = true;
  await commands.loop.tick();
  expect(did).toEqual([]);
  const next = startDevice(core, more);
  expect(next.commands.isErasing()).toBe(true);
  await next.commands.loop.tick();
  expect(did).toEqual([]);
  busy = false;
  await next.commands.loop.tick();
  expect(did).toEqual(['wipe']);
  expect((await history())[0]).toMatchObject({ state: 'done', details: { unsent: 3 } });
});

test('a device that owes receipts or money back is not erased: headquarters hears what it waited for', async () => {
  const acts: CommandDeps['acts'] = {
    wipe: () => void did.push('wipe'),
    collectLog: () => Promise.reject(new Error('not asked')),
    refreshPrices: () => Promise.reject(new Error('not asked')),
  };
  const { core, commands } = startDevice(undefined, { acts, owes: () => ({ receipts: 2, refunds: 1 }) });
  await ask({ kind: 'wipe' }, { lifeMin: 10 });
  await commands.loop.tick();
  expect([did, commands.isErasing()]).toEqual([[], false]);
  core.advance(11 * MINUTE);
  await commands.loop.tick();
  expect((await history())[0]).toMatchObject({ state: 'refused', details: { receipts: 2, refunds: 1 } });
  expect(did).toEqual([]);
});

test('a device that was shut out before it could tell erases itself all the same', async () => {
  const lost = createCommandsHttp({ serverUrl: () => serverUrl, token: async () => self.token });
  let isCut = true;
  const { commands } = startDevice(undefined, {
    http: {
      waiting: () => lost.waiting(),
      answer: async (...told) => {
        await lost.answer(...told);
        if (isCut) throw new Error('the answer was lost');
      },
    },
    acts: {
      wipe: () => void did.push('wipe'),
      collectLog: () => Promise.reject(new Error('not asked')),
      refreshPrices: () => Promise.reject(new Error('not asked')),
    },
  });
  await ask({ kind: 'wipe' });
  await expect(commands.loop.tick()).rejects.toThrow('the answer was lost');
  expect(did).toEqual([]);
  isCut = false;
  await commands.loop.tick();
  expect(did).toEqual(['wipe']);
});

test('a power cut in the middle of an act that leaves nothing does it again; an answer that was lost is told again', async () => {
  const { core, commands } = startDevice(undefined, {
    acts: { collectLog: () => Promise.reject(new Error('power')), refreshPrices: () => new Promise(() => undefined) },
  });
  await ask({ kind: 'refresh_prices' });
  void commands.loop.tick();
  await expect.poll(async () => (await history())[0]?.state).toBe('delivered');
  await expect.poll(() => core.db.$client.prepare('SELECT state FROM remote_commands').pluck().get()).toBe('started');
  let cuts = 1;
  const real = createCommandsHttp({ serverUrl: () => serverUrl, token: async () => self.token });
  const next = startDevice(core, {
    http: {
      ...real,
      answer: async (id, result) => {
        await real.answer(id, result);
        if (cuts-- > 0) throw new Error('the answer was lost');
      },
    },
  });
  await expect(next.commands.loop.tick()).rejects.toThrow('lost');
  await next.commands.loop.tick();
  expect(did).toEqual(['prices']);
  expect((await history())[0]?.state).toBe('done');
  const acks = await server.db.select().from(auditLog);
  expect(acks.filter(({ event, entityId }) => event === 'COMMAND_ACK' && entityId === self.deviceId)).toHaveLength(1);
});

test('what headquarters did not sign, signed for another, or signed for the writer before is refused', async () => {
  const real = createCommandsHttp({ serverUrl: () => serverUrl, token: async () => self.token });
  const forge = (
    change: (command: CommandsReply['commands'][number]) => Partial<CommandsReply['commands'][number]>,
  ) => ({
    ...real,
    waiting: async () => {
      const reply = await real.waiting();
      return { ...reply, commands: reply.commands.map((one) => ({ ...one, ...change(one) })) };
    },
  });
  const forgeries = [
    () => ({ order: { kind: 'restart' } }),
    ({ expiresAt }: { expiresAt: number }) => ({ expiresAt: expiresAt + 1 }),
    () => ({ deviceId: server.newId() }),
    () => ({ incarnation: self.incarnation + 1 }),
    () => ({ signature: 'AAAA' }),
  ];
  for (const change of forgeries) {
    await ask({ kind: 'refresh_prices' });
    await startDevice(undefined, { http: forge(change) }).commands.loop.tick();
    expect((await history())[0]).toMatchObject({ state: 'refused', fault: 'bad_signature' });
  }
  expect(did).toEqual([]);
  // A device that was given no key obeys nobody.
  await ask({ kind: 'refresh_prices' });
  const { commandKey: _, ...keyless } = self;
  await startDevice(undefined, { identity: () => keyless }).commands.loop.tick();
  expect((await history())[0]).toMatchObject({ state: 'refused', fault: 'bad_signature' });
});

test('an order that this program does not know, or cannot do, is answered as such', async () => {
  await ask({ kind: 'restart' });
  await startDevice(undefined, { acts: { collectLog: startFail, refreshPrices: startFail } }).commands.loop.tick();
  expect((await history())[0]).toMatchObject({ state: 'refused', fault: 'unsupported', details: { version: '1.2.3' } });
  await ask({ kind: 'log_bundle' });
  await startDevice(undefined, { acts: { collectLog: startFail, refreshPrices: startFail } }).commands.loop.tick();
  expect((await history())[0]).toMatchObject({
    state: 'refused',
    fault: 'failed',
    details: { reason: 'app.internal' },
  });
});
const startFail = () => Promise.reject(new Error('no disk'));

test('a command ends by itself: unfetched it expires, fetched too late for a quiet moment it is refused', async () => {
  await ask({ kind: 'restart' }, { lifeMin: 10 });
  server.clock.now += 10 * MINUTE;
  const { core, commands } = startDevice();
  await commands.loop.tick();
  expect((await history())[0]?.state).toBe('expired');
  await ask({ kind: 'restart' }, { lifeMin: 10 });
  busy = true;
  commands.hear();
  await commands.loop.tick();
  server.clock.now += 10 * MINUTE;
  expect((await history())[0]?.state).toBe('silent');
  core.advance(10 * MINUTE);
  busy = false;
  await commands.loop.tick();
  expect((await history())[0]).toMatchObject({ state: 'refused', fault: 'expired' });
  expect(did).toEqual([]);
});

test('asked twice with one id it is one command; taken back in time it reaches nobody; a new writer hears nothing old', async () => {
  const id = await ask({ kind: 'refresh_prices' });
  await ask({ kind: 'refresh_prices' }, { id });
  expect(await history()).toHaveLength(1);
  const post = (url: string, payload?: object, headers = admin) =>
    server.app.inject({ method: 'POST', url, headers, ...(payload ? { payload } : {}) });
  const other = await post(`/hq/devices/${self.deviceId}/commands`, { id, order: { kind: 'restart' } });
  expect(other.json()).toMatchObject({ code: 'app.conflict' });
  expect((await post(`/hq/commands/${id}/cancel`)).statusCode).toBe(204);
  const { commands } = startDevice();
  await commands.loop.tick();
  expect((await history())[0]?.state).toBe('cancelled');
  await ask({ kind: 'refresh_prices' });
  commands.hear();
  await commands.loop.tick();
  expect(did).toEqual(['prices']);
  expect((await post(`/hq/commands/${(await history())[0]?.id}/cancel`)).json()).toMatchObject({
    code: 'app.conflict',
  });
  await ask({ kind: 'refresh_prices' });
  self = EnrolReply.parse((await enrol(server, await codeFor(server, admin, self.deviceId), 'kiosk')).json());
  await startDevice().commands.loop.tick();
  expect(did).toEqual(['prices']);
});

test('what came of a command its own device tells, and no other', async () => {
  const id = await ask({ kind: 'refresh_prices' });
  const result = { outcome: 'done', finishedAt: server.clock.now, details: { items: 1 } };
  for (const place of [organization, await addOrganization(server)]) {
    const { headers } = await enrolledDevice(server, place, { mode: 'kiosk' });
    const url = `/devices/commands/${id}/result`;
    const told = await server.app.inject({ method: 'POST', url, headers, payload: result });
    expect(told.statusCode, told.body).toBe(404);
  }
  expect((await history())[0]).toMatchObject({ id, state: 'waiting' });
});

test('another organisation sees and orders nothing here', async () => {
  const id = await ask({ kind: 'log_bundle' });
  await startDevice().commands.loop.tick();
  const stranger = (await sessionOf(server, await addOrganization(server), ['hq_admin'])).headers;
  const answers = await Promise.all(
    [
      { method: 'GET', url: `/commands/${id}/log` },
      { method: 'POST', url: `/hq/commands/${id}/cancel` },
      {
        method: 'POST',
        url: `/hq/devices/${self.deviceId}/commands`,
        payload: { id: server.newId(), order: { kind: 'restart' } },
      },
    ].map((call) => server.app.inject({ ...call, method: call.method as 'GET', headers: stranger })),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
  const list = await server.app.inject({ url: `/hq/devices/${self.deviceId}/commands`, headers: stranger });
  expect(list.json()).toEqual({ commands: [] });
});
