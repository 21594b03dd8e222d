import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findAuditBreak } from '../../auth/audit.repo.ts';
import { createTestApp, sessionOf, type TestApp } from '../../testing/test-app.ts';
import {
  agentWaits,
  DOCUMENT,
  type FiscalDesk,
  openFiscalDesk,
  TASK_ID,
  UNREACHABLE,
} from '../../testing/test-fiscal.ts';

const PRINTED = { verdict: 'printed', fiscalDocumentNumber: 1042, fiscalSign: '123456789' };
const NOT_PRINTED = { verdict: 'not_printed' };
const ILLEGAL = { status: 409, code: 'fiscal.illegal_transition' };

let server: TestApp;
let desk: FiscalDesk;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  desk = await openFiscalDesk(server);
});

/** The sale, taken by its agent; then what the agent says of it. */
async function taken(...reports: readonly Record<string, unknown>[]): Promise<void> {
  await desk.post();
  await desk.next();
  for (const status of reports) await desk.report(status);
}
const IN_DOUBT = { status: 'in_progress', uncertain: true };
const done = (number = 1042) => ({ status: 'done', fiscal: { ...DOCUMENT, fiscalDocumentNumber: number } });

test('a failed task goes back in its queue, with the reason on record, and is taken again', async () => {
  await taken({ status: 'error', error: 'Закрыта крышка' });
  expect((await desk.next()).statusCode).toBe(204);
  const queued = await desk.act('requeue', { reason: ' крышку закрыли ', attempts: 1 });
  expect(queued.json()).toMatchObject({ id: TASK_ID, status: 'queued', attempts: 1, acts: ['cancel'] });
  expect(queued.json()).not.toHaveProperty('error');
  expect((await desk.next()).json()).toMatchObject({ taskId: TASK_ID, attempts: 2, status: 'in_progress' });
  const event = (await desk.events()).find((one) => one.event === 'FISCAL_TASK_REQUEUED');
  expect(event).toMatchObject({ actorId: desk.hq.userId, details: { reason: 'крышку закрыли', attempts: 1 } });
});

test('an agent that waits gets a requeued task at once', async () => {
  await taken({ status: 'error', error: 'Закрыта крышка' });
  const waiting = desk.next(desk.t1, 'fd-1', 20);
  await agentWaits(server);
  await desk.act('requeue');
  expect((await waiting).json()).toMatchObject({ taskId: TASK_ID, attempts: 2 });
}, 10_000);

test('unknown is never requeued by a click', async () => {
  await taken(IN_DOUBT);
  expect((await desk.act('requeue')).json()).toMatchObject({ status: 409, code: 'fiscal.outcome_unknown' });
  await desk.report({ status: 'error', error: 'Нет связи', uncertain: true });
  expect((await desk.act('requeue')).json()).toMatchObject({ status: 409, code: 'fiscal.outcome_unknown' });
  expect(await desk.rows()).toMatchObject([{ status: 'error', uncertain: true, attempts: 1 }]);
});

test('a task is cancelled before anybody took it, and then nobody can', async () => {
  await desk.post();
  expect((await desk.act('cancel')).json()).toMatchObject({ status: 'cancelled', acts: [] });
  expect((await desk.next()).statusCode).toBe(204);
  // To the contract of agents, which has no such status, it is an error.
  expect((await desk.post()).json()).toMatchObject({ status: 'error', error: 'cancelled by headquarters' });
  for (const act of ['requeue', 'cancel'] as const) expect((await desk.act(act)).json()).toMatchObject(ILLEGAL);
  expect((await desk.act('settle', PRINTED)).json()).toMatchObject(ILLEGAL);
});

test('what the machine of states does not list is refused', async () => {
  await taken();
  for (const act of ['requeue', 'cancel'] as const) expect((await desk.act(act)).json()).toMatchObject(ILLEGAL);
  expect((await desk.act('settle', NOT_PRINTED)).json()).toMatchObject(ILLEGAL);
  await desk.report(done());
  const before = await desk.rows();
  for (const act of ['requeue', 'cancel'] as const) expect((await desk.act(act)).json()).toMatchObject(ILLEGAL);
  expect((await desk.act('settle', NOT_PRINTED)).json()).toMatchObject(ILLEGAL);
  expect(await desk.rows()).toEqual(before);
});

