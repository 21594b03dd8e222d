/** K-91, K-92: what does not work is named, in time, and no secret with it. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startYooKassa, type YooKassaEmulator } from '#emulators/yookassa/emulator.ts';
import type { CheckedStep, HqConnections } from '#shared/hq/connections.api.ts';
import { listAudit } from '../../auth/audit.repo.ts';
import type { OpenDb } from '../../db/db.ts';
import { createTestDb } from '../../db/test-db.ts';
import { startProvider, startSmtp } from '../../testing/message-carriers.ts';
import {
  addOrganization,
  createTestApp,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { pspEvents, pspPayments } from '../payments/payments.tables.ts';
import { createYooKassa } from '../payments/yookassa.provider.ts';
import { judgeAddress } from './webhook.probe.ts';

const MINUTE = 60_000;
const SECRET = 'sesame-of-the-test';

let opened: OpenDb;
let folder: string;
let organization: TestOrganization;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  opened = await createTestDb();
  folder = await mkdtemp(join(tmpdir(), 'connections-'));
});
afterAll(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const ending = <T extends { readonly stop: () => unknown }>(one: T): T => {
  ends.push(one.stop);
  return one;
};

/** A server of these settings, and an administrator in front of it. */
async function serve(env: Record<string, string> = {}) {
  const server = await createTestApp({ DATA_DIR: folder, ...env }, opened);
  ends.push(() => server.app.close());
  organization = await addOrganization(server);
  const { headers, userId } = await sessionOf(server, organization, ['hq_admin']);
  /** What came of it, as `step ok` or `step fault`; nothing secret in the answer, in the log or in the audit. */
  const check = async (name: string) => {
    const reply = await server.app.inject({ method: 'POST', url: `/hq/connections/${name}/check`, headers });
    expect(reply.statusCode).toBe(200);
    const audit = await listAudit(server.db, organization, { event: 'CONNECTION_CHECKED', limit: 10 });
    expect(`${reply.body} ${JSON.stringify(server.logged)} ${JSON.stringify(audit)}`).not.toContain(SECRET);
    const { steps } = reply.json<{ steps: CheckedStep[] }>();
    return { steps, audit, told: steps.map(({ step, outcome, fault }) => `${step} ${fault ?? outcome}`) };
  };
  const told = async (name: string) => (await check(name)).told;
  return { server, headers, userId, check, told };
}

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
};
const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listening(server);
  await ends.pop()?.();
  return port;
};

