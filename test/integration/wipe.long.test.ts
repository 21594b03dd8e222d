/** The whole way of an erasure: a real device process with guests in its files, and a server that signs the order. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectDevice } from '#cli/device-client.ts';
import { writeRows } from '#server/sync/rows.writer.ts';
import {
  addDevice,
  addOrganization,
  codeFor,
  createTestApp,
  sessionOf,
  type TestApp,
  type TestOrganization,
} from '#server/testing/test-app.ts';
import { shopScope } from '#shared/sync/scopes.ts';
import { type Service, startService } from '../../scripts/processes.ts';

const GUEST = 'Хризоберилл Иннокентий';
const PHONE = '+79035550199';

let server: TestApp;
let at: TestOrganization;
let folder: string;
let device: Service | undefined;
beforeAll(async () => {
  server = await createTestApp();
  // The device has the clock of this machine, and an order has its time.
  server.clock.now = Date.now();
  at = await addOrganization(server);
  folder = mkdtempSync(join(tmpdir(), 'prilavok-erased-'));
});
afterAll(async () => {
  await device?.stop();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const filesWith = (...secrets: readonly string[]): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
      return secrets.some((secret) => bytes.includes(secret));
    });
const WAIT = { timeout: 40_000, interval: 100 };

test('headquarters has a device erased: nothing of its guests is left in its folder, its token is worth nothing, and it works for nobody until it is enrolled anew', async () => {
  const { headers } = await sessionOf(server, at, ['hq_admin']);
  const serverUrl = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const deviceId = await addDevice(server, at, { mode: 'manager' });
  const enrolCode = await codeFor(server, headers, deviceId);
  device = await startService({
    name: 'device',
    args: [
      'src/main/headless.ts',
      '--mode=manager',
      `--data-dir=${folder}`,
      '--port=0',
      `--server=${serverUrl}`,
      `--enrol=${enrolCode}`,
    ],
  });
  const id = server.newId();
  const fields = {
    id,
    shopId: at.shopId,
    status: 'new' as const,
    name: GUEST,
    phone: PHONE,
    phones: [],
    tags: [],
    createdAt: server.clock.now,
    updatedAt: server.clock.now,
  };
  const put = { type: 'client', id, scope: shopScope(at.shopId), fields } as const;
  await server.db.transaction((tx) => writeRows(tx, at.organizationId, [put], server.clock.now));
  await vi.waitFor(() => expect(filesWith(GUEST)).not.toEqual([]), WAIT);
  // A photo of a passport, a copy of before a migration, what was never sent.
  for (const name of ['blobs', 'backups', 'unsent', 'exports']) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'file'), `${GUEST} 4510 123456`);
  }

  const ordered = await server.app.inject({
    method: 'POST',
    url: `/hq/devices/${deviceId}/commands`,
    headers,
    payload: { id: server.newId(), order: { kind: 'wipe' } },
  });
  expect(ordered.statusCode).toBe(204);
  await vi.waitFor(() => expect(filesWith(GUEST, PHONE, '4510 123456')).toEqual([]), WAIT);
  const commands = await server.app.inject({ url: `/hq/devices/${deviceId}/commands`, headers });
  expect(commands.json()).toMatchObject({ commands: [{ state: 'done', details: { unsent: 0 } }] });

  // It is there again, and nobody.
  const anew = await vi.waitFor(() => connectDevice(device?.ready.url ?? ''), WAIT);
  expect(await anew.rpc.device.info({})).not.toHaveProperty('deviceId');
  await expect(anew.rpc.staff.list({})).resolves.toEqual([]);
  const fleet = await server.app.inject({ url: '/hq/devices', headers });
  expect(fleet.json()).toMatchObject({ devices: [{ id: deviceId, status: 'revoked' }] });

  const second = await addDevice(server, at, { mode: 'manager' });
  await anew.rpc.device.enrol({ serverUrl, code: await codeFor(server, headers, second) });
  await vi.waitFor(() => expect(filesWith(GUEST)).not.toEqual([]), WAIT);
  anew.close();
}, 120_000);
