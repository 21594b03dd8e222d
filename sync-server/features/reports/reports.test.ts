import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HqReports } from '#shared/hq/reports.api.ts';
import type { DeliveryReply, DeliveryRequest } from '#shared/reports/delivery.schema.ts';
import type { Report } from '#shared/reports/reports.schema.ts';
import { createLinks } from '../../blobs/blob-link.ts';
import { createBlobsService } from '../../blobs/blobs.service.ts';
import { createFilesStore } from '../../blobs/files.store.ts';
import { readConfig } from '../../config.ts';
import {
  addOrganization,
  createTestApp,
  enrolledDevice,
  sessionOf,
  T0,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { createDeliveryQueue } from './delivery.queue.ts';
import { openChannels } from './open-channels.ts';
import { makeShortLink, readShortLink } from './short-link.ts';

const MINUTE = 60_000;
const PDF = Buffer.from('%PDF-1.7\nОтчёт');
const fileId = createHash('sha256').update(PDF).digest('hex');
const copyCode = 'AbCdEfGhIjKlMnOpQrStUg';
const REQUEST: DeliveryRequest = {
  reportId: 'RPT-DIAG-1D7K2M9QX-4TZ8W3RA',
  kind: 'diagnostics',
  fileId,
  copyCode,
  createdAt: T0,
  language: 'ru',
  to: { channel: 'email', address: 'anna@example.com' },
};

let app: TestApp;
let organization: TestOrganization;
let headers: Record<string, string>;
let dir: string;
let deviceId: string;
let stops: (() => Promise<unknown>)[];
const counted: string[] = [];

/** A real SMTP server that answers as told and keeps what it took. */
async function startSmtp(answer: () => 'take' | 'busy' | 'no_such_user' | 'die_after_data' = () => 'take') {
  const taken: Buffer[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => {
      const how = answer();
      if (how === 'no_such_user') return done(Object.assign(new Error('no such user'), { responseCode: 550 }));
      if (how === 'busy') return done(Object.assign(new Error('try later'), { responseCode: 451 }));
      done();
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        taken.push(Buffer.concat(parts));
        // The connection breaks when the letter is here and its answer is not there.
        if (answer() === 'die_after_data') server.connections.forEach((one) => one.close());
        else done();
        void session;
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { taken, port: (server.server.address() as AddressInfo).port };
}

interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}
/** A provider over HTTP that answers as told and keeps what it was asked. */
async function startProvider(
  answer: (asked: Asked) => { status: number; body?: unknown; headers?: Record<string, string> },
) {
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = {
        url: request.url ?? '',
        authorization: request.headers.authorization,
        body: Buffer.concat(parts).toString(),
      };
      asked.push(one);
      const { status, body, headers: given } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json', ...given });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const queueOf = async (env: Record<string, string>) =>
  createDeliveryQueue({
    db: app.db,
    now: () => app.clock.now,
    live: { hqChanged: () => undefined },
    blobs: createBlobsService({
      db: app.db,
      store: createFilesStore(join(dir, 'blobs')),
      fields: {},
      now: () => app.clock.now,
      log: app.app.log,
      links: createLinks('a secret of the test'),
    }),
    channels: await openChannels(readConfig({ file: {}, env: { DATA_DIR: dir, ...env }, argv: [] })),
    checkpoint: () => Promise.resolve(),
    copyUrl: (code) => `https://shop.example/r/${code}`,
    shortUrl: (code) => `https://shop.example/s/${makeShortLink('a2V5', code, app.clock.now + 3_600_000)}`,
    count: (channel, outcome) => counted.push(`${channel} ${outcome}`),
    log: app.app.log,
  });

const ask = async (id: string, request: Partial<DeliveryRequest> = {}) =>
  app.app.inject({
    method: 'PUT',
    url: `/reports/deliveries/${id}`,
    headers,
    payload: { ...REQUEST, ...request },
  });
const stateOf = async (id: string): Promise<DeliveryReply | undefined> =>
  (await app.app.inject({ url: `/reports/deliveries?ids=${id}`, headers })).json<{ deliveries: DeliveryReply[] }>()
    .deliveries[0];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reports-'));
  app = await createTestApp({ BLOB_DIR: join(dir, 'blobs'), DATA_DIR: dir });
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  stops = [];
  counted.length = 0;
  app.clock.now = T0;
  await app.db.execute(sql`DELETE FROM report_deliveries`);
  await app.db.execute(sql`DELETE FROM entities`);
  organization = await addOrganization(app);
  ({ headers, deviceId } = await enrolledDevice(app, organization, { mode: 'kiosk' }));
});
afterEach(async () => {
  for (const stop of stops) await stop();
});

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const upload = () =>
  app.app.inject({
    method: 'PATCH',
    url: `/blob/${fileId}?offset=0&size=${PDF.length}&kind=document`,
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    payload: PDF,
  });
/** The replicated row, as a push writes it. */
const pushReport = (): Promise<unknown> => {
  const report: Report = {
    id: REQUEST.reportId,
    visitId: 'OBD-ABCDEF-123456',
    deviceId,
    kind: 'diagnostics',
    language: 'ru',
    createdAt: T0,
    fileId,
    bytes: PDF.length,
    template: 1,
    contentHash: 'b'.repeat(64),
    copyCode,
    summary: { now: 1, soon: 0, watch: 0, incomplete: false },
  };
  return app.db.execute(sql`
    INSERT INTO entities (organization_id, type, id, scope, ver, deleted, fields, received_at, updated_at)
    VALUES (${organization.organizationId}, 'report', ${report.id}, ${`device:${deviceId}`}, 1, false,
      ${JSON.stringify(report)}::text::jsonb, 0, 0)`);
};
const SMS = { to: { channel: 'sms', address: '+79001234567' } } as const;
const ADDRESSES = /anna@example\.com|9001234567/;
const smtp = (port: number) => ({ EMAIL_PROVIDER: 'smtp', SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port) });

