/**
 * The Electron entry: the composition root with a window, and the only file of the core that imports `electron` as a value. It
 * reads what the machine says (command line, environment, folders) and passes it on.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  app,
  autoUpdater,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
} from 'electron';
import { AppError } from '#shared/kernel/errors.ts';
import { DEVICE_FLAGS, type LoadedConfig, loadDeviceConfig, warnOfServerOnly } from './config/config.ts';
import type { DeviceConfig } from './config/device-settings.ts';
import { wipeIfMarked } from './db/wipe.ts';
import { createDevice, type DevicePorts } from './device.ts';
import { openDeviceLog } from './log/device-log.ts';
import type { DeviceLog } from './log/log.ts';
import { createFileSecrets } from './secrets/file-secrets.ts';
import { type BrowserShell, startBrowserShell } from './shell/browser/browser-shell.ts';
import { type ShellDevice, startElectronApp } from './shell/electron/app.ts';
import { EXIT } from './shell/electron/exit-codes.ts';
import { createPortServer } from './shell/electron/rpc-server.ts';
import { createElectronSecrets } from './shell/electron/secrets.ts';
import { squirrelErrand } from './shell/electron/squirrel.ts';

const { env, platform } = process;
const now = (): number => Date.now();
/** The sources, or the archive: both have the bundles, the pages and the migrations at the same places. */
const program = app.getAppPath();
/** Where relative paths begin. A packed program's own folder is replaced by every update, so nothing is kept there. */
const home = app.isPackaged ? join(app.getPath('appData'), 'Prilavok') : program;

function readConfig(): LoadedConfig {
  // Chromium's switches share the command line: what is no flag of ours is not ours to refuse.
  const options = Object.fromEntries(DEVICE_FLAGS.map((flag) => [flag, { type: 'string' as const }]));
  const { values } = parseArgs({ args: process.argv.slice(1), options, strict: false });
  const flags = Object.fromEntries(
    DEVICE_FLAGS.map((flag) => [flag, typeof values[flag] === 'string' ? values[flag] : undefined]),
  );
  const loaded = loadDeviceConfig({ file: join(home, 'config', 'service.json'), env, flags });
  return { ...loaded, config: { ...loaded.config, dataDir: resolve(home, loaded.config.dataDir) } };
}

async function openDevice(
  config: DeviceConfig,
  ports: Pick<DevicePorts, 'log' | 'secrets' | 'restart' | 'leave'>,
): Promise<ShellDevice> {
  const { host, port, dataDir } = config;
  const device = await createDevice(config, {
    ...ports,
    version: app.getVersion(),
    platform: `${platform}-${process.arch}`,
    now,
    randomBytes,
    migrationsFolder: join(program, 'drizzle', 'device'),
    processMetrics: true,
  });
  let api: BrowserShell | undefined;
  const stop = async (): Promise<void> => {
    try {
      await api?.close();
    } finally {
      await device.stop();
    }
  };
  try {
    // The screens are in the window: on loopback there are only the local API and the metrics.
    const token = randomBytes(32).toString('hex');
    api = await startBrowserShell({ ...device, host, port, token, dataDir, log: ports.log });
    await device.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    serve: createPortServer(device.router, (id) => device.contextFor(id)),
    blobs: (request) => device.blobs(request, device.contextFor('pages')),
    isBusy: () => device.isBusy(),
    stop,
  };
}

function start({ config, serverOnly }: LoadedConfig): Promise<unknown> {
  const { dataDir, mode } = config;
  const openLog = (): DeviceLog => {
    const mirror = (line: string) => void process.stderr.write(`${line}\n`);
    const log = openDeviceLog({ dataDir, level: config.log.level, now, mirror });
    warnOfServerOnly(log, serverOnly);
    const leave = (error: unknown) => {
      log.begin('the core failed', { version: app.getVersion(), error });
      app.exit(EXIT.fault);
    };
    process.on('uncaughtException', leave);
    process.on('unhandledRejection', leave);
    return log;
  };
  return startElectronApp(
    {
      app,
      autoUpdater,
      BrowserWindow,
      Menu,
      ipcMain,
      powerMonitor,
      powerSaveBlocker,
      protocol,
      safeStorage,
      screen,
      session,
    },
    {
      mode,
      version: app.getVersion(),
      platform,
      // Squirrel works on an installed program alone; on Linux the system's own packages bring new versions.
      updateUrl: app.isPackaged && platform !== 'linux' ? config.updateUrl : undefined,
      paths: {
        userData: join(dataDir, 'chromium'),
        preload: join(program, '.vite', 'build', 'preload.cjs'),
        pages: join(program, 'dist', 'renderer'),
      },
      openLog,
      now,
      after: (ms, work) => {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
      },
      openSecrets: (store, log) => {
        wipeIfMarked(dataDir, log);
        const fallback = createFileSecrets({ folder: dataDir, env, randomBytes });
        return createElectronSecrets({ safeStorage: store, platform, folder: dataDir, env, fallback, log });
      },
      openDevice: async ({ log, secrets, quit, restart }) => {
        try {
          return await openDevice(config, { log, secrets, restart, leave: quit });
        } catch (error) {
          // The log waits for its first line, which the device did not come to write.
          log.begin('device did not start', { version: app.getVersion(), mode });
          throw error;
        }
      },
    },
  );
}

async function main(): Promise<void> {
  const errand = platform === 'win32' ? squirrelErrand(process.argv.slice(1), process.execPath) : undefined;
  if (errand === undefined) {
    await start(readConfig());
    return;
  }
  if (errand.run) spawn(errand.run.file, errand.run.args, { detached: true, stdio: 'ignore' }).unref();
  app.exit(EXIT.quit);
}

main().catch((error: unknown) => {
  // Nothing is open, and the person who set it wrong may be looking at the screen, not at a console.
  const isConfig = error instanceof AppError && error.code === 'config.invalid';
  const text = error instanceof Error ? error.message : String(error);
  dialog.showErrorBox(isConfig ? 'Прилавок: неверная настройка' : 'Прилавок не запустился', text);
  app.exit(isConfig ? EXIT.badConfig : EXIT.fault);
});
