/**
 * A whole shop on one machine, each part a process of its own as in life: the server with a demonstration organisation,
 * two emulated registers, a car with an adapter in it, a paint gauge, a payment provider, and a kiosk, a cashier and a manager bound to the
 * server. `npm start`, the demonstration and
 * the browser tests live in one.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildShim } from '#emulators/kkt/testing.ts';
import { type DemoSecrets, deviceOf, passportKey, prepareDemo } from './demo-data.ts';
import { type Service, startService } from './processes.ts';

export const DEVICE_MODES = ['kiosk', 'cashier', 'manager'] as const;
const INSTRUMENTS = ['adapter', 'gauge'] as const satisfies readonly InstrumentName[];
export type DeviceMode = (typeof DEVICE_MODES)[number];
export type RegisterName = 'cashier' | 'kiosk';
/** What a guest of the kiosk works with: an OBD adapter and a thickness gauge. */
export type InstrumentName = 'adapter' | 'gauge';

/** TCP ports; 0 takes a free one. A register has one for the driver and one for its paper tape page,
 * an instrument one for the device and one for whoever plays the car. */
export interface Ports {
  readonly server: number;
  readonly kiosk: number;
  readonly cashier: number;
  readonly manager: number;
  readonly cashierRegister: number;
  readonly cashierTape: number;
  readonly kioskRegister: number;
  readonly kioskTape: number;
  readonly adapter: number;
  readonly adapterControl: number;
  readonly gauge: number;
  readonly gaugeControl: number;
  readonly bank: number;
  readonly bankControl: number;
}

export const FREE_PORTS: Ports = {
  server: 0,
  kiosk: 0,
  cashier: 0,
  manager: 0,
  cashierRegister: 0,
  cashierTape: 0,
  kioskRegister: 0,
  kioskTape: 0,
  adapter: 0,
  adapterControl: 0,
  gauge: 0,
  gaugeControl: 0,
  bank: 0,
  bankControl: 0,
};

export interface WorldOptions {
  readonly dataDir: string;
  readonly ports: Ports;
  /** Told of each part as it comes up. */
  readonly onStep?: (text: string) => void;
  /** Environment of the devices, beside what the world sets. */
  readonly deviceEnv?: NodeJS.ProcessEnv;
  /** Environment of the server, beside what the world sets. */
  readonly serverEnv?: NodeJS.ProcessEnv;
  /** Who takes the kiosk's money: a provider that confirms by itself, or the emulated YooKassa. */
  readonly payments?: 'dev' | 'yookassa';
  /** Orders of photos for the partner to print and files of clients, made before anybody looked. */
  readonly withHistory?: boolean;
}

export interface World {
  /** Logins, codes and tokens of the demonstration. */
  readonly access: DemoSecrets;
  readonly serverUrl: string;
  server(): Service;
  device(mode: DeviceMode): Service;
  /** The settings a device of this mode runs with, as its command line. */
  deviceArgs(mode: DeviceMode): readonly string[];
  register(name: RegisterName): Service;
  /** Its address is where the car, or the probe, is told what to be. */
  instrument(name: InstrumentName): Service;
  /** The emulated payment provider; its address is where payers are told what to do. */
  bank(): Service;
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  /** Starts a device again after it was killed or stopped, at the port it had. */
  startDevice(mode: DeviceMode): Promise<Service>;
  stop(): Promise<void>;
  /** Pulls every plug. */
  kill(): Promise<void>;
}

/** How devices reach their registers: by the driver's C interface where it can be built, else straight over TCP. */
function driverArgs(onStep: (text: string) => void): readonly string[] {
  const shim = buildShim();
  if (shim.path !== undefined) return [`--fiscal-library-path=${shim.path}`];
  onStep(`registers are reached over TCP, without libfptr10 (${shim.reason})`);
  return ['--fiscal-driver=emulated'];
}

