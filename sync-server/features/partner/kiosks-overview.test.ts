import { afterAll, beforeAll, expect, test } from 'vitest';
import { KiosksOverview } from '#shared/partner/partner.api.ts';
import { addOrganization, createTestApp, enrolledDevice, type TestApp } from '../../testing/test-app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await createTestApp();
});
afterAll(() => server.close());

test('a manager’s desk hears of the kiosks of its shop with what they complain of, and of no other shop’s', async () => {
  const [here, there] = [await addOrganization(server), await addOrganization(server)];
  const kiosk = await enrolledDevice(server, here, { mode: 'kiosk' });
  await enrolledDevice(server, there, { mode: 'kiosk' });
  const { headers } = await enrolledDevice(server, here, { mode: 'manager' });
  const payload = { code: 'B2', message: 'Paper jam detected' };
  await server.app.inject({
    method: 'POST',
    url: `/kiosk/${kiosk.deviceId}/errors`,
    headers: kiosk.headers,
    payload,
  });
  const reply = await server.app.inject({ url: '/devices/kiosks', headers });
  const overview = KiosksOverview.parse(reply.json());
  expect(overview).toMatchObject([
    { kiosk: { id: kiosk.deviceId, status: 'error', lastErrorCode: 'B2' }, errors: [{ ...payload, clearedAt: null }] },
  ]);
});
