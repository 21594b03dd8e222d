import { once } from 'node:events';
import { get } from 'node:http';
import { eq, sql } from 'drizzle-orm';
import type { LightMyRequestResponse } from 'fastify';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditLog, tokens } from '../../auth/auth.tables.ts';
import {
  addOrganization,
  agentOf,
  createTestApp,
  enrolledDevice,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { agentWaits, DOCUMENT as FISCAL, TASK_ID as ID, SALE as TS } from '../../testing/test-fiscal.ts';
import { alerts } from '../alerts/alerts.tables.ts';
import { selectWaiting } from './fiscal.repo.ts';
import { fiscalTasks } from './fiscal.tables.ts';

interface Agent {
  readonly token: string;
  readonly headers: Record<string, string>;
}

let server: TestApp;
let organization: TestOrganization;
let t1: Agent;
let t2: Agent;
let baseUrl: string;
beforeAll(async () => {
  server = await createTestApp();
  baseUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());
// Each test has an organisation of its own, so the same task ids and registers are new to it.
beforeEach(async () => {
  organization = await addOrganization(server);
  [t1, t2] = [await agentOf(server, organization, 'fd-1'), await agentOf(server, organization, 'fd-2')];
});

const post = (task: unknown, { headers }: Pick<Agent, 'headers'> = t1): Promise<LightMyRequestResponse> =>
  server.app.inject({ method: 'POST', url: '/fiscal-tasks', headers, payload: task as object });
const next = (
  { headers }: Pick<Agent, 'headers'> = t1,
  fiscalDeviceId = 'fd-1',
  wait = 0,
): Promise<LightMyRequestResponse> =>
  server.app.inject({ url: `/fiscal-tasks/next?fiscalDeviceId=${fiscalDeviceId}&wait=${wait}`, headers });
const report = (status: Record<string, unknown>, { headers } = t1, id = ID): Promise<LightMyRequestResponse> =>
  server.app.inject({
    method: 'POST',
    url: `/fiscal-tasks/${id}/status`,
    headers,
    payload: { taskId: id, ...status },
  });
const alertRows = () => server.db.select().from(alerts).where(eq(alerts.organizationId, organization.organizationId));
const rows = () =>
  server.db.select().from(fiscalTasks).where(eq(fiscalTasks.organizationId, organization.organizationId));

test('AF-01 create and deliver', async () => {
  const created = await post(TS);
  expect(created.statusCode).toBe(201);
  expect(created.json()).toMatchObject({ ...TS, status: 'queued', attempts: 0 });
  const delivered = await next();
  expect(delivered.statusCode).toBe(200);
  expect(delivered.json()).toMatchObject({ ...TS, status: 'in_progress', attempts: 1 });
  expect(await rows()).toMatchObject([{ totalMinor: 50_000, status: 'in_progress', attempts: 1 }]);
});

test('AF-02 no token', async () => {
  await post(TS);
  const refused = await next({ headers: {} });
  expect(refused.statusCode).toBe(401);
  expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(refused.json()).toMatchObject({ status: 401, code: 'auth.unauthorized' });
  expect(await rows()).toMatchObject([{ status: 'queued', attempts: 0 }]);
});

test("AF-04 other register's queue", async () => {
  await post(TS);
  expect((await next(t2, 'fd-1')).json()).toMatchObject({ status: 403, code: 'fiscal.device_mismatch' });
  expect((await post({ ...TS, taskId: crypto.randomUUID() }, t2)).json()).toMatchObject({
    code: 'fiscal.device_mismatch',
  });
  expect(await rows()).toMatchObject([{ status: 'queued' }]);
});

test("AF-05 other register's task", async () => {
  await post(TS);
  await next();
  const before = await rows();
  const refused = await report({ status: 'done', fiscal: FISCAL }, t2);
  expect(refused.json()).toMatchObject({ status: 404, code: 'fiscal.task_not_found' });
  expect(await rows()).toEqual(before);
});

test('AF-06 concurrent next', async () => {
  await post(TS);
  const replies = await Promise.all([next(t1, 'fd-1', 1), next(t1, 'fd-1', 1)]);
  expect(replies.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 204]);
  expect(await rows()).toMatchObject([{ attempts: 1, leaseToken: 1 }]);
});

test('tasks come oldest first, each once, to many who ask', async () => {
  const ids = Array.from({ length: 8 }, () => server.newId());
  for (const taskId of ids) {
    server.clock.now += 1;
    await post({ ...TS, taskId });
  }
  expect((await next()).json()).toMatchObject({ taskId: ids[0] });
  const replies = await Promise.all(Array.from({ length: 10 }, () => next()));
  const taken = replies
    .filter(({ statusCode }) => statusCode === 200)
    .map((reply) => reply.json<{ taskId: string }>().taskId);
  expect(taken.toSorted()).toEqual(ids.slice(1));
});

test('AF-07 long-poll wakes, over real sockets, and the other register hears nothing', async () => {
  const connect = async ({ token }: Agent) => {
    const socket = io(`${baseUrl}/device`, { auth: { token }, transports: ['websocket'] });
    const heard: unknown[] = [];
    socket.on('task:next', (told) => heard.push(told));
    await once(socket as never, 'connect');
    return { socket, heard };
  };
  const [mine, others] = [await connect(t1), await connect(t2)];
  const waiting = fetch(`${baseUrl}/fiscal-tasks/next?fiscalDeviceId=fd-1&wait=25`, { headers: t1.headers });
  // It has just begun, and looks by itself only every second: an answer before that is a wake.
  await agentWaits(server);
  const started = performance.now();
  const told = once(mine.socket as never, 'task:next');
  await post(TS);
  const reply = await waiting;
  expect(performance.now() - started).toBeLessThan(500);
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({ taskId: ID, status: 'in_progress' });
  await told;
  expect(mine.heard).toEqual([{ fiscalDeviceId: 'fd-1' }]);
  expect(others.heard).toEqual([]);
  mine.socket.close();
  others.socket.close();
});

test('AF-08 empty', async () => {
  const started = performance.now();
  expect((await next(t1, 'fd-1', 1)).statusCode).toBe(204);
  const took = performance.now() - started;
  expect(took).toBeGreaterThanOrEqual(995);
  expect(took).toBeLessThan(1500);
});

test('a caller that hangs up takes no task with it', async () => {
  const connections = () =>
    new Promise<number>((resolve) => {
      server.app.server.getConnections((_, count) => resolve(count));
    });
  const before = await connections();
  const url = '/fiscal-tasks/next?fiscalDeviceId=fd-1&wait=24';
  const call = get(baseUrl + url, { headers: t1.headers, agent: false }).on('error', () => undefined);
  await expect.poll(() => server.logged.some((line) => line['url'] === url)).toBe(true);
  call.destroy();
  await expect.poll(connections).toBe(before);
  await post(TS);
  expect(await rows()).toMatchObject([{ status: 'queued' }]);
});

const { items, payments } = TS.receipt;
const receipt = (change: object) => ({ ...TS, receipt: { ...TS.receipt, ...change } });
test.each([
  ['type', { ...TS, type: 'sell' }],
  ['operator.vatin', { ...TS, operator: { ...TS.operator, vatin: '123456789048' } }],
  ['receipt.items.0.price', receipt({ items: [{ ...items[0], price: -1 }] })],
  ['receipt.receiptType', receipt({ receiptType: 'sell_return' })],
  ['receipt.payments', receipt({ payments: [{ ...payments[0], sum: 400 }] })],
  ['receipt.taxationSystem', receipt({ taxationSystem: 'usn' })],
  // AF-10: what a shift needs, and AF-26: what a total may be.
  ['operator', { taskId: ID, type: 'open_shift', fiscalDeviceId: 'fd-1' }],
  [
    'receipt.total',
    receipt({
      items: [{ ...items[0], price: 33.33, quantity: 3 }],
      total: 100,
      payments: [{ type: 'cash', sum: 100 }],
    }),
  ],
  ['receipt', { ...TS, receipt: undefined }],
  ['taskId', { ...TS, taskId: 'TS' }],
  ['', undefined],
])('AF-09 validation: %s', async (path, task) => {
  const refused = await post(task);
  expect(refused.statusCode).toBe(400);
  expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(refused.json()).toMatchObject({ code: 'app.bad_input' });
  expect(refused.json().issues[0]).toMatchObject({ path });
  expect(await rows()).toEqual([]);
});

test('AF-10 shift task needs only operator', async () => {
  const { operator } = TS;
  const shift = { taskId: ID, type: 'open_shift', fiscalDeviceId: 'fd-1', operator };
  expect((await post(shift)).statusCode).toBe(201);
  await next();
  expect((await report({ status: 'done' })).json()).toMatchObject({ status: 'done' });
});

test('AF-11 duplicate create', async () => {
  expect((await post(TS)).statusCode).toBe(201);
  const again = await post(TS);
  expect(again.statusCode).toBe(200);
  expect(again.json()).toMatchObject({ taskId: ID, status: 'queued' });
  expect(await rows()).toHaveLength(1);
  const other = receipt({ items: [{ ...items[0], price: 600 }], payments: [{ ...payments[0], sum: 600 }], total: 600 });
  expect((await post(other)).json()).toMatchObject({ status: 409, code: 'fiscal.task_id_conflict' });
  expect(await rows()).toMatchObject([{ totalMinor: 50_000 }]);
});

test('a task posted by many at once is one row and one answer', async () => {
  const replies = await Promise.all(Array.from({ length: 6 }, () => post(TS)));
  expect(replies.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 200, 201]);
  expect(await rows()).toHaveLength(1);
});