describe('e-mail', () => {
  const smtp = (port: number, more: Record<string, string> = {}) => ({
    EMAIL_PROVIDER: 'smtp',
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(port),
    ...more,
  });
  const login = { SMTP_USER: 'till', SMTP_PASS: SECRET };

  test('a server that takes letters gets one, for whoever asks, and the audit says who tried', async () => {
    const { taken, port } = ending(await startSmtp());
    const { check, userId } = await serve(smtp(port));
    const { told, audit } = await check('email');
    expect(told).toEqual(['access ok', 'letter ok']);
    expect(taken).toHaveLength(1);
    const letter = await PostalMime.parse(taken[0] ?? '');
    expect(letter.to).toEqual([{ address: `${userId}@prilavok.example`, name: '' }]);
    expect(letter.subject).toBe('Прилавок: проверка почты / Prilavok: test letter');
    expect(audit).toMatchObject([
      { actorId: userId, entityType: 'connection', entityId: 'email', details: { faults: [] } },
    ]);
  });

  test('a wrong password is told from a server that is away, and the password stays here though the server repeats it', async () => {
    const { taken, port } = ending(await startSmtp(() => 'take', `535 no such password: ${SECRET}`));
    const wrong = await (await serve(smtp(port, login))).check('email');
    expect(wrong.told).toEqual(['access credentials', 'letter skipped']);
    expect(wrong.steps[0]?.said).toContain('no such password: …');
    expect(wrong.audit).toMatchObject([{ details: { faults: ['access: credentials'] } }]);
    const away = await serve(smtp(await freePort(), login));
    expect(await away.told('email')).toEqual(['access unreachable', 'letter skipped']);
    expect(taken).toEqual([]);
  });

  test('a name that nobody knows, and TLS where there is none', async () => {
    const unknown = await serve({ EMAIL_PROVIDER: 'smtp', SMTP_HOST: 'mail.prilavok.invalid' });
    expect(await unknown.told('email')).toEqual(['access name_unknown', 'letter skipped']);
    const { port } = ending(await startSmtp());
    const plain = await serve(smtp(port, { SMTP_SECURE: 'true' }));
    expect(await plain.told('email')).toEqual(['access tls', 'letter skipped']);
  });

  test('a server that says nothing is given up in time', async () => {
    const port = await listening(createServer());
    const { told } = await serve(smtp(port));
    const begun = performance.now();
    expect(await told('email')).toEqual(['access timed_out', 'letter skipped']);
    expect(performance.now() - begun).toBeLessThan(12_000);
  }, 20_000);

  test('a server that lets in and takes no letter', async () => {
    const { port } = ending(await startSmtp(() => 'no_such_user'));
    const { told } = await serve(smtp(port));
    expect(await told('email')).toEqual(['access ok', 'letter refused']);
  });

  test.each([
    ['a good key', 200, { scopes: ['mail.send'] }, ['access ok', 'letter ok']],
    ['a key for other things', 200, { scopes: ['stats.read'] }, ['access forbidden', 'letter skipped']],
    ['a wrong key', 401, { errors: [{ message: `no ${SECRET}` }] }, ['access credentials', 'letter skipped']],
    ['a provider out of order', 500, undefined, ['access refused', 'letter skipped']],
  ])('SendGrid: %s', async (_, status, body, expected) => {
    const provider = await startProvider(({ url }) => (url === '/v3/scopes' ? { status, body } : { status: 202 }));
    ending(provider);
    const { told } = await serve({
      EMAIL_PROVIDER: 'sendgrid',
      SENDGRID_API_KEY: SECRET,
      SENDGRID_API_URL: provider.url,
    });
    expect(await told('email')).toEqual(expected);
    expect(provider.asked[0]).toMatchObject({ url: '/v3/scopes', authorization: `Bearer ${SECRET}` });
  });

  test('in DEV letters become files; in PROD with nobody named that is said', async () => {
    expect(await (await serve()).told('email')).toEqual(['access ok', 'letter ok']);
    expect((await readdir(join(folder, 'outbox'))).filter((name) => name.endsWith('.email.txt'))).toHaveLength(1);
    const prod = await serve(PROD);
    expect(await prod.told('email')).toEqual(['access not_set']);
    expect(await prod.told('sms')).toEqual(['access not_set']);
    expect(await prod.told('payments')).toEqual(['access not_set']);
  });
});

const PROD = {
  AGENT_ENV: 'PROD',
  PAYMENT_PROVIDER: 'none',
  PASSPORT_KEY: 'a key of our own for passports',
  CONTRACT_SIGNATURE_SECRET: 'a secret of our own for contracts',
};

describe('SMS', () => {
  test.each([
    ['an account at work', 200, { status: 'active' }, 'access ok'],
    ['a suspended account', 200, { status: 'suspended' }, 'access inactive'],
    ['a wrong token', 401, { code: 20_003, message: `Authenticate ${SECRET}` }, 'access credentials'],
  ])('Twilio: %s', async (_, status, body, expected) => {
    const provider = ending(await startProvider(() => ({ status, body })));
    const { told } = await serve({
      SMS_PROVIDER: 'twilio',
      SMS_FROM: '+79990000000',
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: SECRET,
      TWILIO_API_URL: provider.url,
    });
    expect(await told('sms')).toEqual([expected]);
    // Nobody is written to.
    expect(provider.asked.map(({ url }) => url)).toEqual(['/2010-04-01/Accounts/AC1.json']);
  });

  test.each([
    ['money enough', { balance: '12.50' }, 'access ok'],
    ['no money', { balance: '0.00' }, 'access no_money'],
    ['a wrong password', { error: `authorise error ${SECRET}`, error_code: 2 }, 'access credentials'],
    ['too many calls', { error: 'too many', error_code: 9 }, 'access refused'],
  ])('SMSC.ru: %s', async (_, body, expected) => {
    const provider = ending(await startProvider(() => ({ status: 200, body })));
    const { told } = await serve({
      SMS_PROVIDER: 'smsc',
      SMSC_LOGIN: 'till',
      SMSC_PASSWORD: SECRET,
      SMSC_API_URL: provider.url,
    });
    expect(await told('sms')).toEqual([expected]);
    expect(provider.asked.map(({ url }) => url)).toEqual(['/sys/balance.php']);
  });
});

