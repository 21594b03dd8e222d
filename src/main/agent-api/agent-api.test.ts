import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDevProvider } from '#main/domains/payments/provider.ts';
import { createMemoryLog, type DeviceLog } from '#main/log/log.ts';
import { type CounterWorld, type CounterWorldOptions, createCounterWorld } from '#test/doubles/counter-world.ts';
import { agentApi } from './agent-api.ts';
import { refuseCaller } from './caller.rules.ts';
import { createRateLimit } from './rate-limit.ts';
import type { ReportsPort } from './reports.routes.ts';
import type { Report } from './reports.wire.ts';

const DEV = createDevProvider({ autoConfirmDelayMs: 2000, manualMode: false });
/** The seed's own bodies. */
const SESSION = {
  type: 'diagnostics',
  contact: { email: 'client@example.com', phone: '+79001234567' },
  metadata: { vehicleMake: 'Toyota', vehicleModel: 'Camry' },
};
const INTENT = { amount: 48_000, currency: 'RUB', metadata: { service: 'diagnostics' } };

let world: CounterWorld;
let log: DeviceLog;
let app: FastifyInstance;
let routes: string[];

const TOKEN = 'a1'.repeat(32);
const HEADERS = { host: '127.0.0.1:3000', authorization: `Bearer ${TOKEN}` };

const open = async (options: CounterWorldOptions = { provider: DEV }) => {
  world = createCounterWorld(options);
  log = createMemoryLog();
  app = fastify();
  routes = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
  });
  const { core, visits, payments } = world;
  const { metrics, now } = core;
  const reports = fakeReports(visits);
  await agentApi(app, {
    token: TOKEN,
    version: '1.0.0',
    visits,
    payments,
    reports,
    metrics,
    log,
    now,
    newRef: () => 'r1',
  });
};
const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, headers = {}) => {
  const options: InjectOptions = { method, url: `/api${path}`, headers: { ...HEADERS, ...headers } };
  const answer = await app.inject(body === undefined ? options : { ...options, payload: body as object });
  return {
    status: answer.statusCode,
    type: String(answer.headers['content-type']),
    headers: answer.headers,
    body: (answer.payload === '' ? undefined : answer.json()) as Record<string, unknown>,
  };
};
const startSession = async (body: unknown = SESSION): Promise<string> =>
  String((await call('POST', '/sessions', body)).body['id']);
const intentOf = (sessionId: string, change: object = {}) =>
  call('POST', '/payments/intent', { ...INTENT, sessionId, ...change });

/** Keeps what it was asked for: the routes are tried here, the documents where they are made. */
function fakeReports(visits: CounterWorld['visits']): ReportsPort {
  const kept: Report[] = [];
  const keep = async (type: Report['type'], prefix: string, sessionId: string) => {
    visits.get(sessionId);
    const id = `RPT-${prefix}-${String(kept.length + 1).padStart(6, '0')}`;
    const filePath = `reports/${id}.pdf`;
    kept.push({ id, sessionId, type, filePath, sha256: '0'.repeat(64), createdAt: world.core.now() });
    return { reportId: id, filePath };
  };
  return {
    createDiagnostics: ({ data }) => keep('diagnostics', 'DIAG', data.sessionId),
    createThickness: ({ data }) => keep('thickness', 'THK', data.sessionId),
    find: (id) => kept.find((report) => report.id === id),
    listBySession: (id) => kept.filter(({ sessionId }) => sessionId === id),
  };
}

beforeEach(() => open());
afterEach(() => app.close());