test('AF-12 the statuses of a happy print are kept, with the document', async () => {
  await post(TS);
  await next();
  expect((await report({ status: 'in_progress' })).json()).toMatchObject({ status: 'in_progress', attempts: 1 });
  server.clock.now += 3000;
  const done = await report({ status: 'done', fiscal: FISCAL });
  expect(done.json()).toMatchObject({ status: 'done', fiscal: FISCAL, completedAt: server.clock.now });
  expect((await next()).statusCode).toBe(204);
});

test('AF-19 a lease that ran out frees nothing', async () => {
  await post(TS);
  await next();
  server.clock.now += 20 * 60_000;
  expect((await next()).statusCode).toBe(204);
  expect((await report({ status: 'done', fiscal: FISCAL })).json()).toMatchObject({ status: 'done' });
});

test('AF-16 a task in doubt is never issued again', async () => {
  await post(TS);
  await next();
  expect((await report({ status: 'in_progress', uncertain: true })).json()).toMatchObject({ uncertain: true });
  server.clock.now += 3_600_000;
  expect((await next()).statusCode).toBe(204);
});

test('AF-18 a register that cannot be reached is tried three times more, later each time', async () => {
  await post(TS);
  for (const wait of [30_000, 120_000, 600_000]) {
    await next();
    await report({ status: 'error', error: 'Нет связи с ККТ', retryable: true });
    server.clock.now += wait - 1;
    expect((await next()).statusCode).toBe(204);
    server.clock.now += 1;
  }
  expect((await next()).json()).toMatchObject({ status: 'in_progress', attempts: 4 });
  expect(await alertRows()).toEqual([]);
  await report({ status: 'error', error: 'Нет связи с ККТ', retryable: true });
  server.clock.now += 24 * 3_600_000;
  expect((await next()).statusCode).toBe(204);
  expect(await alertRows()).toMatchObject([
    {
      kind: 'fiscal.retries_used_up',
      subjectId: ID,
      details: { fiscalDeviceId: 'fd-1', attempts: 4, error: 'Нет связи с ККТ' },
      acknowledgedAt: null,
    },
  ]);
  expect(await rows()).toMatchObject([{ status: 'error', errorText: 'Нет связи с ККТ', attempts: 4 }]);
});

