/**
 * `npm start`: a whole shop on this machine. Builds what is needed, keeps its data between runs (`--reset` begins anew),
 * opens the screens (`--headless` does not) and prints every address and login.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createFileSecrets } from '#main/secrets/file-secrets.ts';
import { onStopSignal } from '#node/stop-signal.ts';
import { deviceOf, loginOf, registerOf, staffOf } from './demo-data.ts';
import { electronBinary } from './electron-binary.mjs';
import { buildPages } from './pages.mjs';
import { ROOT } from './processes.ts';
import {
  DEVICE_MODES,
  type DeviceMode,
  type InstrumentName,
  type Ports,
  startWorld,
  type World,
  writePrivate,
} from './world.ts';

const DEFAULTS: Ports = {
  server: 8000,
  kiosk: 3000,
  cashier: 3001,
  manager: 3002,
  cashierRegister: 5555,
  cashierTape: 5556,
  kioskRegister: 5557,
  kioskTape: 5558,
  adapter: 35000,
  adapterControl: 35001,
  gauge: 35100,
  gaugeControl: 35101,
  bank: 35200,
  bankControl: 35201,
};

/** Flags of the ports: `cashierRegister` → `--cashier-register-port`. */
const portFlag = (name: string): string => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-port`;

export async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  const dataDir = resolve(ROOT, options.dataDir);
  if (options.reset) rmSync(dataDir, { recursive: true, force: true });
  console.log('Building the screens …');
  buildPages();
  console.log('Starting a shop on this machine …');
  let world: World;
  try {
    const { ports, payments } = options;
    world = await startWorld({
      dataDir,
      ports,
      payments,
      withHistory: true,
      onStep: (text) => console.log(`  ${text}`),
    });
  } catch (error) {
    console.error(`start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
  writePrivate(join(dataDir, 'demo.json'), await describe(world, dataDir));
  print(world, dataDir);
  if (!options.headless) openScreens(world);
  console.log(JSON.stringify({ ready: true, url: world.serverUrl, demo: join(dataDir, 'demo.json') }));
  onStopSignal({
    stop: () => void world.stop().then(() => process.exit(0)),
    hurry: () => void world.kill().then(() => process.exit(1)),
  });
}

interface Options {
  readonly headless: boolean;
  readonly reset: boolean;
  readonly dataDir: string;
  readonly ports: Ports;
  readonly payments: 'dev' | 'yookassa';
}

