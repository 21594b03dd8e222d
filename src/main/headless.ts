/**
 * The device in plain Node, its screens in any Chromium of this machine. Prints one line of JSON on stdout when it is
 * ready, logs to stderr and to its folder, and ends on SIGTERM with code 0. What a person has to change (settings, a
 * taken port, data it cannot open) ends it with code 2 and says so in plain words.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { onStopSignal } from '#node/stop-signal.ts';
import { EnrolmentCode } from '#shared/devices/devices.schema.ts';
import { AppError } from '#shared/kernel/errors.ts';
import { DEVICE_FLAGS, loadDeviceConfig, warnOfServerOnly } from './config/config.ts';
import type { DeviceConfig } from './config/device-settings.ts';
import { wipeIfMarked } from './db/wipe.ts';
import { createDevice, type Device } from './device.ts';
import { openDeviceLog } from './log/device-log.ts';
import { createFileSecrets } from './secrets/file-secrets.ts';
import { type BrowserShell, startBrowserShell } from './shell/browser/browser-shell.ts';
import { openScreen, type Screen } from './shell/browser/screen.ts';

const EXIT_FAULT = 1;
const EXIT_CONFIGURATION = 2;
/** A device that does not stop in this time is left as it is: every effect was journalled before it began. */
const STOP_DEADLINE_MS = 10_000;
const ROOT = join(import.meta.dirname, '../..');

const USAGE = `Usage: headless [--mode kiosk|cashier|manager] [--data-dir FOLDER] [--port N] [--server URL] [--enrol CODE]

  --enrol CODE     binds the device to the server by a one-time code; without effect once it is bound
  --config FILE    settings to read instead of config/service.json
  --help           this text

Every setting has a flag; docs/configuration.md lists them.
`;

interface CommandLine {
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly enrolCode: string | undefined;
  readonly configFile: string;
}