test('AF-20 duplicate status', async () => {
  await post(TS);
  await next();
  const done = { status: 'done', fiscal: FISCAL };
  expect([(await report(done)).statusCode, (await report(done)).statusCode]).toEqual([200, 200]);
  expect((await report({ status: 'in_progress' })).json()).toMatchObject({ code: 'fiscal.illegal_transition' });
  const other = await report({ status: 'done', fiscal: { ...FISCAL, fnCode: '9999078902009999' } });
  expect(other.json()).toMatchObject({ status: 409, code: 'fiscal.data_conflict' });
  expect(await rows()).toMatchObject([{ fiscal: FISCAL }]);
  const alert = {
    kind: 'fiscal.data_conflict',
    subjectId: ID,
    details: { known: FISCAL, reported: { fnCode: '9999078902009999' } },
  };
  expect(await alertRows()).toMatchObject([{ ...alert, times: 1 }]);
  // An agent that keeps at it rings the same bell, and does not fill the audit.
  await report({ status: 'done', fiscal: { ...FISCAL, fnCode: '9999078902009999' } });
  expect(await alertRows()).toMatchObject([{ ...alert, times: 2 }]);
  const events = await server.db
    .select({ event: auditLog.event })
    .from(auditLog)
    .where(eq(auditLog.organizationId, organization.organizationId))
    .orderBy(auditLog.seq);
  expect(events.map(({ event }) => event)).toEqual([
    'FISCAL_TASK_CREATED',
    'FISCAL_DOC_CLOSED',
    'FISCAL_DATA_CONFLICT',
  ]);
});