function readOptions(argv: readonly string[]): Options {
  try {
    const portFlags = Object.keys(DEFAULTS).map((name) => [portFlag(name), { type: 'string' as const }] as const);
    const { values } = parseArgs({
      args: [...argv],
      options: {
        headless: { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        'data-dir': { type: 'string', default: '.data' },
        payments: { type: 'string', default: 'dev' },
        ...Object.fromEntries(portFlags),
      },
    });
    const given = values as Readonly<Record<string, string | boolean | undefined>>;
    const ports = Object.fromEntries(
      Object.entries(DEFAULTS).map(([name, byDefault]) => {
        const text = given[portFlag(name)] ?? String(byDefault);
        if (!/^\d{1,5}$/.test(String(text)) || Number(text) > 65_535) {
          throw new Error(`--${portFlag(name)} is "${text}", allowed: 0 to 65535 (0 takes a free one)`);
        }
        return [name, Number(text)];
      }),
    ) as unknown as Ports;
    const payments = String(given['payments']);
    if (payments !== 'dev' && payments !== 'yookassa') {
      throw new Error(`--payments is "${payments}", allowed: dev, yookassa`);
    }
    return {
      payments,
      headless: given['headless'] === true,
      reset: given['reset'] === true,
      dataDir: String(given['data-dir']),
      ports,
    };
  } catch (error) {
    const allowed = ['headless', 'reset', 'data-dir', 'payments', ...Object.keys(DEFAULTS).map(portFlag)]
      .map((flag) => `--${flag}`)
      .join(' ');
    console.error(`start: ${error instanceof Error ? error.message : String(error)}\nallowed: ${allowed}`);
    process.exit(2);
  }
}

/** Everything a stranger's script needs to drive the product. */
async function describe(world: World, dataDir: string): Promise<Record<string, unknown>> {
  const demo = world.access;
  const register = (mode: 'cashier' | 'kiosk') => ({
    id: registerOf(demo, mode).fiscalDeviceId,
    address: `127.0.0.1:${world.register(mode).ready['port']}`,
    tape: world.register(mode).ready.url,
    agentToken: registerOf(demo, mode).token,
  });
  const instrument = (name: InstrumentName) => ({
    address: `127.0.0.1:${world.instrument(name).ready['port']}`,
    control: world.instrument(name).ready.url,
  });
  const device = async (mode: DeviceMode) => ({
    url: world.device(mode).ready.url,
    id: deviceOf(demo, mode).deviceId,
    name: deviceOf(demo, mode).name,
    token: await readDeviceToken(join(dataDir, mode)),
  });
  return {
    server: {
      url: world.serverUrl,
      docs: `${world.serverUrl}/docs`,
      organizationId: demo.organizationId,
      shops: demo.shops,
    },
    hqAdmin: loginOf(demo, 'hq_admin'),
    partner: loginOf(demo, 'partner'),
    manager: { ...loginOf(demo, 'manager'), ...staffOf(demo, 'manager') },
    cashier: { ...loginOf(demo, 'cashier'), ...staffOf(demo, 'cashier') },
    currencyUser: loginOf(demo, 'cashier'),
    staff: demo.staff,
    kiosk: await device('kiosk'),
    devices: { kiosk: await device('kiosk'), cashier: await device('cashier'), manager: await device('manager') },
    fiscalDevice: register('cashier'),
    registers: { cashier: register('cashier'), kiosk: register('kiosk') },
    instruments: { adapter: instrument('adapter'), gauge: instrument('gauge') },
    bank: { api: `http://127.0.0.1:${world.bank().ready['port']}/v3`, control: world.bank().ready.url },
  };
}

/** The token is the device's own secret; its store gives it to whoever may read its folder. */
const readDeviceToken = (folder: string): Promise<string | undefined> =>
  createFileSecrets({ folder, env: {}, randomBytes }).get('device.token');

function print(world: World, dataDir: string): void {
  const admin = loginOf(world.access, 'hq_admin');
  const partner = loginOf(world.access, 'partner');
  const supervisor = staffOf(world.access, 'supervisor');
  const cashier = staffOf(world.access, 'cashier');
  const manager = staffOf(world.access, 'manager');
  const lines = [
    ['headquarters', `${world.serverUrl}/hq`, `${admin.email} / ${admin.password}`],
    ['partner', `${world.serverUrl}/hq`, `${partner.email} / ${partner.password}`],
    ['kiosk', world.device('kiosk').ready.url, `service menu: ${supervisor.name}, PIN ${supervisor.pin}`],
    ['cashier', world.device('cashier').ready.url, `${cashier.name}, PIN ${cashier.pin}`],
    ['manager', world.device('manager').ready.url, `${manager.name}, PIN ${manager.pin}`],
    ["cashier's tape", world.register('cashier').ready.url, ''],
    ["kiosk's tape", world.register('kiosk').ready.url, ''],
    ['car', `${world.instrument('adapter').ready.url}/state`, ''],
    ['payments', `${world.bank().ready.url}/state`, ''],
  ];
  console.log('');
  for (const [name = '', url = '', login = ''] of lines)
    console.log(`  ${name.padEnd(15)} ${url}${login === '' ? '' : `   ${login}`}`);
  console.log(`\n  All of it is in ${join(dataDir, 'demo.json')}. Ctrl+C stops everything.\n`);
}

/** Electron windows where its binary is; else the machine's browser, if there is one to ask. */
function openScreens(world: World): void {
  const { why } = electronBinary();
  if (why !== undefined) console.log(`  ${why}; opening the screens in a browser.`);
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  if (opener === 'xdg-open' && process.env['DISPLAY'] === undefined && process.env['WAYLAND_DISPLAY'] === undefined)
    return;
  for (const url of [`${world.serverUrl}/hq`, ...DEVICE_MODES.map((mode) => world.device(mode).ready.url)]) {
    const browser = spawn(opener, [url], { stdio: 'ignore', detached: true });
    browser.once('error', () => console.log(`  open ${url} in a browser`));
    browser.unref();
  }
}
