/** The Electron shell around a device: in the order that makes each step safe, and with everything passed in. */
import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  IpcMain,
  MessagePortMain,
  PowerMonitor,
  PowerSaveBlocker,
  Protocol,
  Screen,
  Session,
  WebContents,
} from 'electron';
import type { Logger, Secrets } from '#main/core.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { guardCrashes, logChildProcesses, type WatchedContents } from './crash.ts';
import { EXIT } from './exit-codes.ts';
import { failurePage } from './failure-page.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { type MenuPieces, setMenu } from './menu.ts';
import { guardNavigation, refuseDownloads } from './navigation.ts';
import { FAILURE_URL, pageUrl } from './origin.ts';
import { lockPermissions, type PermissionSession } from './permissions.ts';
import { openPortDoor } from './rpc-port.ts';
import { type PageBlobs, registerScheme, servePages } from './scheme.ts';
import type { AsyncSafeStorage } from './secrets.ts';
import { holdSingleInstance } from './single-instance.ts';
import type { After } from './timer.ts';
import { followUpdates, type Updater } from './updates.ts';
import { holdKiosk, windowOptions } from './windows.ts';

export type ShellWindow = Pick<
  BrowserWindow,
  'on' | 'once' | 'loadURL' | 'show' | 'focus' | 'restore' | 'isMinimized' | 'setKiosk'
> & { readonly webContents: WatchedContents & Pick<WebContents, 'id'> };

/** The pieces of Electron that the shell touches. The real module fits; so does the double of the tests. */
export interface ElectronPieces {
  readonly app: Pick<
    App,
    | 'on'
    | 'quit'
    | 'exit'
    | 'whenReady'
    | 'enableSandbox'
    | 'requestSingleInstanceLock'
    | 'setPath'
    | 'isPackaged'
    | 'relaunch'
  >;
  readonly autoUpdater: Updater;
  readonly BrowserWindow: new (options: BrowserWindowConstructorOptions) => ShellWindow;
  readonly Menu: MenuPieces;
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly powerMonitor: Pick<PowerMonitor, 'on'>;
  readonly powerSaveBlocker: Pick<PowerSaveBlocker, 'start'>;
  readonly protocol: Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>;
  readonly safeStorage: AsyncSafeStorage;
  readonly screen: Pick<Screen, 'getPrimaryDisplay'>;
  /** Read after `ready` only: Electron makes the session then. */
  readonly session: { readonly defaultSession: PermissionSession & Pick<Session, 'on'> };
}

/** What the shell needs of a running device. */
export interface ShellDevice {
  /** Answers the RPC contract on this port, for a window of this mode. */
  readonly serve: (port: MessagePortMain, mode: Mode) => void;
  /** Answers a page's request for a file. */
  readonly blobs: PageBlobs;
  /** Something that must not be cut off. */
  readonly isBusy: () => boolean;
  readonly stop: () => Promise<void>;
}

export interface ElectronShell<L extends Logger> {
  readonly mode: Mode;
  readonly version: string;
  readonly platform: NodeJS.Platform;
  /** Where new versions are; `undefined` where something else brings them, or nothing does. */
  readonly updateUrl: string | undefined;
  readonly paths: {
    /** Chromium's own files; the single-instance lock belongs to this folder, so keep it inside the device's data. */
    readonly userData: string;
    readonly preload: string;
    /** Folder with `<mode>/index.html` and `assets/`. */
    readonly pages: string;
  };
  /** Called once, after the lock: a second instance must not write into the log of the first. */
  readonly openLog: () => L;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly after: After;
  /** Called once, after `ready`. */
  readonly openSecrets: (safeStorage: AsyncSafeStorage, log: L) => Promise<Secrets>;
  /** `quit` ends the program: what a kiosk's service menu calls once it has checked the PIN. */
  readonly openDevice: (ports: {
    readonly log: L;
    readonly secrets: Secrets;
    readonly quit: () => void;
    /** Ends the program in the same way and begins it anew. */
    readonly restart: () => void;
  }) => Promise<ShellDevice>;
}