describe('by e-mail', () => {
  test('AK-24 the report is attached, in the language of the guest, once', async () => {
    const { taken, port } = await startSmtp();
    const queue = await queueOf(smtp(port));
    expect((await ask(id(1))).json()).toEqual({ id: id(1), state: 'queued', attempts: 0 });
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'queued', attempts: 0 });
    await upload();
    app.clock.now += 5000;
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'sent', attempts: 1 });
    expect((await ask(id(1))).json()).toMatchObject({ state: 'sent' });
    app.clock.now += 60 * MINUTE;
    await queue.tick();
    expect(taken).toHaveLength(1);
    const letter = await PostalMime.parse(taken[0] ?? '');
    expect(letter.subject).toBe('Отчёт о диагностике — Автомаркет');
    expect(letter.to).toEqual([{ address: 'anna@example.com', name: '' }]);
    expect(letter.text).toContain(`https://shop.example/r/${copyCode}`);
    expect(letter.messageId).toBe(`<${id(1)}@example.com>`);
    const [file] = letter.attachments;
    expect(file).toMatchObject({ filename: `${REQUEST.reportId}.pdf`, mimeType: 'application/pdf' });
    expect(Buffer.from(file?.content as ArrayBuffer).equals(PDF)).toBe(true);
    expect(counted).toEqual(['email sent']);
    const rows = await app.db.execute(sql`SELECT address FROM report_deliveries`);
    expect(rows.rows).toEqual([{ address: null }]);
  });

  test('AK-25 a server that refuses is tried again after 1, 5 and 30 minutes, then no more', async () => {
    let attempts = 0;
    const { taken, port } = await startSmtp(() => {
      attempts += 1;
      return 'busy';
    });
    const queue = await queueOf(smtp(port));
    await upload();
    await ask(id(1));
    for (const [index, minutes] of [1, 5, 30].entries()) {
      await queue.tick();
      expect(await stateOf(id(1))).toEqual({
        id: id(1),
        state: 'queued',
        attempts: index + 1,
        nextAt: app.clock.now + minutes * MINUTE,
        fault: 'provider_refused',
      });
      app.clock.now += minutes * MINUTE - 1;
      await queue.tick();
      expect(attempts).toBe(index + 1);
      app.clock.now += 1;
    }
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'failed', attempts: 4, fault: 'provider_refused' });
    app.clock.now += 100 * MINUTE;
    await queue.tick();
    expect({ attempts, taken: taken.length }).toEqual({ attempts: 4, taken: 0 });
    expect(counted).toEqual(Array.from({ length: 4 }, () => 'email failed'));
  });

  test('AK-25 nobody listens: tried again, and sent when somebody does', async () => {
    const { taken, port } = await startSmtp();
    await upload();
    await ask(id(1));
    await (await queueOf(smtp(1))).tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'queued', attempts: 1, fault: 'provider_unavailable' });
    app.clock.now += MINUTE;
    await (await queueOf(smtp(port))).tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'sent', attempts: 2 });
    expect(taken).toHaveLength(1);
  });

  test('an address that does not exist is not tried again; headquarters sends to a corrected one', async () => {
    let isWrong = true;
    const { taken, port } = await startSmtp(() => (isWrong ? 'no_such_user' : 'take'));
    const queue = await queueOf(smtp(port));
    await upload();
    await pushReport();
    await ask(id(1));
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'failed', attempts: 1, fault: 'address_refused' });

    isWrong = false;
    const desk = await sessionOf(app, organization, ['manager']);
    const again = await app.app.inject({
      method: 'POST',
      url: `/hq/reports/${REQUEST.reportId}/deliveries`,
      headers: desk.headers,
      payload: { channel: 'email', address: 'olga@example.com' },
    });
    expect(again.statusCode).toBe(204);
    await queue.tick();
    const [listed] = (await app.app.inject({ url: '/hq/reports', headers: desk.headers })).json<HqReports>().reports;
    expect(listed).toMatchObject({ shopName: 'Лесная', report: { id: REQUEST.reportId, summary: { now: 1 } } });
    expect(listed?.deliveries.map(({ to, state }) => ({ to, state }))).toEqual([
      { to: 'o•••@example.com', state: 'sent' },
      { to: 'a•••@example.com', state: 'failed' },
    ]);
    expect(taken).toHaveLength(1);
    const audit = await app.db.execute(sql`SELECT event, details FROM audit_log WHERE event = 'REPORT_RESENT'`);
    expect(audit.rows).toEqual([{ event: 'REPORT_RESENT', details: { channel: 'email' } }]);
  });

  test('a letter whose answer was lost may have come: it is not sent again', async () => {
    const { taken, port } = await startSmtp(() => 'die_after_data');
    const queue = await queueOf(smtp(port));
    await upload();
    await ask(id(1));
    await queue.tick();
    expect(await stateOf(id(1))).toEqual({ id: id(1), state: 'unknown', attempts: 1, fault: 'no_answer' });
    app.clock.now += 100 * MINUTE;
    await queue.tick();
    expect(taken).toHaveLength(1);
  });

  test('an attempt that a dead process left is not made again', async () => {
    const { taken, port } = await startSmtp();
    const queue = await queueOf(smtp(port));
    await upload();
    await ask(id(1));
    await app.db.execute(
      sql`UPDATE report_deliveries SET state = 'sending', attempts = 1, lease_until = ${app.clock.now + MINUTE}`,
    );
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'sending' });
    app.clock.now += MINUTE;
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'unknown', fault: 'no_answer' });
    expect(taken).toHaveLength(0);
  });

  test('two instances that look at the same moment send it once', async () => {
    const { taken, port } = await startSmtp();
    await upload();
    await ask(id(1));
    const queues = [await queueOf(smtp(port)), await queueOf(smtp(port))];
    await Promise.all(queues.map((queue) => queue.tick()));
    expect(taken).toHaveLength(1);
  });

  test('without bytes for a day there is nothing to send', async () => {
    await ask(id(1));
    app.clock.now += 25 * 60 * MINUTE;
    await (await queueOf({})).tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'failed', fault: 'file_missing', attempts: 0 });
  });

  test('SendGrid gets what its documentation asks for, and nobody is told twice', async () => {
    let status = 202;
    const { asked, url } = await startProvider(() => ({ status, headers: { 'x-message-id': 'sg-1' } }));
    const queue = await queueOf({ EMAIL_PROVIDER: 'sendgrid', SENDGRID_API_KEY: 'SG.key', SENDGRID_API_URL: url });
    await upload();
    await ask(id(1));
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'sent' });
    expect(asked[0]).toMatchObject({ url: '/v3/mail/send', authorization: 'Bearer SG.key' });
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      personalizations: [{ to: [{ email: 'anna@example.com' }] }],
      from: { email: 'noreply@example.com' },
      content: [{ type: 'text/plain' }],
      attachments: [{ content: PDF.toString('base64'), type: 'application/pdf', disposition: 'attachment' }],
    });
    status = 500;
    await ask(id(2));
    await queue.tick();
    expect(await stateOf(id(2))).toMatchObject({ state: 'unknown' });
    status = 429;
    await ask(id(3));
    await queue.tick();
    expect(await stateOf(id(3))).toMatchObject({ state: 'queued', fault: 'provider_unavailable' });
    status = 401;
    await ask(id(4));
    await queue.tick();
    expect(await stateOf(id(4))).toMatchObject({ state: 'queued', fault: 'provider_refused' });
  });
});

