import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HqAlerts } from '#shared/hq/fiscal.api.ts';
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

test('an alert of another organisation is not there', async () => {
  await raise('t-1');
  const [alert] = (await list()).alerts;
  const other = await openFiscalDesk(server);
  expect((await acknowledge(alert?.id ?? '', other.hq)).json()).toMatchObject({ status: 404, code: 'app.not_found' });
  expect(await openAlerts()).toBe(1);
});