/** A kiosk that could not start shows why for this long, then leaves it to its supervisor to try again. */
const FAILURE_SHOWN_MS = 60_000;

export type Started = 'running' | 'failed' | 'second_instance';

export async function startElectronApp<L extends Logger>(
  electron: ElectronPieces,
  shell: ElectronShell<L>,
): Promise<Started> {
  const { app } = electron;
  const { mode } = shell;
  let window: ShellWindow | undefined;
  let device: ShellDevice | undefined;

  app.setPath('userData', shell.paths.userData);
  if (!holdSingleInstance(app, () => bringForward(window))) {
    app.exit(EXIT.quit);
    return 'second_instance';
  }
  const log = shell.openLog();
  app.enableSandbox();
  registerScheme(electron.protocol);
  guardNavigation(app, log);
  logChildProcesses(app, log);
  const lifecycle = createLifecycle({ app, after: shell.after, log, stop: async () => device?.stop() });

  await app.whenReady();
  const modes = new Map<number, Mode>();
  let failure: string | undefined;
  setMenu(electron.Menu, mode, shell.platform);
  lockPermissions(electron.session.defaultSession, mode, log);
  refuseDownloads(electron.session.defaultSession, log);
  servePages(electron.protocol, {
    mode,
    root: shell.paths.pages,
    failurePage: () => failure,
    blobs: () => device?.blobs,
    log,
  });
  electron.powerMonitor.on('shutdown', () => lifecycle.quit(EXIT.quit));
  if (mode === 'kiosk') electron.powerSaveBlocker.start('prevent-display-sleep');

  try {
    const secrets = await shell.openSecrets(electron.safeStorage, log);
    const quit = () => lifecycle.quit(EXIT.quit);
    const restart = () => {
      app.relaunch();
      quit();
    };
    device = await shell.openDevice({ log, secrets, quit, restart });
  } catch (error) {
    log.error('the device could not start', { error });
    failure = failurePage(error, shell.version);
    window = openWindow(electron, { ...shell, log }, lifecycle);
    await window.loadURL(FAILURE_URL);
    window.on('closed', () => lifecycle.quit(EXIT.startFailed));
    if (mode === 'kiosk') shell.after(FAILURE_SHOWN_MS, () => lifecycle.quit(EXIT.startFailed));
    return 'failed';
  }

  const { serve, isBusy } = device;
  openPortDoor({ ipcMain: electron.ipcMain, modeOf: (id) => modes.get(id), serve, log });
  window = openWindow(electron, { ...shell, log }, lifecycle);
  // Only this window has a mode: the failure window, or one that we did not open, may not call the core.
  modes.set(window.webContents.id, mode);
  await window.loadURL(pageUrl(mode));
  if (shell.updateUrl !== undefined) {
    const { after, updateUrl: url } = shell;
    followUpdates({ updater: electron.autoUpdater, url, after, isBusy, leave: lifecycle.leave, log });
  }
  return 'running';
}

type WindowShell = Pick<ElectronShell<Logger>, 'mode' | 'paths' | 'now' | 'after'> & { readonly log: Logger };

function openWindow(electron: ElectronPieces, shell: WindowShell, lifecycle: Lifecycle): ShellWindow {
  const { mode, log, now, after } = shell;
  const display = electron.screen.getPrimaryDisplay();
  const options = windowOptions({ mode, display, packaged: electron.app.isPackaged, preload: shell.paths.preload });
  const window = new electron.BrowserWindow(options);
  guardCrashes(window.webContents, { now, after, log, giveUp: () => lifecycle.quit(EXIT.crashLoop) });
  if (mode === 'kiosk') holdKiosk(window, lifecycle.isQuitting);
  // A page may ask to stay, and the program leaves all the same: nothing is kept in a page that is not in the database.
  window.webContents.on('will-prevent-unload', (event) => event.preventDefault());
  // Windows ends a session without asking the app to quit.
  window.on('session-end', () => lifecycle.quit(EXIT.quit));
  window.once('ready-to-show', () => window.show());
  return window;
}

function bringForward(window: ShellWindow | undefined): void {
  if (window?.isMinimized()) window.restore();
  window?.focus();
}
