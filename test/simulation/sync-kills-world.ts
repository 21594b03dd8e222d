/** The shop of the kills: a server, two tills and a kiosk as processes of their own, each behind a link that can be spoilt. */

import { randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { type RunningRegister, startRegister } from '#emulators/kkt/register.ts';
import { formatEnrolmentCode, newEnrolmentCode, sha256 } from '#server/auth/secrets.ts';
import { type OpenDb, openDb } from '#server/db/db.ts';
import { seedDataDir } from '#server/db/test-folder.ts';
import { type DemoSecrets, seedDemo } from '#server/demo.ts';
import { insertDevice, listDevices, replaceCode } from '#server/features/devices/devices.repo.ts';
import { insertFiscalDevice } from '#server/features/fiscal/fiscal.repo.ts';
import { fiscalDevices } from '#server/features/fiscal/fiscal.tables.ts';
import { createIds } from '#shared/kernel/ids.ts';
import { ROOT, type Service, startService } from '../../scripts/processes.ts';
import { type Seeded, seeded } from './seeded.ts';
import { CALM, type FaultyLink, openLink } from './sync-kills-link.ts';
import { freePort, startPostgres, type TemporaryPostgres } from './sync-kills-postgres.ts';

export const DEVICES = ['till-1', 'till-2', 'kiosk'] as const;
export type DeviceName = (typeof DEVICES)[number];
/** What can be killed or frozen. */
export type TargetName = DeviceName | 'server';

export interface KillsWorld {
  readonly demo: DemoSecrets;
  readonly folder: string;
  readonly serverFolder: string;
  /** Undefined over the embedded database. */
  readonly postgres: TemporaryPostgres | undefined;
  readonly links: Readonly<Record<DeviceName, FaultyLink>>;
  readonly registers: Readonly<Record<DeviceName, RunningRegister>>;
  /** Undefined while it is down. */
  process(name: TargetName): Service | undefined;
  /** It answers: up, and not frozen. */
  isWell(name: TargetName): boolean;
  dataFile(name: DeviceName): string;
  /** The command line that it is started with. */
  argsOf(name: TargetName): readonly string[];
  start(name: TargetName): Promise<void>;
  kill(name: TargetName): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  freeze(name: TargetName): void;
  thaw(name: TargetName): void;
  stop(name: TargetName): Promise<void>;
  /** The server's database, while the server does not run on an embedded one. */
  openDb(): Promise<OpenDb>;
  /** Ends of processes that nobody asked for. */
  readonly deaths: readonly string[];
  close(): Promise<void>;
}

export interface KillsWorldOptions {
  readonly folder: string;
  readonly seed: number;
  readonly isEmbedded: boolean;
  /** Environment of every process, and of some of them. */
  readonly envOf?: (name: TargetName) => NodeJS.ProcessEnv;
}

const random = (target: Uint8Array<ArrayBuffer>): void => void randomFillSync(target);
const FISCAL_DEVICES: Readonly<Record<DeviceName, string>> = {
  'till-1': 'kkt-cashier-1',
  'till-2': 'kkt-cashier-2',
  kiosk: 'kkt-kiosk-1',
};

/** Everything is up and enrolled, and the links are calm. Throws when there is no PostgreSQL and it is asked for. */
export async function startKillsWorld(options: KillsWorldOptions): Promise<KillsWorld> {
  const { folder, seed, isEmbedded } = options;
  const logs = join(folder, 'logs');
  const serverFolder = join(folder, 'server');
  for (const one of [logs, serverFolder]) mkdirSync(one, { recursive: true });
  const unwind: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let undo = unwind.pop(); undo !== undefined; undo = unwind.pop()) await undo();
  };
  try {
    const postgres = isEmbedded ? undefined : await startPostgres();
    if (!isEmbedded && postgres === undefined) throw new Error('this machine has no PostgreSQL');
    if (postgres === undefined) await seedDataDir(serverFolder);
    else unwind.push(() => postgres.dispose());
    const registers = await startRegisters(folder, unwind);
    const openServerDb = () =>
      openDb({ databaseUrl: postgres?.url, dataDir: serverFolder, migrationsDir: join(ROOT, 'drizzle/server') });
    const { demo, codes } = await seedShop(await openServerDb(), registers);

    const serverPort = await freePort();
    const links = await openLinks(serverPort, seeded(seed, 77), unwind);
    const running = new Map<TargetName, Service>();
    const frozen = new Set<TargetName>();
    const ports = new Map<DeviceName, number>();
    const deaths: string[] = [];
    /** Deaths of ours: the one that is asked for is not told as an accident. */
    const asked = new WeakSet<Service>();

    const argsOf = (name: TargetName): readonly string[] =>
      name === 'server'
        ? ['sync-server/server.ts']
        : [
            'src/main/headless.ts',
            `--mode=${name === 'kiosk' ? 'kiosk' : 'cashier'}`,
            `--data-dir=${join(folder, name)}`,
            `--port=${ports.get(name) ?? 0}`,
            `--server=${links[name].url}`,
            '--environment=DEV',
            '--fiscal-driver=emulated',
            '--fiscal-queue-ms=200',
            '--payments-poll-ms=200',
            '--payments-dev-auto-confirm-delay-ms=150',
            // Without effect once it is enrolled.
            `--enrol=${codes[name]}`,
          ];
    const envOf = (name: TargetName): NodeJS.ProcessEnv => ({
      ...(name === 'server'
        ? {
            PORT: String(serverPort),
            HOST: '127.0.0.1',
            DATA_DIR: serverFolder,
            DATABASE_URL: postgres?.url ?? '',
            AGENT_ENV: 'DEV',
            LOG_LEVEL: 'warn',
            RATE_FACTOR: '1000',
          }
        : {}),
      ...options.envOf?.(name),
    });
    const start = async (name: TargetName): Promise<void> => {
      const service = await startService({
        name,
        args: argsOf(name),
        env: envOf(name),
        timeoutMs: 120_000,
        onLog: (line) => writeFileSync(join(logs, `${name}.log`), `${line}\n`, { flag: 'a' }),
      });
      running.set(name, service);
      if (name !== 'server') ports.set(name, Number(new URL(service.ready.url).port));
      void service.ended.then((code) => {
        if (!asked.has(service)) deaths.push(`${name} ended by itself with code ${code}`);
      });
    };
    const end = async (name: TargetName, how: 'kill' | 'stop'): Promise<void> => {
      const service = running.get(name);
      running.delete(name);
      if (service === undefined) return;
      asked.add(service);
      if (frozen.delete(name) && how === 'stop') process.kill(service.pid, 'SIGCONT');
      await service[how]();
    };
    const signal = (name: TargetName, what: 'SIGSTOP' | 'SIGCONT'): void => {
      const service = running.get(name);
      if (service !== undefined) process.kill(service.pid, what);
    };
    unwind.push(async () => {
      await Promise.all([...DEVICES, 'server' as const].map((name) => end(name, 'kill')));
    });

    await start('server');
    await Promise.all(DEVICES.map(start));
    return {
      demo,
      folder,
      serverFolder,
      postgres,
      links,
      registers,
      process: (name) => running.get(name),
      isWell: (name) => running.has(name) && !frozen.has(name),
      dataFile: (name) => join(folder, name, 'device.db'),
      argsOf,
      start,
      kill: (name) => end(name, 'kill'),
      stop: (name) => end(name, 'stop'),
      freeze: (name) => {
        frozen.add(name);
        signal(name, 'SIGSTOP');
      },
      thaw: (name) => {
        if (frozen.delete(name)) signal(name, 'SIGCONT');
      },
      openDb: openServerDb,
      deaths,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startRegisters(folder: string, unwind: (() => Promise<void>)[]) {
  const registers: Partial<Record<DeviceName, RunningRegister>> = {};
  for (const [index, name] of DEVICES.entries()) {
    const register = await startRegister({
      port: 0,
      pagePort: 0,
      stateFile: join(folder, `register-${name}.json`),
      fnSerial: `999907890200123${4 + index}`,
      timeZone: 'Europe/Moscow',
      now: Date.now,
    });
    registers[name] = register;
    unwind.push(() => register.stop());
  }
  return registers as Record<DeviceName, RunningRegister>;
}

async function openLinks(serverPort: number, chance: Seeded, unwind: (() => Promise<void>)[]) {
  const links: Partial<Record<DeviceName, FaultyLink>> = {};
  for (const name of DEVICES) {
    const link = await openLink(serverPort, chance);
    link.setMood(CALM);
    links[name] = link;
    unwind.push(() => link.close());
  }
  return links as Record<DeviceName, FaultyLink>;
}

/** The demonstration's organisation with a second till, and a code for each device. */
async function seedShop(opened: OpenDb, registers: Readonly<Record<DeviceName, RunningRegister>>) {
  const newId = createIds(Date.now, random);
  try {
    const demo = await seedDemo({ db: opened.db, env: 'DEV', now: Date.now, newId, random });
    const tenant = { organizationId: demo.organizationId };
    return await opened.db.transaction(async (tx) => {
      const known = await listDevices(tx, tenant);
      const first = known.find(({ mode }) => mode === 'cashier');
      const kiosk = known.find(({ mode }) => mode === 'kiosk');
      if (first === undefined || kiosk === undefined) throw new Error('the demonstration has no till or no kiosk');
      const { organizationId, shopId } = first;
      const createdAt = Date.now();
      const id = FISCAL_DEVICES['till-2'];
      const operator = { operatorName: 'Иванов И.', operatorVatin: '770412345664' };
      const at = { kktIp: '127.0.0.1', kktPort: registers['till-2'].port };
      const named = { name: 'АТОЛ 27Ф, касса 2', taxationSystem: 'osn' } as const;
      await insertFiscalDevice(tx, { id, organizationId, shopId, createdAt, ...named, ...operator, ...at });
      const second = newId();
      const till = { shopId, organizationId, name: 'Касса 2', mode: 'cashier', createdAt } as const;
      await insertDevice(tx, { id: second, ...till, fiscalDeviceId: id });
      for (const name of DEVICES) {
        const { port } = registers[name];
        await tx.update(fiscalDevices).set({ kktPort: port }).where(eq(fiscalDevices.id, FISCAL_DEVICES[name]));
      }
      const codes: Partial<Record<DeviceName, string>> = {};
      const ids = { 'till-1': first.id, 'till-2': second, kiosk: kiosk.id };
      for (const name of DEVICES) {
        const code = newEnrolmentCode(random);
        const codeHash = sha256(code);
        await replaceCode(tx, tenant, { codeHash, deviceId: ids[name], createdAt, expiresAt: createdAt + 3_600_000 });
        codes[name] = formatEnrolmentCode(code);
      }
      return { demo, codes: codes as Record<DeviceName, string> };
    });
  } finally {
    await opened.close();
  }
}

/** Starts it again and again until it comes up: what a supervisor does for a server whose database is away. */
export async function startAtLast(world: KillsWorld, name: TargetName): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await world.start(name);
      return;
    } catch (error) {
      if (attempt >= 20) throw error;
      await delay(250);
    }
  }
}