describe('sessions', () => {
  test('AK-01 create session', async () => {
    const { status, body } = await call('POST', '/sessions', SESSION);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...SESSION,
      id: expect.stringMatching(/^OBD-[A-Z0-9]+-[A-Z0-9]{6,}$/),
      status: 'active',
      language: 'ru',
      createdAt: world.core.now(),
      expiresAt: world.core.now() + 3_600_000,
    });
    expect(await world.metric('sessions_created_total')).toMatchObject({ diagnostics: 1 });
    expect(await world.metric('sessions_active')).toMatchObject({ diagnostics: 1 });
    expect(world.sync.outbox()).toEqual(['visit.start']);
  });

  test.each([
    ['type', { ...SESSION, type: 'wash' }, 'app.bad_input'],
    ['contact.phone', { ...SESSION, contact: { phone: '12' } }, 'app.bad_input'],
    ['contact.email', { ...SESSION, contact: { email: 'nobody' } }, 'app.bad_input'],
    [
      'metadata',
      { ...SESSION, metadata: Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((k) => [k, 'x'.repeat(250)])) },
      'app.bad_input',
    ],
    ['price', { ...SESSION, price: 1 }, 'app.bad_input'],
    [undefined, { ...SESSION, contact: {} }, 'visits.contact_required'],
    [undefined, { type: 'diagnostics' }, 'visits.contact_required'],
  ])('AK-02 bad type / no contact: %s', async (path, body, code) => {
    const answer = await call('POST', '/sessions', body);
    expect(answer).toMatchObject({ status: 400, body: { code, ref: 'r1' } });
    expect(answer.type).toContain('application/problem+json');
    if (path !== undefined) expect(answer.body['issues']).toMatchObject([{ path }]);
    expect((await call('GET', '/sessions')).body).toEqual({ sessions: [], count: 0 });
  });

  test('AK-03 second active session on one kiosk', async () => {
    const id = await startSession();
    expect(await call('POST', '/sessions', SESSION)).toMatchObject({
      status: 409,
      body: { code: 'visits.already_active', id },
    });
  });

  test('AK-04 timeout: a later change is 409', async () => {
    const id = await startSession({ ...SESSION, ttlMs: 5000 });
    world.core.advance(5000);
    expect((await call('GET', `/sessions/${id}`)).body).toMatchObject({
      status: 'expired',
      expiredAt: world.core.now(),
    });
    expect(await call('PATCH', `/sessions/${id}`, { metadata: { a: 'b' } })).toMatchObject({
      status: 409,
      body: { code: 'visits.expired' },
    });
    expect(await world.metric('sessions_expired_total')).toMatchObject({ diagnostics: 1 });
  });

  test('AK-07 complete twice', async () => {
    const id = await startSession();
    world.core.advance(60_000);
    const first = await call('POST', `/sessions/${id}/complete`, { metadata: { dtc: 'P0420' } });
    expect(first).toMatchObject({ status: 200, body: { status: 'completed', completedAt: world.core.now() } });
    expect(first.body['metadata']).toEqual({ ...SESSION.metadata, dtc: 'P0420' });
    world.core.advance(60_000);
    expect(await call('POST', `/sessions/${id}/complete`)).toMatchObject({ status: 200, body: first.body });
    expect(await world.metric('sessions_completed_total')).toMatchObject({ diagnostics: 1 });
    expect(await call('POST', `/sessions/${id}/expire`)).toMatchObject({
      status: 409,
      body: { code: 'visits.illegal_transition' },
    });
  });

  test('AK-08 delete with payment', async () => {
    const id = await startSession();
    await intentOf(id);
    expect(await call('DELETE', `/sessions/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'visits.has_payment' },
    });
    world.core.advance(2000);
    await world.payments.settlePending();
    expect(await call('DELETE', `/sessions/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'visits.has_payment' },
    });
  });

  test('delete without payment: 204, then 404', async () => {
    const id = await startSession();
    expect((await call('DELETE', `/sessions/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await call(method, `/sessions/${id}`)).toMatchObject({ status: 404, body: { code: 'visits.not_found' } });
    }
  });

  test('patch merges, ends, and refuses what SM-3 does not allow', async () => {
    const id = await startSession();
    const path = `/sessions/${id}`;
    const merged = await call('PATCH', path, {
      contact: { email: 'new@example.com' },
      metadata: { vehicleModel: 'Corolla' },
    });
    expect(merged.body).toMatchObject({
      contact: { email: 'new@example.com', phone: '+79001234567' },
      metadata: { vehicleMake: 'Toyota', vehicleModel: 'Corolla' },
    });
    world.core.advance(10_000);
    const completedAt = world.core.now() - 5000;
    expect((await call('PATCH', path, { completedAt })).status).toBe(400);
    expect((await call('PATCH', path, { status: 'completed', completedAt: completedAt + 99_999 })).status).toBe(400);
    expect((await call('PATCH', path, { status: 'completed', completedAt })).body).toMatchObject({
      status: 'completed',
      completedAt,
    });
    for (const status of ['active', 'expired', 'failed']) {
      expect((await call('PATCH', path, { status })).status, status).toBe(409);
    }
  });

  test('lists are filtered, newest first', async () => {
    const first = await startSession();
    await call('POST', `/sessions/${first}/complete`);
    world.core.advance(1);
    const second = await startSession({ ...SESSION, type: 'thickness' });
    const ids = async (query: string) =>
      ((await call('GET', `/sessions${query}`)).body['sessions'] as { id: string }[]).map(({ id }) => id);
    expect(await ids('')).toEqual([second, first]);
    expect(await ids('?status=completed')).toEqual([first]);
    expect(await ids('?type=thickness&limit=1')).toEqual([second]);
    expect((await call('GET', '/sessions?limit=0')).status).toBe(400);
  });
});

describe('payments', () => {
  test('AK-09 intent', async () => {
    const sessionId = await startSession();
    const { status, body } = await intentOf(sessionId);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...INTENT,
      intentId: expect.any(String),
      sessionId,
      status: 'pending',
      qrCodeData: `DEV_QR_${String(body['intentId'])}`,
      createdAt: world.core.now(),
      expiresAt: world.core.now() + 600_000,
    });
    expect((await call('GET', `/payments/intent/${String(body['intentId'])}`)).body).toEqual(body);
    expect(world.orders.recent(1)[0]?.order).toMatchObject({
      visitId: sessionId,
      totalMinor: 48_000,
      lines: [{ name: 'Диагностика автомобиля', totalMinor: 48_000 }],
    });
  });

  test.each([0, -1, 480.5, '48000', 1e12, null])('AK-10 bad amount: %s', async (amount) => {
    expect(await intentOf(await startSession(), { amount })).toMatchObject({
      status: 400,
      body: { code: 'app.bad_input', issues: [{ path: 'amount' }] },
    });
    expect(world.count('payment_intents')).toBe(0);
  });

  test('AK-10 bad currency, unknown session, expired session', async () => {
    const sessionId = await startSession();
    expect((await intentOf(sessionId, { currency: 'BTC' })).status).toBe(400);
    expect((await intentOf(sessionId, { currency: 'USD' })).status).toBe(400);
    expect(await intentOf('OBD-NONE-AAAAAA')).toMatchObject({ status: 404, body: { code: 'visits.not_found' } });
    world.core.advance(3_600_000);
    expect(await intentOf(sessionId)).toMatchObject({ status: 409, body: { code: 'visits.expired' } });
    expect(world.count('payment_intents')).toBe(0);
  });

  test('AK-11 double click on «Оплатить»', async () => {
    const sessionId = await startSession();
    const [first, second] = await Promise.all([intentOf(sessionId), intentOf(sessionId)]);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect(await world.metric('payments_intents_total')).toEqual({ 'pending DEV': 1 });
    expect(world.count('orders')).toBe(1);
  });

  test('AK-12 rate limit', async () => {
    const sessionId = await startSession();
    for (let n = 1; n <= 10; n += 1) expect((await intentOf(sessionId)).status).toBeLessThan(300);
    const refused = await intentOf(sessionId);
    expect(refused).toMatchObject({ status: 429, body: { code: 'app.rate_limited' } });
    expect(Number(refused.headers['retry-after'])).toBe(60);
    expect(await world.core.metrics.metrics()).toMatch(/^rate_limit_violations_total 1$/m);
    // By address, as the seed has it: a caller that names another session each time is not let past.
    expect((await intentOf('OBD-NONE-AAAAAA')).status).toBe(429);
    world.core.advance(60_000);
    expect((await intentOf(sessionId)).status).toBe(200);
  });

  test('AK-13 DEV auto-confirm', async () => {
    const sessionId = await startSession();
    const intentId = String((await intentOf(sessionId)).body['intentId']);
    const status = () => call('GET', `/payments/status/${intentId}`);
    world.core.advance(1999);
    expect((await status()).body).toEqual({ intentId, status: 'pending' });
    world.core.advance(1);
    expect((await status()).body).toEqual({ intentId, status: 'confirmed' });
    expect(await call('POST', `/payments/confirm/${intentId}`)).toMatchObject({
      status: 200,
      body: { status: 'confirmed' },
    });
    expect(await call('POST', `/payments/cancel/${intentId}`)).toMatchObject({
      status: 409,
      body: { code: 'payments.already_confirmed' },
    });
    expect(world.receipts()).toMatchObject([{ type: 'sale', receipt: { totalMinor: 48_000 } }]);
  });

  test('AK-13 in PROD nobody pays by hand, and there is no provider that pretends', async () => {
    await app.close();
    await open({ environment: 'PROD' });
    const sessionId = await startSession();
    expect(await intentOf(sessionId)).toMatchObject({ status: 503, body: { code: 'payments.provider_unavailable' } });
    expect(await call('POST', `/payments/confirm/${sessionId}`)).toMatchObject({
      status: 403,
      body: { code: 'payments.dev_only' },
    });
    expect(world.count('orders')).toBe(0);
  });

  test('by hand, cancelled, and unknown', async () => {
    await app.close();
    await open({ provider: createDevProvider({ autoConfirmDelayMs: 0, manualMode: true }) });
    const sessionId = await startSession();
    const first = String((await intentOf(sessionId)).body['intentId']);
    expect((await call('POST', `/payments/cancel/${first}`)).body).toEqual({ success: true, intentId: first });
    const second = String((await intentOf(sessionId)).body['intentId']);
    expect(second).not.toBe(first);
    expect((await call('POST', `/payments/confirm/${second}`)).body).toEqual({ intentId: second, status: 'confirmed' });
    for (const path of ['status', 'intent']) expect((await call('GET', `/payments/${path}/none`)).status).toBe(404);
    for (const path of ['cancel', 'confirm']) expect((await call('POST', `/payments/${path}/none`)).status).toBe(404);
  });
});

describe('who may call', () => {
  test.each([
    ['a program', { host: '127.0.0.1:3000' }, true],
    ['a program by name', { host: 'localhost:3000' }, true],
    ['a program by IPv6', { host: '[::1]:3000' }, true],
    [
      'our own page',
      { host: 'localhost:3000', origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' },
      true,
    ],
    ['a typed address', { host: 'localhost:3000', 'sec-fetch-site': 'none' }, true],
    ['another site', { host: '127.0.0.1:3000', origin: 'https://evil.example' }, false],
    ['a page of another port', { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:8080' }, false],
    ['a page of a file', { host: '127.0.0.1:3000', origin: 'null' }, false],
    ['an image of another site', { host: '127.0.0.1:3000', 'sec-fetch-site': 'cross-site' }, false],
    ['a page of another port that only reads', { host: '127.0.0.1:3000', 'sec-fetch-site': 'same-site' }, false],
    ['a rebound name', { host: 'evil.example:3000' }, false],
    ['a name that begins like ours', { host: 'localhost.evil.example' }, false],
    ['a rebound name with its own origin', { host: 'evil.example', origin: 'http://evil.example' }, false],
    ['no host', {}, false],
  ])('%s', (_name, headers, isAllowed) => {
    expect(refuseCaller(headers) === undefined).toBe(isAllowed);
  });

  test.each([
    ['nothing', {}],
    ['another token', { authorization: `Bearer ${'b2'.repeat(32)}` }],
    ['one that begins right', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['it as a password', { authorization: `Basic ${TOKEN}` }],
    ['a bare one', { authorization: TOKEN }],
  ])('without the token of this start: %s', async (_name, given) => {
    const options = { url: '/api/sessions', headers: { host: '127.0.0.1:3000', ...given } };
    for (const method of ['GET', 'POST'] as const) {
      const answer = await app.inject({ ...options, method, ...(method === 'POST' ? { payload: SESSION } : {}) });
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ code: 'auth.unauthorized' });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect((await app.inject({ ...options, url: '/api/openapi.json' })).statusCode).toBe(401);
    expect(world.sync.outbox()).toEqual([]);
  });

  test('a refused caller changes nothing and is counted', async () => {
    const refused = await call('POST', '/sessions', SESSION, { origin: 'https://evil.example' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'auth.origin_refused' } });
    expect(world.sync.outbox()).toEqual([]);
    expect(await world.metric('http_errors_total')).toEqual({ 'auth.origin_refused': 1 });
  });
});

describe('the contract', () => {
  /** K-30…K-53, as the seed prints them. The webhook is the server's: no provider can call a kiosk. */
  const SEED = [
    'POST /api/sessions',
    'GET /api/sessions/:id',
    'PATCH /api/sessions/:id',
    'POST /api/sessions/:id/complete',
    'POST /api/sessions/:id/expire',
    'GET /api/sessions',
    'DELETE /api/sessions/:id',
    'POST /api/payments/intent',
    'GET /api/payments/status/:id',
    'GET /api/payments/intent/:id',
    'POST /api/payments/cancel/:id',
    'POST /api/payments/confirm/:id',
    'POST /api/reports/diagnostics',
    'POST /api/reports/thickness',
    'GET /api/reports/:id',
    'GET /api/reports/session/:id',
  ];

  test('its paths are those of the seed, and the document describes each and no other', async () => {
    const own = routes.filter((route) => !route.endsWith('/openapi.json')).map((route) => route.replace(/\/$/, ''));
    expect([...new Set(own)].toSorted()).toEqual(SEED.toSorted());

    const { body } = await call('GET', '/openapi.json');
    const paths = body['paths'] as Record<string, Record<string, { summary?: string; responses: object }>>;
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1').replace(/\/$/, '')}`,
      ),
    );
    expect(described.toSorted()).toEqual(SEED.toSorted());
    for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      expect(operation.summary).toMatch(/\w/);
      expect(Object.keys(operation.responses)[0]).toMatch(/^2\d\d$/);
    }
    expect(body).toMatchObject({ info: { version: '1.0.0' }, security: [{ token: [] }] });
    const post = paths['/api/sessions/']?.['post'] as unknown as { requestBody: object };
    expect(JSON.stringify(post.requestBody)).toContain('"enum":["diagnostics","thickness","photo"]');
  });

  test.each([
    ['/sessions', { ...SESSION, type: 'wash' }, 'type', 'wash', 'diagnostics, thickness, photo'],
    ['/sessions', { ...SESSION, contact: { email: 'nobody' } }, 'contact.email', 'nobody', 'an e-mail address'],
    ['/sessions', { ...SESSION, ttlMs: 1 }, 'ttlMs', 1, 'at least 1000'],
    ['/sessions', { ...SESSION, price: 48 }, 'price', 48, 'nothing of that name'],
    ['/sessions', { ...SESSION, metadata: { note: 7 } }, 'metadata.note', 7, 'a string'],
    ['/payments/intent', { ...INTENT, sessionId: 'x', amount: '48000' }, 'amount', '48000', 'a number'],
    ['/payments/intent', { ...INTENT, sessionId: 'x', currency: 'BTC' }, 'currency', 'BTC', 'RUB, USD, EUR'],
    ['/payments/intent', { currency: 'RUB', sessionId: 'x' }, 'amount', undefined, 'a number'],
  ])('a wrong field is named with its value and what is allowed: %s', async (path, body, field, value, allowed) => {
    const answer = await call('POST', path, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'app.bad_input' } });
    expect(answer.body['issues']).toEqual([
      { path: field, message: expect.any(String), allowed, ...(value === undefined ? {} : { value }) },
    ]);
  });
});