test.each([
  ['requeue', {}, 'reason'],
  ['requeue', { reason: ' ? ' }, 'reason'],
  ['cancel', {}, 'reason'],
  ['settle', { reason: 'лента' }, 'verdict'],
  ['settle', { reason: 'лента', verdict: 'printed', fiscalSign: '1' }, 'fiscalDocumentNumber'],
  ['settle', { reason: 'лента', verdict: 'printed', fiscalDocumentNumber: 1, fiscalSign: '12a' }, 'fiscalSign'],
] as const)('%s %j is refused at %s', async (act, body, path) => {
  const refused = await desk.send('POST', `/fiscal-tasks/${TASK_ID}/${act}`, body);
  expect(refused.json()).toMatchObject({ status: 400, code: 'app.bad_input', issues: [{ path }] });
});

test('a person who looked at an earlier attempt does not act on a later one', async () => {
  await taken({ status: 'error', error: 'Закрыта крышка' });
  await desk.act('requeue', { attempts: 1 });
  await desk.next();
  await desk.report({ status: 'error', error: 'Закрыта крышка' });
  expect((await desk.act('requeue', { attempts: 1 })).json()).toMatchObject({ status: 409, code: 'app.conflict' });
  expect((await desk.act('requeue', { attempts: 2 })).statusCode).toBe(200);
});

test('two people who click at once requeue once', async () => {
  await taken({ status: 'error', error: 'Закрыта крышка' });
  const replies = await Promise.all([desk.act('requeue'), desk.act('requeue')]);
  expect(replies.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409]);
});

test('settled as printed: done, by the verdict, which the agent may repeat its doubt after', async () => {
  await taken(IN_DOUBT);
  const settled = await desk.act('settle', PRINTED);
  expect(settled.json()).toMatchObject({
    status: 'done',
    uncertain: false,
    verdict: { is: 'printed', fiscalDocumentNumber: 1042, fiscalSign: '123456789', reason: 'проверено по ленте' },
  });
  expect(settled.json().verdict).not.toHaveProperty('userId');
  expect((await desk.report(IN_DOUBT)).json()).toMatchObject({ status: 'done', uncertain: false });
  expect((await desk.report(done())).json()).toMatchObject({ status: 'done', fiscal: { fiscalDocumentNumber: 1042 } });
  expect([(await desk.report(done())).statusCode, (await desk.next()).statusCode]).toEqual([200, 204]);
  expect(await desk.alerts()).toEqual([]);
  expect((await desk.events()).map(({ event }) => event)).toEqual([
    'FISCAL_TASK_CREATED',
    'FISCAL_OUTCOME_UNKNOWN',
    'FISCAL_TASK_SETTLED',
    'FISCAL_DOC_CLOSED',
  ]);
  expect(await findAuditBreak(server.db, desk.organization)).toBeUndefined();
});

test('settled as not printed: an error that only a hand prints again', async () => {
  await taken({ status: 'error', error: 'Нет связи', uncertain: true });
  expect((await desk.act('settle', NOT_PRINTED)).json()).toMatchObject({
    status: 'error',
    uncertain: false,
    retryable: false,
    acts: ['requeue'],
  });
  server.clock.now += 3_600_000;
  expect((await desk.next()).statusCode).toBe(204);
  expect((await desk.act('requeue')).statusCode).toBe(200);
  expect((await desk.next()).json()).toMatchObject({ attempts: 2 });
  expect((await desk.report(done())).json()).toMatchObject({ status: 'done' });
  expect(await desk.alerts()).toEqual([]);
});

