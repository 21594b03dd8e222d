import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HqTaskDetails, HqTasks } from '#shared/hq/fiscal.api.ts';
import { createTestApp, type TestApp } from '../../testing/test-app.ts';
import { DOCUMENT, type FiscalDesk, openFiscalDesk, SALE, TASK_ID, UNREACHABLE } from '../../testing/test-fiscal.ts';

let server: TestApp;
let desk: FiscalDesk;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  desk = await openFiscalDesk(server);
});

const list = async (query = '') => HqTasks.parse((await desk.send('GET', `/hq/fiscal-tasks?${query}`)).json());
const found = async (query: string) => (await list(query)).tasks.map(({ id }) => id);
const shift = (taskId: string, fiscalDeviceId = 'fd-1') => ({
  taskId,
  type: 'open_shift',
  fiscalDeviceId,
  operator: SALE.operator,
});

test('a task as a person reads it', async () => {
  await desk.post();
  const { tasks, serverNow } = await list();
  expect(serverNow).toBe(server.clock.now);
  expect(tasks).toEqual([
    {
      id: TASK_ID,
      type: 'sale',
      status: 'queued',
      uncertain: false,
      stale: false,
      fiscalDeviceId: 'fd-1',
      registerName: 'fd-1',
      shopName: 'Лесная',
      operatorName: 'Кассир Иванов И.',
      totalMinor: 50_000,
      firstItem: 'Товар',
      items: 1,
      attempts: 0,
      retryable: false,
      createdAt: server.clock.now,
      updatedAt: server.clock.now,
      acts: ['cancel'],
    },
  ]);
});

test('tasks are found by how they stand, by register, by kind and by the beginning of their id', async () => {
  const ids = Array.from({ length: 6 }, () => server.newId());
  const [queued, stale, uncertain, failed, cancelled, other] = ids as [string, string, string, string, string, string];
  const of = new Map([[other, 'fd-2']]);
  for (const id of [stale, uncertain, failed]) {
    await desk.post(shift(id));
    await desk.next();
  }
  await desk.report({ status: 'in_progress', uncertain: true }, desk.t1, uncertain);
  await desk.report(UNREACHABLE, desk.t1, failed);
  for (const id of [cancelled, queued, other]) {
    await desk.post(shift(id, of.get(id)), of.has(id) ? desk.t2 : desk.t1);
  }
  await desk.act('cancel', {}, cancelled);
  server.clock.now += 60_000;
  await desk.report({ status: 'in_progress', uncertain: true }, desk.t1, uncertain);
  server.clock.now += 60_001;

  expect(await found('status=queued&fiscalDeviceId=fd-1')).toEqual([queued]);
  expect(await found('status=in_progress')).toEqual([uncertain, stale]);
  expect(await found('status=stale')).toEqual([stale]);
  expect(await found('status=uncertain')).toEqual([uncertain]);
  expect(await found('status=error')).toEqual([failed]);
  expect(await found('status=cancelled')).toEqual([cancelled]);
  expect(await found('status=done')).toEqual([]);
  expect(await found('fiscalDeviceId=fd-2')).toEqual([other]);
  expect(await found('type=sale')).toEqual([]);
  expect(await found('type=open_shift')).toHaveLength(6);
  expect(await found(`q=${failed.toUpperCase().slice(0, 30)}`)).toContain(failed);
  expect(await found(`q=${failed}`)).toEqual([failed]);
  expect(await found('q=%25')).toEqual([]);
  expect((await list(`q=${stale}`)).tasks).toMatchObject([{ stale: true, acts: ['settle'] }]);
});

test('pages join without a gap or a repeat, also where tasks share a millisecond', async () => {
  const ids = Array.from({ length: 5 }, () => server.newId());
  for (const [nth, id] of ids.entries()) {
    if (nth === 3) server.clock.now += 1;
    await desk.post(shift(id));
  }
  const seen: string[] = [];
  let cursor = '';
  for (let page = 0; page < 3; page += 1) {
    const { tasks, next } = await list(`limit=2${cursor}`);
    seen.push(...tasks.map(({ id }) => id));
    cursor = `&cursor=${next}`;
    expect(next === undefined).toBe(page === 2);
  }
  expect(seen).toEqual(ids.toReversed());
});

test('one task comes with what was posted and with all that was done to it, and by whom', async () => {
  await desk.post();
  await desk.next();
  await desk.report({ status: 'error', error: 'Закрыта крышка', retryable: false });
  await desk.act('requeue', { reason: 'крышку закрыли' });
  await desk.next();
  await desk.report({ status: 'done', fiscal: DOCUMENT });
  const details = HqTaskDetails.parse((await desk.send('GET', `/hq/fiscal-tasks/${TASK_ID}`)).json());
  expect(details.body).toEqual(SALE);
  expect(details.task).toMatchObject({ status: 'done', attempts: 2, fiscal: DOCUMENT });
  expect(details.history).toMatchObject([
    { event: 'FISCAL_TASK_CREATED', actor: 'agent' },
    { event: 'FISCAL_ERROR', actor: 'agent', details: { error: 'Закрыта крышка', attempts: 1 } },
    {
      event: 'FISCAL_TASK_REQUEUED',
      actor: 'user',
      actorName: 'Анна Смирнова',
      details: { reason: 'крышку закрыли' },
    },
    { event: 'FISCAL_DOC_CLOSED', actor: 'agent', details: { document: DOCUMENT, attempts: 2 } },
  ]);
});

test('another organisation has its own queue', async () => {
  await desk.post();
  const other = await openFiscalDesk(server);
  const theirs = await other.send('GET', '/hq/fiscal-tasks');
  expect(theirs.json()).toMatchObject({ tasks: [] });
  expect((await other.send('GET', `/hq/fiscal-tasks/${TASK_ID}`)).json()).toMatchObject({
    status: 404,
    code: 'fiscal.task_not_found',
  });
});

test('a wrong filter is named', async () => {
  const refused = await desk.send('GET', '/hq/fiscal-tasks?status=lost');
  expect(refused.json()).toMatchObject({ status: 400, issues: [{ path: 'status' }] });
  const cursor = await desk.send('GET', '/hq/fiscal-tasks?cursor=x');
  expect(cursor.json()).toMatchObject({ status: 400, issues: [{ path: 'cursor' }] });
});
