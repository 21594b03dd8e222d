import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HqAlertGroups, HqAlerts } from '#shared/hq/fiscal.api.ts';
import { createTestApp, type TestApp } from '../../testing/test-app.ts';
import { type FiscalDesk, openFiscalDesk } from '../../testing/test-fiscal.ts';
import { raiseAlert } from './alerts.repo.ts';

let server: TestApp;
let desk: FiscalDesk;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());
beforeEach(async () => {
  desk = await openFiscalDesk(server);
});

const raise = (id: string, details: Record<string, unknown> = {}) =>
  server.db.transaction((tx) =>
    raiseAlert(tx, desk.organization, server.newId(), {
      kind: 'fiscal.data_conflict',
      subject: { type: 'fiscal_task', id },
      details,
      at: server.clock.now,
    }),
  );
const list = async (query = '') => HqAlerts.parse((await desk.send('GET', `/hq/alerts?${query}`)).json());
const acknowledge = (id: string, by = desk.hq) => desk.send('POST', `/hq/alerts/${id}/acknowledge`, undefined, by);
const openAlerts = async () => (await desk.send('GET', '/hq/summary')).json().openAlerts;

test('the same trouble is one alert while it is open; after somebody saw to it, a new one', async () => {
  expect(await raise('t-1', { fnCode: '1' })).toBe(true);
  server.clock.now += 1000;
  expect(await raise('t-1', { fnCode: '1' })).toBe(false);
  expect(await raise('t-1', { fnCode: '2' })).toBe(true);
  const [alert] = (await list()).alerts;
  expect(alert).toMatchObject({ subjectId: 't-1', times: 3, at: server.clock.now, details: { fnCode: '2' } });
  expect(await openAlerts()).toBe(1);
  expect((await acknowledge(alert?.id ?? '')).statusCode).toBe(204);
  expect((await acknowledge(alert?.id ?? '')).statusCode).toBe(204);
  expect([(await list()).alerts, await openAlerts()]).toEqual([[], 0]);
  expect(await raise('t-1', { fnCode: '2' })).toBe(true);
  const all = (await list('state=all')).alerts;
  expect(all).toHaveLength(2);
  expect(all.find(({ id }) => id === alert?.id)).toMatchObject({ acknowledgedBy: 'Анна Смирнова' });
  const acts = (await desk.events()).filter(({ event }) => event === 'ALERT_ACKNOWLEDGED');
  expect(acts).toMatchObject([{ actorId: desk.hq.userId, entityId: 't-1', details: { kind: 'fiscal.data_conflict' } }]);
});

test('alerts are newest first, by pages', async () => {
  for (const id of ['t-1', 't-2', 't-3']) {
    server.clock.now += 1;
    await raise(id);
  }
  const first = await list('limit=2');
  expect(first.alerts.map(({ subjectId }) => subjectId)).toEqual(['t-3', 't-2']);
  const last = await list(`limit=2&cursor=${first.next}`);
  expect(last.alerts.map(({ subjectId }) => subjectId)).toEqual(['t-1']);
  expect(last.next).toBeUndefined();
});

test('open alerts are counted by kind, and each kind and the history are lists of their own', async () => {
  const late = (id: string) =>
    server.db.transaction((tx) =>
      raiseAlert(tx, desk.organization, server.newId(), {
        kind: 'payment.late',
        subject: { type: 'payment', id },
        details: {},
        at: server.clock.now,
      }),
    );
  await raise('t-1');
  server.clock.now += 5;
  await late('p-1');
  await late('p-2');
  const groups = async () =>
    HqAlertGroups.parse((await desk.send('GET', '/hq/alerts/groups')).json()).groups.map(({ kind, open }) => [
      kind,
      open,
    ]);
  const of = async (query: string) => (await list(query)).alerts.map(({ subjectId }) => subjectId).toSorted();
  expect(await groups()).toEqual([
    ['payment.late', 2],
    ['fiscal.data_conflict', 1],
  ]);
  expect(await of('kind=payment.late')).toEqual(['p-1', 'p-2']);
  const [seen] = (await list('kind=payment.late')).alerts;
  await acknowledge(seen?.id ?? '');
  expect(await of('state=closed')).toEqual([seen?.subjectId]);
  expect(await of('state=closed&kind=fiscal.data_conflict')).toEqual([]);
  expect((await groups()).map(([, open]) => open)).toEqual([1, 1]);
});

test('an alert of another organisation is not there', async () => {
  await raise('t-1');
  const [alert] = (await list()).alerts;
  const other = await openFiscalDesk(server);
  expect((await acknowledge(alert?.id ?? '', other.hq)).json()).toMatchObject({ status: 404, code: 'app.not_found' });
  expect(await openAlerts()).toBe(1);
});