describe('reports', () => {
  const body = (sessionId: string) => ({
    data: {
      sessionId,
      vehicleMake: 'Toyota',
      vehicleModel: 'Camry',
      dtcCodes: [{ code: 'P0420', description: 'Catalyst System Efficiency Below Threshold', severity: 'medium' }],
      timestamp: '2025-01-15T10:30:00Z',
    },
    deliverTo: { email: 'client@example.com', phone: '+79001234567' },
  });

  test('made, read, listed', async () => {
    const sessionId = await startSession();
    const made = await call('POST', '/reports/diagnostics', body(sessionId));
    expect(made).toMatchObject({ status: 201, body: { reportId: 'RPT-DIAG-000001' } });
    expect((await call('GET', '/reports/RPT-DIAG-000001')).body).toMatchObject({ id: 'RPT-DIAG-000001', sessionId });
    expect((await call('GET', `/reports/session/${sessionId}`)).body).toMatchObject({ count: 1 });
    expect((await call('GET', '/reports/RPT-DIAG-999999')).status).toBe(404);
  });

  test('AK-27 path safety: no path goes in as an id', async () => {
    for (const bad of ['../../etc/x', 'OBD-xxx-yyy', '']) {
      expect(await call('POST', '/reports/diagnostics', body(bad))).toMatchObject({
        status: 400,
        body: { issues: [{ path: 'data.sessionId' }] },
      });
    }
    expect((await call('GET', `/reports/${encodeURIComponent('../../etc/x')}`)).status).toBe(400);
    expect((await call('GET', `/reports/session/${encodeURIComponent('../x')}`)).status).toBe(400);
  });
});

