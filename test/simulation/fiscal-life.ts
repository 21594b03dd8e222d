/**
 * One life of a device: the real core over a real file, from a start to a crash. A crash is real: an image of the disk
 * is taken at the instant, cable and network go dead, and the next life begins from the image in another folder. What
 * the dead core still does (its handlers, its `finally`s, closing its files) happens to a disk that nobody looks at.
 */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { loadDeviceConfig } from '#main/config/config.ts';
import { createDevice, type Device } from '#main/device.ts';
import { TOKEN_SECRET } from '#main/domains/devices/devices.service.ts';
import { createMemoryLog, type DeviceLog } from '#main/log/log.ts';
import { createMemorySecrets } from '#main/secrets/memory-secrets.ts';
import type { DeviceClient } from '#shared/rpc/contract.ts';
import { MIGRATIONS, PIN, SUPERVISOR, takeImage } from './fiscal-image.ts';
import type { Moment } from './fiscal-plan.ts';
import type { Door } from './fiscal-queue-server.ts';
import type { Wire } from './fiscal-wire.ts';

export interface LifeOptions {
  /** Its data folder, which it has for itself. */
  readonly folder: string;
  readonly libraryPath: string;
  readonly wire: Wire;
  readonly door: Pick<Door, 'url' | 'close'>;
  /** The device's bearer at its server. */
  readonly token: string;
  /** Unix ms. */
  readonly now: () => number;
}

export interface Life {
  readonly rpc: DeviceClient;
  readonly log: DeviceLog;
  /** Reads of its database, for whoever judges it. */
  readonly read: <T>(sql: string, ...params: readonly unknown[]) => T[];
  /** Dies at the moment: `onDeath` is told, with the disk as it was in `imageFolder`. The answer calls it off. */
  dieAt(moment: Moment, imageFolder: string, onDeath: () => void): () => void;
  signIn(): Promise<void>;
  start(): Promise<void>;
  /** Ends it properly. Resolves when its folder is gone. */
  end(): Promise<void>;
}

const SETTINGS = join(import.meta.dirname, '../../config/service.json');
/** As fast as it goes: what is simulated is the order of things, not their pace. */
const RHYTHM = { pollMs: 15, queueMs: 5, statusMs: 60_000 };

type Transaction = (...args: unknown[]) => unknown;
interface Watched {
  readonly moment: Extract<Moment, { kind: 'commit' }>;
  readonly strike: () => void;
  left: number;
}

/** Has every transaction of a database seen as it begins, ends and has ended. */
function watchCommits(device: Device): (moment: Watched['moment'], strike: () => void) => () => void {
  let watched: Watched[] = [];
  const pass = (at: Watched['moment']['at']): void => {
    for (const each of watched) if (each.moment.at === at) each.left -= 1;
    const due = watched.filter(({ left }) => left === 0);
    watched = watched.filter(({ left }) => left > 0);
    for (const { strike } of due) strike();
  };
  const client = device.core.db.$client;
  const make = client.transaction.bind(client) as unknown as (work: Transaction) => Record<string, Transaction>;
  const seen = (work: Transaction): unknown => {
    const made = make((...args) => {
      const result = work(...args);
      pass('inside');
      return result;
    });
    const run =
      (mode: string): Transaction =>
      (...args) => {
        pass('before');
        const result = made[mode]?.(...args);
        pass('after');
        return result;
      };
    // Only these write: what begins as `deferred` here reads.
    return Object.assign(run('immediate'), { ...made, immediate: run('immediate'), exclusive: run('exclusive') });
  };
  Object.assign(client, { transaction: seen });
  return (moment, strike) => {
    const each = { moment, strike, left: moment.nth };
    watched.push(each);
    return () => {
      watched = watched.filter((one) => one !== each);
    };
  };
}

export async function beginLife({ folder, libraryPath, wire, door, token, now }: LifeOptions): Promise<Life> {
  const log = createMemoryLog(now);
  const { config } = loadDeviceConfig({ file: SETTINGS, env: {}, flags: { mode: 'cashier', environment: 'DEV' } });
  const { fiscal } = config;
  const kkt = { ip: '127.0.0.1', port: wire.port };
  const settings = {
    ...config,
    dataDir: folder,
    serverUrl: door.url,
    fiscal: { ...fiscal, ...RHYTHM, libraryPath, kkt },
  };
  const device = await createDevice(settings, {
    version: '0.0.0-simulation',
    platform: 'simulation',
    now,
    randomBytes,
    log,
    secrets: createMemorySecrets({ [TOKEN_SECRET]: token }),
    migrationsFolder: MIGRATIONS,
    processMetrics: false,
  });
  const watchCommit = watchCommits(device);
  const rpc: DeviceClient = createRouterClient(device.router, { context: device.contextFor('screen') });
  let isDead = false;

  return {
    rpc,
    log,
    read: <T>(sql: string, ...params: readonly unknown[]) => device.core.db.$client.prepare(sql).all(...params) as T[],
    dieAt(moment, imageFolder, onDeath) {
      const strike = (): void => {
        if (isDead) return;
        isDead = true;
        takeImage(folder, imageFolder);
        wire.kill();
        door.close();
        onDeath();
      };
      return moment.kind === 'call' ? wire.watch(moment, strike) : watchCommit(moment, strike);
    },
    async signIn() {
      await rpc.staff.signIn({ memberId: SUPERVISOR.id, pin: PIN });
    },
    start: () => device.start(),
    async end() {
      wire.kill();
      door.close();
      await device.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
