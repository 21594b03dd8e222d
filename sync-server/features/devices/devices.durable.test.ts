/** A token is given out only when no power cut would take it back: the device would be turned away by its own server. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnrolmentCode } from '#shared/devices/devices.schema.ts';
import {
  addDevice,
  addOrganization,
  codeFor,
  createTestApp,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '../../testing/test-app.ts';
import { createDevicesService } from './devices.service.ts';

let server: TestApp;
let organization: TestOrganization;
beforeAll(async () => {
  server = await createTestApp();
  organization = await addOrganization(server);
});
afterAll(() => server.close());

test('I2 an enrolment is answered after it is on the disk, and not at all when it cannot be', async () => {
  const { headers } = await sessionOf(server, organization, ['hq_admin']);
  const deviceId = await addDevice(server, organization);
  const seen: string[] = [];
  let isDiskFull = true;
  const quiet = () => undefined;
  const devices = createDevicesService({
    db: server.db,
    now: () => server.clock.now,
    newId: server.newId,
    random: server.random,
    live: {
      poke: quiet,
      taskNext: quiet,
      paymentMoved: quiet,
      commandWaits: quiet,
      exchangeWaits: quiet,
      hqChanged: quiet,
      partnerChanged: quiet,
      dropSession: quiet,
      regrant: quiet,
      dropDevice: quiet,
      dropToken: quiet,
    },
    commandKey: '',
    codeLifeMs: 60_000,
    tokenGraceMs: 60_000,
    checkpoint: async () => {
      const { rows } = await server.db.execute<{ status: string }>(
        sql`SELECT status FROM devices WHERE id = ${deviceId}`,
      );
      seen.push(rows[0]?.status ?? 'none');
      if (isDiskFull) throw new Error('no space');
    },
  });
  const enrol = async () => {
    const code = EnrolmentCode.parse(await codeFor(server, headers, deviceId));
    return devices.enrol({ code, mode: 'cashier', appVersion: '0.1.0', platform: 'linux-x64' }, '127.0.0.1');
  };
  await expect(enrol()).rejects.toThrow('no space');
  isDiskFull = false;
  // With another code it is let in all the same.
  expect(await enrol()).toMatchObject({ deviceId, incarnation: 2 });
  // Committed each time before it was put on the disk.
  expect(seen).toEqual(['active', 'active']);
});