describe('payments', () => {
  let psp: YooKassaEmulator;
  beforeAll(async () => {
    psp = await startYooKassa({ port: 0, controlPort: 0, shopId: '100500', secretKey: SECRET });
  });
  afterAll(() => psp.stop());
  afterEach(() => psp.behave({ shop: 'enabled', isTestShop: false }));
  const yookassa = (more: Record<string, string> = {}) => ({
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_SECRET_KEY: SECRET,
    YOOKASSA_API_URL: psp.apiUrl,
    ...more,
  });

  test('K-91 a good key, a wrong one, a closed shop, a provider that is away', async () => {
    const { told } = await serve(yookassa());
    const access = async () => (await told('payments'))[0];
    expect(await access()).toBe('access ok');
    psp.behave({ shop: 'disabled' });
    expect(await access()).toBe('access inactive');
    const wrong = await serve(yookassa({ YOOKASSA_SECRET_KEY: `${SECRET}!` }));
    expect((await wrong.told('payments'))[0]).toBe('access credentials');
    const away = await serve(yookassa({ YOOKASSA_API_URL: `http://127.0.0.1:${await freePort()}/v3` }));
    expect((await away.told('payments'))[0]).toBe('access unreachable');
  });

  test('K-91 a shop for tests is a fault where money is real, and none where it is not', async () => {
    psp.behave({ isTestShop: true });
    const of = (isReal: boolean) =>
      createYooKassa({
        apiUrl: psp.apiUrl,
        shopId: '100500',
        secretKey: SECRET,
        returnUrl: 'https://shop.example',
        isReal,
        signal: new AbortController().signal,
      }).check();
    expect([await of(true), await of(false)]).toEqual([{ isGood: false, fault: 'test_shop' }, { isGood: true }]);
  });

  /** What stands at the public address: passes requests on as a proxy does, or answers in its place. */
  async function front() {
    const door: { app?: TestApp; forwardedFor?: string; answer?: number } = {};
    const answerTo = async (url: string): Promise<{ readonly status: number; readonly body: string }> => {
      if (door.answer !== undefined || door.app === undefined) return { status: door.answer ?? 502, body: '{}' };
      const headers = door.forwardedFor === undefined ? {} : { 'x-forwarded-for': door.forwardedFor };
      const reply = await door.app.app.inject({ url, headers });
      return { status: reply.statusCode, body: reply.body };
    };
    const server = createHttp((request, response) => {
      void answerTo(request.url ?? '/').then(({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(body),
      );
    });
    return { door, url: `http://127.0.0.1:${await listening(server)}` };
  }

  test('K-91 the address of notifications leads here, or to somebody else, or past a proxy that nobody named', async () => {
    const { door, url } = await front();
    const { server, told } = await serve(yookassa({ PUBLIC_URL: url }));
    const webhook = async (ask = told) => (await ask('payments'))[1];
    door.app = server;
    expect(await webhook()).toBe('webhook ok');
    door.forwardedFor = '203.0.113.9';
    expect(await webhook()).toBe('webhook proxy');
    const named = await serve(yookassa({ PUBLIC_URL: url, TRUST_PROXY: '127.0.0.1' }));
    door.app = named.server;
    expect(await webhook(named.told)).toBe('webhook ok');
    // Another instance proves itself as well: what they prove it by is kept in their database.
    door.app = server;
    delete door.forwardedFor;
    expect(await webhook(named.told)).toBe('webhook ok');
    const stranger = await createTestApp();
    ends.push(() => stranger.close());
    door.app = stranger;
    expect(await webhook()).toBe('webhook other_server');
    door.answer = 404;
    expect(await webhook()).toBe('webhook other_server');
    const nowhere = await serve(yookassa({ PUBLIC_URL: `http://127.0.0.1:${await freePort()}` }));
    expect(await webhook(nowhere.told)).toBe('webhook unreachable');
    expect(await webhook((await serve(yookassa())).told)).toBe('webhook not_set');
  });

  test.each([
    ['https://shop.example', 'good'],
    ['https://shop.example:8443', 'good'],
    ['https://shop.example:9000', 'not_https'],
    ['http://shop.example', 'not_https'],
    ['https://192.168.1.5', 'not_public'],
    ['https://[fd00::1]', 'not_public'],
    ['https://server', 'not_public'],
    ['https://till.local', 'not_public'],
    ['https://8.8.8.8', 'good'],
  ])('where money is real, %s is %s', (url, expected) => {
    const probe = judgeAddress(new URL(url));
    expect(probe.isGood ? 'good' : probe.fault).toBe(expected);
  });

  test('K-91 notifications that never come are seen by the payments that went without them', async () => {
    const { server, check } = await serve(yookassa());
    const notices = async () => (await check('payments')).steps[2];
    expect(await notices()).toEqual({ step: 'notices', outcome: 'skipped' });
    const paid = async (agoMs: number): Promise<string> => {
      const at = server.clock.now - agoMs;
      const id = server.newId();
      await server.db.insert(pspPayments).values({
        id,
        organizationId: organization.organizationId,
        shopId: organization.shopId,
        deviceId: 'd',
        orderId: 'o',
        status: 'succeeded',
        amountMinor: 48_000,
        currency: 'RUB',
        description: 'Заказ',
        createdAt: at,
        expiresAt: at,
        succeededAt: at,
      });
      return id;
    };
    // One of this moment may still be told of; one of last month says nothing of today.
    await paid(1000);
    await paid(30 * 24 * 60 * MINUTE);
    expect(await notices()).toEqual({ step: 'notices', outcome: 'skipped' });
    const id = await paid(5 * MINUTE);
    expect(await notices()).toEqual({ step: 'notices', outcome: 'failed', fault: 'no_notices' });
    const own = organization;
    const foreign = await serve(yookassa());
    expect((await foreign.check('payments')).steps[2]).toEqual({ step: 'notices', outcome: 'skipped' });
    organization = own;
    const at = server.clock.now - 4 * MINUTE;
    const event = { id: server.newId(), paymentId: id, at, event: 'payment.succeeded', details: {} };
    await server.db.insert(pspEvents).values({ ...event, source: 'device' });
    expect(await notices()).toMatchObject({ outcome: 'failed' });
    await server.db.insert(pspEvents).values({ ...event, id: server.newId(), source: 'webhook' });
    expect(await notices()).toEqual({ step: 'notices', outcome: 'ok', at });
  });
});

test('the page says who is named and where, and nothing secret', async () => {
  const { server, headers } = await serve({
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_SECRET_KEY: SECRET,
    PUBLIC_URL: 'https://shop.example',
    EMAIL_PROVIDER: 'smtp',
    SMTP_HOST: 'mail.example',
    SMTP_PASS: SECRET,
  });
  const reply = await server.app.inject({ url: '/hq/connections', headers });
  expect(reply.json<HqConnections>().connections).toEqual([
    {
      name: 'payments',
      provider: 'yookassa',
      host: 'api.yookassa.ru',
      webhookUrl: 'https://shop.example/api/payments/webhook',
    },
    { name: 'email', provider: 'smtp', host: 'mail.example:587', webhookUrl: null },
    { name: 'sms', provider: 'dev', host: null, webhookUrl: null },
  ]);
  expect(reply.body).not.toContain(SECRET);
});

test('a manager tries nothing', async () => {
  const { server } = await serve();
  const { headers } = await sessionOf(server, organization, ['manager']);
  const reply = await server.app.inject({ method: 'POST', url: '/hq/connections/email/check', headers });
  expect(reply.json()).toMatchObject({ status: 403, code: 'auth.forbidden' });
});