export async function startWorld({
  dataDir,
  ports,
  onStep = () => undefined,
  deviceEnv,
  serverEnv,
  payments = 'dev',
  withHistory = false,
}: WorldOptions): Promise<World> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const driver = driverArgs(onStep);
  const running = new Map<string, Service>();
  const logDir = join(dataDir, 'logs');
  mkdirSync(logDir, { recursive: true });

  const start = async (name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Service> => {
    const log = join(logDir, `${name}.log`);
    const service = await startService({
      name,
      args,
      env,
      onLog: (line) => writeFileSync(log, `${line}\n`, { flag: 'a' }),
    });
    running.set(name, service);
    onStep(`${name} ${new URL(service.ready.url).origin}`);
    return service;
  };
  const get = (name: string): Service => {
    const service = running.get(name);
    if (service === undefined) throw new Error(`${name} is not running`);
    return service;
  };
  const stopAll = async (): Promise<void> => {
    // Devices first, so that none sees its server or register go away and logs it.
    const order = [...running.values()].toSorted((a, b) => rank(a.name) - rank(b.name));
    for (const service of order) await service.stop();
    running.clear();
  };

  try {
    const tapes = { cashier: ports.cashierTape, kiosk: ports.kioskTape };
    const drivers = { cashier: ports.cashierRegister, kiosk: ports.kioskRegister };
    for (const [index, name] of (['cashier', 'kiosk'] as const).entries()) {
      await start(`register-${name}`, [
        'emulators/kkt/cli.ts',
        '--port',
        String(drivers[name]),
        '--page-port',
        String(tapes[name]),
        '--time-zone',
        'Europe/Moscow',
        '--state',
        join(dataDir, `register-${name}.json`),
        '--fn-serial',
        `999907890200123${4 + index}`,
      ]);
    }
    const instruments = {
      adapter: ['elm327', ports.adapter, ports.adapterControl, '--car', 'faulty'],
      gauge: ['thickness-gauge', ports.gauge, ports.gaugeControl],
    } as const;
    for (const name of INSTRUMENTS) {
      const [emulator, port, controlPort, ...rest] = instruments[name];
      const listen = ['--port', String(port), '--control-port', String(controlPort)];
      await start(name, [`emulators/${emulator}/cli.ts`, ...listen, ...rest]);
    }
    const bankPorts = ['--port', String(ports.bank), '--control-port', String(ports.bankControl)];
    const keys = ['--shop-id', BANK.shopId, '--secret-key', BANK.secretKey];
    await start('bank', ['emulators/yookassa/cli.ts', ...bankPorts, ...keys]);
    const kkt = (name: RegisterName) => ({ ip: '127.0.0.1', port: Number(get(`register-${name}`).ready['port']) });

    const serverDir = join(dataDir, 'server');
    onStep('preparing the demonstration organisation');
    const access = await prepareDemo(
      serverDir,
      readAccess(dataDir),
      {
        cashier: kkt('cashier'),
        kiosk: kkt('kiosk'),
      },
      { withHistory },
    );
    writeAccess(dataDir, access);

    let serverPort = ports.server;
    const startServer = async (): Promise<void> => {
      const server = await start('server', ['sync-server/server.ts'], {
        PORT: String(serverPort),
        HOST: '127.0.0.1',
        DATA_DIR: serverDir,
        AGENT_ENV: 'DEV',
        YOOKASSA_SHOP_ID: BANK.shopId,
        YOOKASSA_SECRET_KEY: BANK.secretKey,
        YOOKASSA_API_URL: `http://127.0.0.1:${get('bank').ready['port']}/v3`,
        YOOKASSA_ALLOWED_IPS: '127.0.0.1',
        // Also where a settings file says another: the clients' passports are sealed with it.
        ...(withHistory ? { PASSPORT_KEY: passportKey() } : {}),
        ...serverEnv,
      });
      serverPort = Number(new URL(server.ready.url).port);
    };
    await startServer();
    const serverUrl = get('server').ready.url;
    await tellBank(get('bank').ready.url, serverUrl);

    const devicePorts = new Map<DeviceMode, number>(DEVICE_MODES.map((mode) => [mode, ports[mode]]));
    const addressOf = (name: InstrumentName) => `127.0.0.1:${get(name).ready['port']}`;
    const deviceArgs = (mode: DeviceMode): string[] => [
      `--mode=${mode}`,
      `--data-dir=${join(dataDir, mode)}`,
      `--port=${devicePorts.get(mode) ?? 0}`,
      `--server=${serverUrl}`,
      '--environment=DEV',
      // Where its register is, the server tells it.
      ...(mode === 'manager' ? [] : driver),
      ...(mode === 'kiosk'
        ? [
            `--diagnostics-adapter=${addressOf('adapter')}`,
            `--thickness-gauge=${addressOf('gauge')}`,
            `--payments-provider=${payments}`,
          ]
        : []),
    ];
    const startDevice = async (mode: DeviceMode): Promise<Service> => {
      const { code } = deviceOf(access, mode);
      // Without effect on a device that is enrolled already.
      const enrol = code === undefined ? [] : ['--enrol', code];
      const device = await start(mode, ['src/main/headless.ts', ...deviceArgs(mode), ...enrol], deviceEnv);
      devicePorts.set(mode, Number(new URL(device.ready.url).port));
      return device;
    };
    for (const mode of DEVICE_MODES) await startDevice(mode);

    return {
      access,
      serverUrl,
      server: () => get('server'),
      device: get,
      deviceArgs,
      register: (name) => get(`register-${name}`),
      instrument: get,
      bank: () => get('bank'),
      startServer,
      stopServer: () => get('server').stop(),
      startDevice,
      stop: stopAll,
      kill: async () => void (await Promise.all([...running.values()].map((service) => service.kill()))),
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

const rank = (name: string): number =>
  name.startsWith('register') || name === 'bank' || INSTRUMENTS.some((one) => one === name)
    ? 2
    : name === 'server'
      ? 1
      : 0;

/** The shop at the emulated provider; no other provider knows these. */
const BANK = { shopId: '100500', secretKey: 'test_demo' } as const;

/** In the provider's office a shop says where its notifications go. */
async function tellBank(controlUrl: string, serverUrl: string): Promise<void> {
  const answer = await fetch(`${controlUrl}/webhook-url`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${serverUrl}/api/payments/webhook` }),
  });
  if (!answer.ok) throw new Error(`the payment provider answered ${answer.status}`);
}

const accessFile = (dataDir: string): string => join(dataDir, 'access.json');

function readAccess(dataDir: string): DemoSecrets | undefined {
  const file = accessFile(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets) : undefined;
}

/** Secrets that the server keeps only hashed: a second start must find them here. */
function writeAccess(dataDir: string, access: DemoSecrets): void {
  writePrivate(accessFile(dataDir), access);
}

/** JSON that only its owner may read, whole or not at all. */
export function writePrivate(file: string, value: unknown): void {
  const draft = `${file}.new`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}