test('AF-19 a task whose agent fell silent is nobody’s to reissue, but a person may settle it', async () => {
  await taken();
  server.clock.now += 120_001;
  expect((await desk.next()).statusCode).toBe(204);
  expect((await desk.act('settle', NOT_PRINTED)).json()).toMatchObject({ status: 'error', acts: ['requeue'] });
  const settled = (await desk.events()).find(({ event }) => event === 'FISCAL_TASK_SETTLED');
  expect(settled?.details).toMatchObject({ verdict: 'not_printed', wasStale: true });
});

test.each([
  ['another document', PRINTED, done(1043), { status: 'done', fiscal: { fiscalDocumentNumber: 1043 } }],
  ['no document', PRINTED, { status: 'error', error: 'Чека нет', retryable: true }, { status: 'error' }],
  ['a document', NOT_PRINTED, done(), { status: 'done', fiscal: { fiscalDocumentNumber: 1042 } }],
] as const)(
  'AF-16 a proof outranks the verdict and is told when it differs: %s',
  async (_, verdict, proof, outcome) => {
    await taken(IN_DOUBT);
    await desk.act('settle', verdict);
    expect((await desk.report(proof)).json()).toMatchObject(outcome);
    expect(await desk.rows()).toMatchObject([
      { ...outcome, nextRetryAt: null, verdict: { provedAt: server.clock.now } },
    ]);
    expect(await desk.alerts()).toMatchObject([
      {
        kind: 'fiscal.verdict_contradicted',
        subjectId: TASK_ID,
        details: { fiscalDeviceId: 'fd-1', verdict: { is: verdict.verdict }, reported: { status: proof.status } },
      },
    ]);
    // The same word again changes nothing and rings no second bell.
    expect((await desk.report(proof)).statusCode).toBe(200);
    expect(await desk.alerts()).toMatchObject([{ times: 1 }]);
  },
);

test('a document that comes to light after the task went back in the queue keeps it from being printed again', async () => {
  await taken(IN_DOUBT);
  await desk.act('settle', NOT_PRINTED);
  await desk.act('requeue');
  expect((await desk.report(done())).json()).toMatchObject({ status: 'done' });
  expect((await desk.next()).statusCode).toBe(204);
  expect(await desk.alerts()).toMatchObject([{ kind: 'fiscal.verdict_contradicted' }]);
});

test('a document told of after a retryable error stops the retry, and a person is told', async () => {
  await taken(UNREACHABLE);
  expect((await desk.report(done())).json()).toMatchObject(ILLEGAL);
  server.clock.now += 3_600_000;
  expect((await desk.next()).statusCode).toBe(204);
  expect(await desk.rows()).toMatchObject([{ status: 'error', uncertain: true }]);
  expect(await desk.alerts()).toMatchObject([
    { kind: 'fiscal.data_conflict', details: { reported: { fiscalDocumentNumber: 1042 } } },
  ]);
  await desk.report(UNREACHABLE);
  expect(await desk.rows()).toMatchObject([{ uncertain: true, nextRetryAt: null }]);
  expect((await desk.act('settle', PRINTED)).json()).toMatchObject({ status: 'done' });
});

test('only an administrator acts, only in his organisation, and only from our page', async () => {
  await desk.post();
  const manager = await sessionOf(server, desk.organization, ['manager']);
  const stranger = await openFiscalDesk(server);
  const cancel = (headers: Record<string, string>) =>
    desk.send('POST', `/fiscal-tasks/${TASK_ID}/cancel`, { reason: 'лишний' }, { headers });
  expect((await cancel(manager.headers)).json()).toMatchObject({ status: 403, code: 'auth.forbidden' });
  expect((await cancel(desk.t1.headers)).json()).toMatchObject({ status: 401 });
  expect((await cancel(stranger.hq.headers)).json()).toMatchObject({ status: 404, code: 'fiscal.task_not_found' });
  expect((await cancel({ cookie: desk.hq.headers['cookie'] ?? '' })).json()).toMatchObject({
    code: 'auth.origin_refused',
  });
  expect(await desk.rows()).toMatchObject([{ status: 'queued' }]);
});