/** @param argv arguments after the program's name. */
export async function main(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (argv.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  try {
    await run(readCommandLine(argv), env);
  } catch (error) {
    process.stderr.write(`${error instanceof AppError ? error.message : String((error as Error).stack ?? error)}\n`);
    process.exit(error instanceof AppError ? EXIT_CONFIGURATION : EXIT_FAULT);
  }
}

/** Where the screens of a run are: the next one has them at the same place, so that an open page goes on. */
interface Place {
  readonly token: string;
  readonly port: number;
}

async function run(
  commandLine: CommandLine,
  env: Readonly<Record<string, string | undefined>>,
  former?: Place,
): Promise<void> {
  const { flags, enrolCode, configFile } = commandLine;
  const { config, serverOnly } = loadDeviceConfig({ file: configFile, env, flags });
  const token = former?.token ?? randomBytes(32).toString('hex');
  const now = () => Date.now();
  const mirror = (line: string) => process.stderr.write(`${line}\n`);
  const log = openDeviceLog({ dataDir: config.dataDir, level: config.log.level, now, mirror });
  warnOfServerOnly(log, serverOnly);
  // What nobody expected may have left anything half done: the journal is made for a start, not for going on.
  const crash = (error: unknown) => {
    log.error('the device failed', { error });
    log.close();
    process.exit(EXIT_FAULT);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  let device: Device | undefined;
  let shell: BrowserShell | undefined;
  let close = () => Promise.resolve();
  const restart = () => {
    const again = async () => {
      const port = shell === undefined ? config.port : Number(new URL(shell.url).port);
      await close();
      process.off('uncaughtException', crash).off('unhandledRejection', crash);
      await run({ ...commandLine, enrolCode: undefined }, env, { token, port });
    };
    // A device that does not come back by itself is its supervisor's.
    again().catch(crash);
  };
  const leave = () => {
    close()
      .then(() => process.exit())
      .catch(crash);
  };
  try {
    wipeIfMarked(config.dataDir, log);
    device = await createDevice(config, {
      version: readVersion(),
      platform: `${process.platform}-${process.arch}`,
      now,
      randomBytes,
      log,
      secrets: createFileSecrets({ folder: config.dataDir, env, randomBytes }),
      migrationsFolder: join(ROOT, 'drizzle/device'),
      processMetrics: true,
      restart,
      leave,
    });
    if (enrolCode !== undefined) await enrol(device, config, enrolCode);
    await device.start();
    shell = await openShell(device, { ...config, port: former?.port ?? config.port }, token);
  } catch (error) {
    log.error('device could not start', { error });
    // The log waits for its first line, which a device that was not made did not come to write.
    if (device === undefined) log.begin('device did not start', { version: readVersion(), mode: config.mode });
    await shell?.close();
    await device?.stop();
    throw error;
  }
  close = stopOnSignal(device, shell, watchScreen(config, device, shell));
  process.stdout.write(`${JSON.stringify({ ready: true, url: shell.url, mode: config.mode })}\n`);
}

const openShell = (device: Device, config: DeviceConfig, token: string): Promise<BrowserShell> =>
  startBrowserShell({
    mode: config.mode,
    host: config.host,
    port: config.port,
    token,
    pagesFolder: join(ROOT, 'dist/renderer'),
    dataDir: config.dataDir,
    router: device.router,
    contextFor: (connectionId) => device.contextFor(connectionId),
    metrics: device.metrics,
    log: device.core.log,
    newRef: () => device.newRef(),
    blobs: device.blobs,
    agent: device.agent,
  });

/** The screens in a browser of this machine, if the settings name one. */
function watchScreen(config: DeviceConfig, { core }: Device, { url }: BrowserShell): Screen | undefined {
  const { browser, arguments: further } = config.screen;
  if (browser === undefined) return undefined;
  return openScreen({
    browser,
    args: further.split(' ').filter(Boolean),
    url,
    mode: config.mode,
    profile: join(resolve(config.dataDir), 'chromium'),
    now: core.now,
    after: (ms, work) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    log: core.log.child({ domain: 'screen' }),
    // In an orderly way: whoever supervises this process begins it anew.
    giveUp: () => {
      process.exitCode = EXIT_FAULT;
      process.kill(process.pid, 'SIGTERM');
    },
  });
}

/** A code for a device that is bound already changes nothing: whoever starts it again need not know. */
async function enrol(device: Device, config: DeviceConfig, text: string): Promise<void> {
  if (device.devices.identity() !== undefined) {
    device.core.log.info('the device is enrolled already: the code was not used');
    return;
  }
  const code = EnrolmentCode.safeParse(text);
  if (!code.success) throw new AppError('config.invalid', '--enrol must be 8 letters and digits, as XXXX-XXXX');
  if (config.serverUrl === undefined) throw new AppError('config.invalid', '--enrol needs --server');
  await device.devices.enrol(config.mode, { serverUrl: config.serverUrl, code: code.data });
}

/** @returns what stops everything and lets go of the signals; the process stays. */
function stopOnSignal(device: Device, shell: BrowserShell, screen: Screen | undefined): () => Promise<void> {
  const close = async () => {
    await screen?.close();
    await shell.close();
    await device.stop();
  };
  const end = async () => {
    setTimeout(() => process.exit(EXIT_FAULT), STOP_DEADLINE_MS).unref();
    try {
      await close();
      process.exit();
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
      process.exit(EXIT_FAULT);
    }
  };
  const letGo = onStopSignal({ stop: () => void end(), hurry: () => process.exit(EXIT_FAULT) });
  return async () => {
    const deadline = setTimeout(() => process.exit(EXIT_FAULT), STOP_DEADLINE_MS);
    await close();
    clearTimeout(deadline);
    letGo();
  };
}

function readCommandLine(argv: readonly string[]): CommandLine {
  const names = [...DEVICE_FLAGS, 'enrol', 'config'];
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    const { enrol: enrolCode, config, ...flags } = parseArgs({ args: [...argv], options, strict: true }).values;
    return { flags, enrolCode, configFile: config ?? join(ROOT, 'config/service.json') };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new AppError('config.invalid', `${said}\n\n${USAGE}`, { cause: error });
  }
}

const readVersion = (): string =>
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string }).version;