test('what cannot be read is 400, what breaks is 500 with nothing of its own', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/sessions',
    headers: { ...HEADERS, 'content-type': 'application/json' },
    payload: '{"type":',
  });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'app.bad_input' });

  const sessionId = await startSession();
  await intentOf(sessionId);
  world.core.advance(2000);
  world.state.queueFails = true;
  const broken = await intentOf(sessionId);
  expect(broken).toMatchObject({ status: 500, body: { code: 'app.internal', ref: 'r1' } });
  expect(JSON.stringify(broken.body)).not.toContain('disk');
  expect(log.tail().some(({ message }) => message === 'request failed')).toBe(true);
});

test('an empty body is none, whatever the client calls it; a body of another type is refused', async () => {
  for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
    const id = await startSession();
    const post = (path: string, payload: string) =>
      app.inject({ method: 'POST', url: `/api${path}`, headers: { ...HEADERS, 'content-type': type }, payload });
    expect((await post(`/sessions/${id}/complete`, '')).statusCode).toBe(200);
    expect((await post('/sessions', 'type=diagnostics')).statusCode).toBe(400);
  }
});

test('no contact of a client reaches the log', async () => {
  const id = await startSession();
  await call('PATCH', `/sessions/${id}`, { contact: { phone: '12' } });
  expect(JSON.stringify(log.tail())).not.toMatch(/client@example|79001234567/);
});

test('a rate limit counts what it let through, by key, in a sliding minute', () => {
  let at = 0;
  const limit = createRateLimit({ limit: 2, windowMs: 1000, now: () => at });
  expect([limit.take('a'), limit.take('b')]).toEqual([undefined, undefined]);
  at = 400;
  expect([limit.take('a'), limit.take('a')]).toEqual([undefined, 600]);
  at = 1000;
  expect([limit.take('a'), limit.take('a')]).toEqual([undefined, 400]);
});