test('a report of an earlier claim is fenced off', async () => {
  await post(TS);
  const { leaseToken } = (await next()).json();
  await report({ status: 'error', error: 'Нет связи с ККТ', retryable: true, leaseToken });
  server.clock.now += 30_000;
  expect((await next()).json()).toMatchObject({ leaseToken: leaseToken + 1 });
  const late = await report({ status: 'done', fiscal: FISCAL, leaseToken });
  expect(late.json()).toMatchObject({ status: 409, code: 'fiscal.stale_lease' });
  expect((await report({ status: 'done', fiscal: FISCAL, leaseToken: leaseToken + 1 })).statusCode).toBe(200);
});

test('the next task is read from the index of waiting tasks, in which finished ones are not', async () => {
  const [token] = await server.db.select().from(tokens).limit(1);
  const plan = await server.db.transaction(async (tx) => {
    // On a table of a few rows reading all of it is cheaper; the question is whether the index fits.
    await tx.execute(sql`SET LOCAL enable_seqscan = off`);
    const of = { fiscalDeviceId: 'fd-1', tokenId: token?.id ?? '', now: server.clock.now };
    return tx.execute(sql`EXPLAIN ${selectWaiting(organization, of)}`);
  });
  expect(JSON.stringify(plan.rows)).toContain('fiscal_tasks_waiting');
});

test('the address and the body must name the same task', async () => {
  await post(TS);
  const refused = await server.app.inject({
    method: 'POST',
    url: `/fiscal-tasks/${ID}/status`,
    headers: t1.headers,
    payload: { taskId: crypto.randomUUID(), status: 'queued' },
  });
  expect(refused.json()).toMatchObject({ status: 400, issues: [{ path: 'taskId' }] });
});

