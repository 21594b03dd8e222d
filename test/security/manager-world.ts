/** A real server with its database on a disk, and managers' laptops with theirs: everything is in folders to be searched. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDeviceConfig } from '#main/config/config.ts';
import { TEST_MIGRATIONS } from '#main/db/test-db.ts';
import { createDevice, type Device } from '#main/device.ts';
import { saveIdentity } from '#main/domains/devices/devices.repo.ts';
import { createLog } from '#main/log/log.ts';
import { openRotatingFile } from '#main/log/rotating-file.ts';
import { createDirectClient } from '#main/rpc/router.ts';
import { createFileSecrets } from '#main/secrets/file-secrets.ts';
import { createPinVerifier } from '#server/auth/pin-verifier.ts';
import { openEmbedded } from '#server/db/embedded.ts';
import { TEST_MIGRATIONS as SERVER_MIGRATIONS } from '#server/db/test-db.ts';
import { seedDataDir } from '#server/db/test-folder.ts';
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
import type { DeviceClient } from '#shared/rpc/contract.ts';
import { orgScope, shopScope } from '#shared/sync/scopes.ts';

export const PIN = '4321';
export const TARIFF_ID = '0190a000-0000-7000-8000-000000000e01';

export interface Laptop {
  readonly device: Device;
  readonly client: DeviceClient;
  readonly folder: string;
  readonly memberId: string;
  /** How often it was told to begin anew. */
  readonly restarts: () => number;
  /** The line to the server is cut, or there again. */
  setOnline(isOnline: boolean): void;
  /** Everything that waits has gone, and everything there is has come. */
  exchange(): Promise<void>;
  stop(): Promise<void>;
}

export interface ManagerWorld {
  readonly server: TestApp;
  readonly organization: TestOrganization;
  readonly url: string;
  readonly folder: string;
  /** Headers of somebody of headquarters. */
  readonly hq: Record<string, string>;
  openLaptop(name: string, memberName: string): Promise<Laptop>;
  close(): Promise<void>;
}

export async function createManagerWorld(): Promise<ManagerWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-passports-'));
  const dataDir = join(folder, 'server');
  await seedDataDir(dataDir);
  const server = await createTestApp(
    { DATA_DIR: dataDir, PASSPORT_KEY: 'a secret of the test of passports' },
    await openEmbedded(dataDir, SERVER_MIGRATIONS),
  );
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  const organization = await addOrganization(server);
  const { headers: hq } = await sessionOf(server, organization, ['hq_admin']);
  await server.db.transaction((tx) =>
    writeRows(
      tx,
      organization.organizationId,
      [
        {
          type: 'tariff',
          id: TARIFF_ID,
          scope: orgScope(organization.organizationId),
          fields: {
            id: TARIFF_ID,
            lineId: TARIFF_ID,
            version: 1,
            name: 'Домашний сервис',
            baseFeeMinor: 0,
            extraPerApplianceMinor: 100_000,
            effectiveFrom: 0,
            active: true,
          },
        },
      ],
      server.clock.now,
    ),
  );
  const laptops: Laptop[] = [];

  const openLaptop = async (name: string, memberName: string): Promise<Laptop> => {
    const memberId = server.newId();
    const pinVerifier = await createPinVerifier(PIN, server.random);
    const member = { id: memberId, name: memberName, role: 'manager' as const, pinVerifier, active: true };
    await server.db.transaction((tx) =>
      writeRows(
        tx,
        organization.organizationId,
        [{ type: 'staff', id: memberId, scope: shopScope(organization.shopId), fields: member }],
        server.clock.now,
      ),
    );
    const deviceId = await addDevice(server, organization, { mode: 'manager' });
    const own = join(folder, name);
    mkdirSync(own);
    const { config } = loadDeviceConfig({
      file: join(own, 'none.json'),
      env: {},
      flags: { mode: 'manager', environment: 'DEV', 'data-dir': own },
    });
    const now = () => server.clock.now;
    let restarts = 0;
    const device = await createDevice(config, {
      version: '0.0.0-test',
      platform: 'test',
      now,
      randomBytes,
      log: createLog({
        level: 'debug',
        now,
        file: openRotatingFile(join(own, 'device.log'), { maxBytes: 50_000_000, files: 2 }),
      }),
      secrets: createFileSecrets({ folder: own, env: {}, randomBytes }),
      migrationsFolder: TEST_MIGRATIONS,
      processMetrics: false,
      restart: () => {
        restarts += 1;
      },
    });
    await device.devices.enrol('manager', { serverUrl: url, code: await codeFor(server, hq, deviceId) });
    const client = createDirectClient(device.router, device.contextFor('page-1'));
    await device.start();
    const exchange = async () => {
      await client.sync.tryNow();
      await client.sync.tryNow();
    };
    await exchange();
    await client.staff.signIn({ memberId, pin: PIN });
    let isOnline = true;
    const laptop: Laptop = {
      device,
      client,
      folder: own,
      memberId,
      restarts: () => restarts,
      setOnline: (wanted) => {
        if (wanted === isOnline) return;
        isOnline = wanted;
        // A port where nobody listens: to the device it is a line that is down.
        const serverUrl = wanted ? url : 'http://127.0.0.1:9';
        device.core.db.transaction((tx) => saveIdentity(tx, { ...device.devices.requireIdentity(), serverUrl }));
      },
      exchange,
      stop: () => device.stop(),
    };
    laptops.push(laptop);
    return laptop;
  };

  return {
    server,
    organization,
    url,
    folder,
    hq,
    openLaptop,
    close: async () => {
      for (const laptop of laptops) await laptop.stop();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Every file below a folder, with its bytes. */
export const filesBelow = (folder: string): { readonly path: string; readonly bytes: Buffer }[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));