describe('by SMS', () => {
  const linkOf = (text: string) => /https:\/\/shop\.example\/s\/(\S+)/.exec(text)?.[1] ?? '';

  test('AK-24 Twilio carries a short link and nothing of the guest', async () => {
    const { asked, url } = await startProvider(({ body }) => {
      const form = new URLSearchParams(body);
      if ((form.get('Body') ?? '').length > 1600) return { status: 400, body: { code: 21_617, message: 'too long' } };
      return form.get('To') === '+79001234567'
        ? { status: 201, body: { sid: 'SM1', status: 'queued' } }
        : { status: 400, body: { code: 21_211, message: 'not a number' } };
    });
    const queue = await queueOf({
      SMS_PROVIDER: 'twilio',
      SMS_FROM: '+79000000000',
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'secret',
      TWILIO_API_URL: url,
    });
    await upload();
    await ask(id(1), SMS);
    await ask(id(2), { to: { channel: 'sms', address: '+79990000000' } });
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'sent' });
    expect(await stateOf(id(2))).toMatchObject({ state: 'failed', fault: 'address_refused' });
    expect(asked[0]?.url).toBe('/2010-04-01/Accounts/AC1/Messages.json');
    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('AC1:secret').toString('base64')}`);
    const form = new URLSearchParams(asked[0]?.body);
    expect(form.get('From')).toBe('+79000000000');
    const text = form.get('Body') ?? '';
    expect(text).not.toMatch(ADDRESSES);
    expect(text).not.toContain('RPT-');
    expect(text.length).toBeLessThan(140);
    expect(readShortLink('a2V5', linkOf(text), app.clock.now)).toBe(copyCode);
  });

  test('SMSC.ru gets UTF-8 and a number of the message, and its faults mean what they mean', async () => {
    let answer: unknown = { id: 1, cnt: 1 };
    const { asked, url } = await startProvider(() => ({ status: 200, body: answer }));
    const queue = await queueOf({ SMS_PROVIDER: 'smsc', SMSC_LOGIN: 'l', SMSC_PASSWORD: 'p', SMSC_API_URL: url });
    await upload();
    await ask(id(1), SMS);
    await queue.tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'sent' });
    const form = new URLSearchParams(asked[0]?.body);
    expect(Object.fromEntries(form)).toMatchObject({ login: 'l', psw: 'p', charset: 'utf-8', fmt: '3', id: '1' });
    expect((form.get('mes') ?? '').length).toBeLessThanOrEqual(1000);
    for (const [n, code, state, fault] of [
      [2, 7, 'failed', 'address_refused'],
      [3, 2, 'queued', 'provider_refused'],
      [4, 9, 'queued', 'provider_unavailable'],
    ] as const) {
      answer = { error: 'no', error_code: code };
      await ask(id(n), SMS);
      await queue.tick();
      expect(await stateOf(id(n))).toMatchObject({ state, fault });
    }
  });

  test('nobody is set up in PROD: it says so', async () => {
    await upload();
    await ask(id(1), SMS);
    await (
      await queueOf({
        AGENT_ENV: 'PROD',
        PAYMENT_PROVIDER: 'none',
        PASSPORT_KEY: 'a key of our own for passports',
        CONTRACT_SIGNATURE_SECRET: 'a secret of our own for contracts',
      })
    ).tick();
    expect(await stateOf(id(1))).toMatchObject({ state: 'queued', fault: 'not_configured' });
  });
});

test('in DEV messages become files of a folder', async () => {
  const queue = await queueOf({});
  await upload();
  await ask(id(1));
  await ask(id(2), SMS);
  await queue.tick();
  expect((await readdir(join(dir, 'outbox'))).toSorted()).toEqual([
    `${id(1)}.email.txt`,
    `${id(1)}.pdf`,
    `${id(2)}.sms.txt`,
  ]);
  expect(await readFile(join(dir, 'outbox', `${id(2)}.sms.txt`), 'utf8')).toContain('Автомаркет: ваш отчёт готов');
});

describe('the copy', () => {
  const get = (url: string) => app.app.inject({ url });

  test('opens by the code on the paper for a month, and by nothing else', async () => {
    await upload();
    expect((await get(`/r/${copyCode}`)).statusCode).toBe(404);
    await pushReport();
    const copy = await get(`/r/${copyCode}`);
    expect(copy.headers['content-type']).toBe('application/pdf');
    expect(copy.headers['cache-control']).toBe('private, no-store');
    expect(copy.rawPayload.equals(PDF)).toBe(true);
    expect((await get(`/r/${copyCode.replace('A', 'B')}`)).statusCode).toBe(404);
    app.clock.now = T0 + 30 * 24 * 60 * MINUTE + 1;
    expect((await get(`/r/${copyCode}`)).json()).toMatchObject({ code: 'reports.link_expired' });
  });

  test('a phone gets a page in its language where there is no report, or not yet, or not any more', async () => {
    const page = (url: string) =>
      app.app.inject({ url, headers: { accept: 'text/html,*/*;q=0.8', 'accept-language': 'he-IL,he;q=0.9' } });
    for (const url of [`/r/${copyCode}`, '/r/what-is-this', '/s/what-is-this']) {
      const unknown = await page(url);
      expect(unknown.statusCode, url).toBe(404);
      expect(unknown.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(unknown.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(unknown.body).toContain('אין דוח כזה');
    }
    await pushReport();
    expect((await page(`/r/${copyCode}`)).body).toContain('הדוח בדרך');
    await upload();
    expect((await page(`/r/${copyCode}`)).rawPayload.equals(PDF)).toBe(true);
    app.clock.now = T0 + 30 * 24 * 60 * MINUTE + 1;
    expect((await page(`/r/${copyCode}`)).body).toContain('תוקף הקישור פג');
  });

  test('a signed short link opens until its time, and no made-up one does', async () => {
    await upload();
    await pushReport();
    const [row] = (await app.db.execute<{ secret: string }>(sql`SELECT secret FROM report_link_keys`)).rows;
    const link = makeShortLink(row?.secret ?? '', copyCode, T0 + 60 * MINUTE);
    expect((await get(`/s/${link}`)).rawPayload.equals(PDF)).toBe(true);
    const forged = makeShortLink('bm90IHRoZSBrZXk', copyCode, T0 + 60 * MINUTE);
    expect((await get(`/s/${forged}`)).json()).toMatchObject({ code: 'blobs.link_invalid' });
    const longer = `${makeShortLink('', copyCode, T0 + 999 * MINUTE).slice(0, 26)}${link.slice(26)}`;
    expect((await get(`/s/${longer}`)).json()).toMatchObject({ code: 'blobs.link_invalid' });
    app.clock.now = T0 + 60 * MINUTE;
    expect((await get(`/s/${link}`)).json()).toMatchObject({ code: 'reports.link_expired' });
  });
});

test('a device sees its own deliveries only, and an id is of one report', async () => {
  await ask(id(1));
  for (const place of [organization, await addOrganization(app)]) {
    const other = await enrolledDevice(app, place, { mode: 'kiosk' });
    const seen = await app.app.inject({ url: `/reports/deliveries?ids=${id(1)}`, headers: other.headers });
    expect(seen.json()).toEqual({ deliveries: [] });
    const taken = await app.app.inject({
      method: 'PUT',
      url: `/reports/deliveries/${id(1)}`,
      headers: other.headers,
      payload: REQUEST,
    });
    expect(taken.json()).toMatchObject({ code: 'app.conflict' });
  }
  expect(await stateOf(id(1))).toMatchObject({ state: 'queued', attempts: 0 });
});

test('one report is sent eight times, however many a device asks at once; headquarters may send it still', async () => {
  const to = (n: number) => ({ to: { channel: 'sms', address: `+7900000000${n}` } }) as const;
  for (let n = 1; n < 8; n += 1) expect((await ask(id(n), to(n))).statusCode).toBe(200);
  const last = await Promise.all([8, 9].map((n) => ask(id(n), to(n))));
  expect(new Set(last.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 429]));
  expect(last.find(({ statusCode }) => statusCode === 429)?.json()).toMatchObject({ code: 'reports.sent_enough' });
  // What was asked for before is answered as before, and another report has its own eight.
  expect((await ask(id(1), to(1))).json()).toMatchObject({ state: 'queued' });
  expect((await ask(id(10), { ...to(1), reportId: 'RPT-DIAG-1D7K2M9QX-4TZ8W3RB' })).statusCode).toBe(200);
  await pushReport();
  const hq = await sessionOf(app, organization, ['manager']);
  const url = `/hq/reports/${REQUEST.reportId}/deliveries`;
  const sent = await app.app.inject({ method: 'POST', url, headers: hq.headers, payload: to(1).to });
  expect(sent.statusCode).toBe(204);
});

test('headquarters of another organisation send nobody’s report to anybody', async () => {
  await upload();
  await pushReport();
  const stranger = await sessionOf(app, await addOrganization(app), ['manager']);
  const reply = await app.app.inject({
    method: 'POST',
    url: `/hq/reports/${REQUEST.reportId}/deliveries`,
    headers: stranger.headers,
    payload: { channel: 'email', address: 'olga@example.com' },
  });
  expect(reply.statusCode).toBe(404);
  expect((await app.db.execute(sql`SELECT id FROM report_deliveries`)).rows).toEqual([]);
});

test('no address and no secret is in the log', async () => {
  const { port } = await startSmtp(() => 'no_such_user');
  const queue = await queueOf({ ...smtp(port), SMTP_USER: 'user', SMTP_PASS: 'hidden-password' });
  await upload();
  await ask(id(1));
  await ask(id(2), SMS);
  await queue.tick();
  const log = JSON.stringify(app.logged);
  expect(log).toContain('a report was sent, or not');
  expect(log).not.toMatch(ADDRESSES);
  expect(log).not.toContain('hidden-password');
});