test('an agent that names no register works the queue of its token, and learns where the register is', async () => {
  const { kkt: _, ...bare } = TS;
  await post(bare);
  const bareNext = (headers: Record<string, string>) =>
    server.app.inject({ url: '/fiscal-tasks/next?wait=0', headers });
  expect((await bareNext(t2.headers)).statusCode).toBe(204);
  expect((await bareNext(t1.headers)).json()).toMatchObject({ ...bare, kkt: { ip: '127.0.0.1', port: 5555 } });
  const unbound = await enrolledDevice(server, organization);
  expect((await bareNext(unbound.headers)).json()).toMatchObject({ code: 'fiscal.device_mismatch' });
});

test('a device works the queue of its own register with its own token, and of no other', async () => {
  const device = await enrolledDevice(server, organization, { fiscalDeviceId: 'fd-2' });
  const task = { ...TS, fiscalDeviceId: 'fd-2' };
  expect((await post(task, device)).statusCode).toBe(201);
  expect((await next(device, 'fd-1')).statusCode).toBe(403);
  expect((await next(device, 'fd-2')).json()).toMatchObject({ taskId: ID });
  const bare = await enrolledDevice(server, organization);
  expect((await next(bare, 'fd-2')).json()).toMatchObject({ code: 'fiscal.device_mismatch' });
  expect((await report({ status: 'in_progress' }, bare)).json()).toMatchObject({ code: 'fiscal.task_not_found' });
});

test('a device whose answer was lost is given the same task again, until it has spoken of it', async () => {
  const device = await enrolledDevice(server, organization, { fiscalDeviceId: 'fd-1' });
  await post(TS);
  expect((await next(device)).json()).toMatchObject({ taskId: ID, attempts: 1 });
  expect((await next(device)).json()).toMatchObject({ taskId: ID, attempts: 1 });
  expect((await next(t1)).statusCode).toBe(204);
  await report({ status: 'in_progress' }, device);
  expect((await next(device)).statusCode).toBe(204);
});

test('an agent that keeps a journal is given a lost task again, also by the token that its own was exchanged for', async () => {
  const ask = ({ headers }: Pick<Agent, 'headers'>) =>
    server.app.inject({ url: '/fiscal-tasks/next?journal=true&wait=0', headers });
  await post(TS);
  expect((await ask(t1)).json()).toMatchObject({ taskId: ID, attempts: 1 });
  const rotated = await server.app.inject({ method: 'POST', url: '/devices/token/rotate', headers: t1.headers });
  const heir = { headers: { authorization: `Bearer ${rotated.json<{ token: string }>().token}` } };
  expect((await ask(heir)).json()).toMatchObject({ taskId: ID, attempts: 1 });
  // Another agent of the same register has another journal.
  expect((await ask(await agentOf(server, organization, 'fd-1'))).statusCode).toBe(204);
  await report({ status: 'in_progress' });
  expect((await ask(heir)).statusCode).toBe(204);
});

test('an agent that promises no journal is never given a task twice', async () => {
  await post(TS);
  await next();
  server.clock.now += 3_600_000;
  expect((await next()).statusCode).toBe(204);
});

test('headquarters may put a task in any register of its organisation, and knows which there are', async () => {
  const page = await sessionOf(server, organization, ['hq_admin']);
  expect((await post(TS, page)).statusCode).toBe(201);
  const nowhere = await post({ ...TS, taskId: crypto.randomUUID(), fiscalDeviceId: 'fd-9' }, page);
  expect(nowhere.json()).toMatchObject({ status: 404, code: 'fiscal.device_not_found' });
});

test('the same task id in another organisation is another task', async () => {
  await post(TS);
  const other = await addOrganization(server);
  const theirs = await agentOf(server, other, 'fd-1');
  expect((await next(theirs)).statusCode).toBe(204);
  expect((await report({ status: 'in_progress' }, theirs)).statusCode).toBe(404);
  expect((await post(TS, theirs)).statusCode).toBe(201);
  expect((await next()).json()).toMatchObject({ status: 'in_progress' });
  expect((await next(theirs)).json()).toMatchObject({ status: 'in_progress' });
});
