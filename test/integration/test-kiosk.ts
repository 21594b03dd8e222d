/** A kiosk in this process, over a folder of its own, with nobody at the other end of any wire. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDeviceConfig } from '#main/config/config.ts';
import { TEST_MIGRATIONS } from '#main/db/test-db.ts';
import { createDevice, type Device } from '#main/device.ts';
import { createMemoryLog } from '#main/log/log.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';

export interface TestKiosk {
  readonly device: Device;
  close(): Promise<void>;
}

export async function openTestKiosk(): Promise<TestKiosk> {
  const folder = mkdtempSync(join(tmpdir(), 'prilavok-kiosk-'));
  const { config } = loadDeviceConfig({
    file: join(folder, 'none.json'),
    env: {},
    flags: { mode: 'kiosk', environment: 'DEV', 'data-dir': folder },
  });
  const device = await createDevice(config, {
    version: '0.0.0-test',
    platform: 'test',
    now: () => Date.now(),
    randomBytes,
    log: createMemoryLog(),
    secrets: createMemorySecrets(),
    migrationsFolder: TEST_MIGRATIONS,
    processMetrics: true,
  });
  return {
    device,
    close: async () => {
      await device.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
