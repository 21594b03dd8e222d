/**
 * An agent that somebody else wrote from the owner's contract alone: an address and a token, plain HTTP, the contract's
 * own members and nothing of ours. It knows no lease, no `retryable`, no `uncertain`; it must still never be given a
 * task twice by a machine, and get every task it should.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addOrganization, createTestApp, sessionOf, type TestApp } from '#server/testing/test-app.ts';

type Json = Record<string, unknown>;

let server: TestApp;
let url: string;
/** What the owner does on the headquarters page. */
let hq: (path: string, body?: Json) => Promise<Json>;

beforeAll(async () => {
  server = await createTestApp();
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
beforeEach(async () => {
  const organization = await addOrganization(server);
  const { headers } = await sessionOf(server, organization, ['hq_admin']);
  const cookie = headers['cookie'] ?? '';
  hq = async (path, body) => {
    const reply = await fetch(url + path, {
      method: 'POST',
      headers: { cookie, origin: new URL(url).origin, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${path}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Json);
  };
});

const tokenFor = async (register: string) => {
  const { tokenId, token } = await hq(`/fiscal-devices/${register}/tokens`);
  return { tokenId: String(tokenId), token: String(token) };
};

/** The whole of the stranger's program that speaks with the server. */
function stranger(token: string) {
  const call = (method: string, path: string, body?: Json, signal?: AbortSignal) =>
    fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    });
  return {
    create: (task: Json) => call('POST', '/fiscal-tasks', task),
    next: () => call('GET', '/fiscal-tasks/next'),
    /** A poll that its program gives up on. */
    impatient: (ms: number) =>
      call('GET', '/fiscal-tasks/next', undefined, AbortSignal.timeout(ms)).then(
        ({ status }) => status,
        () => 'gave up',
      ),
    status: (taskId: unknown, status: Json) => call('POST', `/fiscal-tasks/${taskId}/status`, { taskId, ...status }),
  };
}

const operator = { name: 'Кассир Иванов И.', vatin: '123456789047' };
const kkt = { ip: '192.168.0.10', port: 4510 };
/** Word for word what the contract shows, with its alternatives chosen. */
const sale = (taskId: string, fiscalDeviceId = 'fd-1'): Json => ({
  taskId,
  type: 'sale',
  fiscalDeviceId,
  kkt,
  operator,
  receipt: {
    items: [{ name: 'Товар', price: 500, quantity: 1, vat: { type: 'none' } }],
    payments: [{ type: 'cash', sum: 500 }],
    total: 500,
    taxationSystem: 'osn',
    receiptType: 'sell',
  },
});
const refund = (taskId: string): Json => ({
  ...sale(taskId),
  type: 'refund',
  receipt: {
    items: [{ name: 'Товар', price: 500, quantity: 1, vat: { type: 'none' } }],
    payments: [{ type: 'card', sum: 500 }],
    total: 500,
    taxationSystem: 'osn',
    receiptType: 'sell_return',
  },
});
const shift = (taskId: string, type: 'open_shift' | 'close_shift'): Json => ({
  taskId,
  type,
  fiscalDeviceId: 'fd-1',
  operator,
});
const document = { fnCode: '1234567890123456', receiptId: '17', shiftAutoOpened: false };
const id = () => crypto.randomUUID();

test('a shift, a sale, a refund and the end of the shift, each taken, begun and done', async () => {
  const agent = stranger((await tokenFor('fd-1')).token);
  const tasks = [shift(id(), 'open_shift'), sale(id()), refund(id()), shift(id(), 'close_shift')];
  for (const task of tasks) {
    server.clock.now += 1;
    expect((await agent.create(task)).status).toBe(201);
  }
  for (const task of tasks) {
    const given = await agent.next();
    expect(given.status).toBe(200);
    // Everything the program needs is there as it was posted; what it does not know it passes over.
    const body = (await given.json()) as Json;
    expect(body).toMatchObject({ ...task, status: 'in_progress' });
    expect((await agent.status(body['taskId'], { status: 'in_progress' })).status).toBe(200);
    const end = task['receipt'] === undefined ? {} : { fiscal: document };
    const done = await agent.status(body['taskId'], { status: 'done', ...end });
    expect(await done.json()).toMatchObject({ taskId: task['taskId'], status: 'done', ...end });
  }
  expect(await agent.impatient(300)).toBe('gave up');
});

test('a poll that waits is answered when a task comes', async () => {
  const agent = stranger((await tokenFor('fd-1')).token);
  const waiting = agent.next();
  const taskId = id();
  await stranger((await tokenFor('fd-1')).token).create(sale(taskId));
  expect(await (await waiting).json()).toMatchObject({ taskId });
});

test('an error with its words: no machine prints again what may be printed; a person does, and it is given once more', async () => {
  const agent = stranger((await tokenFor('fd-1')).token);
  const taskId = id();
  await agent.create(sale(taskId));
  await agent.next();
  const failed = await agent.status(taskId, { status: 'error', error: 'Нет связи с кассой 192.168.0.10:4510' });
  expect(await failed.json()).toMatchObject({ status: 'error', error: 'Нет связи с кассой 192.168.0.10:4510' });
  server.clock.now += 3_600_000;
  expect(await agent.impatient(300)).toBe('gave up');
  await hq(`/fiscal-tasks/${taskId}/requeue`, { reason: 'кабель вставлен, на ленте пусто' });
  expect(await (await agent.next()).json()).toMatchObject({ taskId, attempts: 2, status: 'in_progress' });
  expect((await agent.status(taskId, { status: 'done', fiscal: document })).status).toBe(200);
});

test('an agent that says its error may be tried again is given the task after half a minute', async () => {
  const agent = stranger((await tokenFor('fd-1')).token);
  const taskId = id();
  await agent.create(sale(taskId));
  await agent.next();
  await agent.status(taskId, { status: 'error', error: 'Нет связи с ККТ', retryable: true });
  server.clock.now += 29_999;
  expect(await agent.impatient(300)).toBe('gave up');
  const waiting = agent.next();
  server.clock.now += 1;
  expect(await (await waiting).json()).toMatchObject({ taskId, attempts: 2 });
});

test('the same end told twice is one; another document under it is refused', async () => {
  const agent = stranger((await tokenFor('fd-1')).token);
  const taskId = id();
  await agent.create(sale(taskId));
  await agent.next();
  for (let nth = 0; nth < 2; nth += 1) {
    expect((await agent.status(taskId, { status: 'done', fiscal: document })).status).toBe(200);
  }
  const other = await agent.status(taskId, { status: 'done', fiscal: { ...document, fnCode: '9999999999999999' } });
  expect([other.status, await other.json()]).toMatchObject([409, { code: 'fiscal.data_conflict' }]);
  expect((await agent.status(taskId, { status: 'in_progress' })).status).toBe(409);
});

test('the same task posted twice is one, and another under its id is refused', async () => {
  const agent = stranger((await tokenFor('fd-1')).token);
  const taskId = id();
  expect([(await agent.create(sale(taskId))).status, (await agent.create(sale(taskId))).status]).toEqual([201, 200]);
  expect((await agent.create({ ...refund(taskId) })).status).toBe(409);
});

test('no token, a wrong token and the token of the other register open nothing', async () => {
  const agent = stranger((await tokenFor('fd-1')).token);
  const other = stranger((await tokenFor('fd-2')).token);
  const taskId = id();
  await agent.create(sale(taskId));
  expect((await fetch(`${url}/fiscal-tasks/next`)).status).toBe(401);
  const wrong = await stranger('eyJhbGciOiJIUzI1NiJ9.e30.wrong').next();
  expect([wrong.status, wrong.headers.get('content-type')]).toEqual([
    401,
    expect.stringMatching(/^application\/problem\+json/),
  ]);
  // It hears nothing of the other's task, may not name it, and takes nothing away by hanging up.
  expect(await other.impatient(300)).toBe('gave up');
  expect((await other.status(taskId, { status: 'done', fiscal: document })).status).toBe(404);
  expect((await other.create(sale(id(), 'fd-1'))).status).toBe(403);
  expect(await (await agent.next()).json()).toMatchObject({ taskId, attempts: 1 });
});

test('its token is rotated under its feet: it goes on for ten minutes, and the new one ends what the old one began', async () => {
  const { tokenId, token } = await tokenFor('fd-1');
  const before = stranger(token);
  const taskId = id();
  await before.create(sale(taskId));
  await before.next();
  const rotated = await hq(`/fiscal-devices/fd-1/tokens/${tokenId}/rotate`);
  const after = stranger(String(rotated['token']));
  expect((await before.status(taskId, { status: 'in_progress' })).status).toBe(200);
  server.clock.now += 10 * 60_000;
  expect((await before.status(taskId, { status: 'done', fiscal: document })).status).toBe(401);
  expect((await after.status(taskId, { status: 'done', fiscal: document })).status).toBe(200);
});

test('a wrong task is refused with the path of what is wrong', async () => {
  const agent = stranger((await tokenFor('fd-1')).token);
  const refused = await agent.create({ ...sale(id()), operator: { ...operator, vatin: '123456789048' } });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ code: 'app.bad_input', issues: [{ path: 'operator.vatin' }] });
});
