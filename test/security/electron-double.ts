/**
 * Electron, as far as the shell touches it, written by hand: its binary cannot be had on a build machine. It is typed as the
 * pieces the shell asks for, which are picked from Electron's own types, so a new Electron that moved one fails the type-check.
 * It behaves as documented where the shell depends on it: the order of quitting, closing that can be prevented.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  Display,
  IpcMainEvent,
  MessagePortMain,
  Session,
  WebContents,
  WindowOpenHandlerResponse,
} from 'electron';
import type { ElectronPieces, ShellWindow } from '#main/shell/electron/app.ts';
import type { GuardedContents } from '#main/shell/electron/navigation.ts';

/** The overloads of an `on` cannot be written out by hand: this one cast is what the double takes on trust. */
const listens = <T>(emitter: EventEmitter): T => emitter.on.bind(emitter) as T;

/** An event that remembers whether it was prevented. */
export interface Preventable {
  readonly prevented: boolean;
  readonly preventDefault: () => void;
}
export function preventable<T extends object>(facts: T): T & Preventable {
  let prevented = false;
  return Object.defineProperty({ ...facts, preventDefault: () => (prevented = true) }, 'prevented', {
    get: () => prevented,
  }) as unknown as T & Preventable;
}

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];
type OpenDetails = Parameters<OpenHandler>[0];

export function contentsDouble(id: number) {
  const events = new EventEmitter();
  const done: string[] = [];
  let opened: OpenHandler = () => ({ action: 'allow' });
  const contents: GuardedContents & ShellWindow['webContents'] = {
    id,
    on: listens<WebContents['on']>(events),
    setWindowOpenHandler: (handler) => {
      opened = handler;
    },
    reload: () => void done.push('reload'),
    isDestroyed: () => false,
    forcefullyCrashRenderer: () => {
      done.push('crash');
      events.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
    },
  };
  /** Raises an event that can be prevented, and says whether it was. */
  const attempt = (event: string, facts: object = {}, ...rest: unknown[]): boolean => {
    const details = preventable(facts);
    events.emit(event, details, ...rest);
    return details.prevented;
  };
  const open = (url: string): WindowOpenHandlerResponse => opened({ url } as OpenDetails);
  return { contents, events, done, attempt, open };
}
export type ContentsDouble = ReturnType<typeof contentsDouble>;

export interface WindowDouble extends ContentsDouble {
  readonly options: BrowserWindowConstructorOptions;
  readonly window: EventEmitter;
  readonly loaded: string[];
  /** What a person does with the cross in the corner. Says whether it closed. */
  readonly close: () => boolean;
}

export interface DoubleOptions {
  readonly locked?: boolean;
  readonly packaged?: boolean;
  readonly backend?: ReturnType<ElectronPieces['safeStorage']['getSelectedStorageBackend']>;
}

export function electronDouble(options: DoubleOptions = {}) {
  const app = new EventEmitter();
  const ipc = new EventEmitter();
  const session = new EventEmitter();
  const power = new EventEmitter();
  const calls: string[] = [];
  const exits: number[] = [];
  const windows: WindowDouble[] = [];
  const updater = new EventEmitter();
  const handlers: {
    request?: Parameters<Session['setPermissionRequestHandler']>[0];
    check?: Parameters<Session['setPermissionCheckHandler']>[0];
    device?: Parameters<Session['setDevicePermissionHandler']>[0];
    display?: Parameters<Session['setDisplayMediaRequestHandler']>[0];
    page?: (request: Request) => Response | Promise<Response>;
    second?: () => void;
  } = {};
  const display: Pick<Display, 'bounds' | 'workArea'> = {
    bounds: { x: 0, y: 0, width: 1080, height: 1920 },
    workArea: { x: 0, y: 40, width: 1080, height: 1880 },
  };
  const called =
    (name: string) =>
    (...args: unknown[]): void => {
      calls.push(args.length > 0 && typeof args[0] === 'string' ? `${name} ${args[0]}` : name);
    };

  const close = (double: WindowDouble): boolean => {
    const event = preventable({});
    double.window.emit('close', event);
    if (event.prevented) return false;
    windows.splice(windows.indexOf(double), 1);
    double.window.emit('closed');
    return true;
  };
  const quit = (): void => {
    calls.push('app.quit');
    app.emit('before-quit', preventable({}));
    if (![...windows].map(close).every(Boolean)) return;
    const event = preventable({});
    app.emit('will-quit', event);
    if (!event.prevented) exits.push(0);
  };

  class Window implements ShellWindow {
    readonly on: BrowserWindow['on'];
    readonly once: BrowserWindow['once'];
    readonly webContents: ShellWindow['webContents'];
    readonly show = called('window.show');
    readonly focus = called('window.focus');
    readonly restore = called('window.restore');
    readonly isMinimized = () => true;
    readonly setKiosk = (on: boolean) => called('window.setKiosk')(String(on));
    readonly loadURL: BrowserWindow['loadURL'];

    constructor(given: BrowserWindowConstructorOptions) {
      const window = new EventEmitter();
      const inside = contentsDouble(windows.length + 1);
      const loaded: string[] = [];
      const double: WindowDouble = {
        ...inside,
        options: given,
        window,
        loaded,
        close: () => {
          const closed = close(double);
          if (closed && windows.length === 0) app.emit('window-all-closed');
          return closed;
        },
      };
      this.on = listens<BrowserWindow['on']>(window);
      this.once = window.once.bind(window) as BrowserWindow['once'];
      this.webContents = inside.contents;
      this.loadURL = async (url) => {
        calls.push(`window.loadURL ${url}`);
        loaded.push(url);
        window.emit('ready-to-show');
      };
      windows.push(double);
      app.emit('web-contents-created', {}, inside.contents);
    }
  }

  const electron: ElectronPieces = {
    app: {
      on: listens<ElectronPieces['app']['on']>(app),
      quit,
      exit: (code) => void exits.push(code ?? 0),
      whenReady: async () => called('ready')(),
      enableSandbox: called('enableSandbox'),
      requestSingleInstanceLock: () => {
        calls.push('lock');
        return options.locked !== true;
      },
      relaunch: called('relaunch'),
      setPath: called('setPath'),
      isPackaged: options.packaged ?? true,
    },
    autoUpdater: {
      on: listens<ElectronPieces['autoUpdater']['on']>(updater),
      setFeedURL: ({ url }) => called('updater.from')(url),
      checkForUpdates: called('updater.check'),
      quitAndInstall: () => {
        calls.push('updater.install');
        // As documented: the windows are closed first, and the program is quit when all of them have.
        if ([...windows].map(close).every(Boolean)) quit();
      },
    },
    BrowserWindow: Window,
    Menu: {
      setApplicationMenu: (menu) => called('menu')(menu === null ? 'none' : 'some'),
      buildFromTemplate: () => Object.create(null),
    },
    ipcMain: { on: listens<ElectronPieces['ipcMain']['on']>(ipc) },
    powerMonitor: { on: listens<ElectronPieces['powerMonitor']['on']>(power) },
    powerSaveBlocker: {
      start: (type) => {
        called('awake')(type);
        return 1;
      },
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes) => called('scheme')(schemes.map(({ scheme }) => scheme).join()),
      handle: (scheme, handler) => {
        called('protocol')(scheme);
        handlers.page = handler;
      },
    },
    safeStorage: safeStorageDouble(options.backend ?? 'gnome_libsecret'),
    screen: { getPrimaryDisplay: () => display as Display },
    session: {
      defaultSession: {
        on: listens<Session['on']>(session),
        setPermissionRequestHandler: (handler) => {
          handlers.request = handler;
        },
        setPermissionCheckHandler: (handler) => {
          handlers.check = handler;
        },
        setDevicePermissionHandler: (handler) => {
          handlers.device = handler;
        },
        setDisplayMediaRequestHandler: (handler) => {
          handlers.display = handler;
        },
      },
    },
  };
  return { electron, app, ipc, session, power, updater, windows, calls, exits, handlers, display };
}
export type ElectronDouble = ReturnType<typeof electronDouble>;

/** A store whose sealing is visible: what is written is not the value, and only this double opens it. */
export function safeStorageDouble(
  backend: ReturnType<ElectronPieces['safeStorage']['getSelectedStorageBackend']>,
  state: { available?: boolean; locked?: boolean; rotated?: boolean } = {},
): ElectronPieces['safeStorage'] {
  return {
    isAsyncEncryptionAvailable: async () => state.available ?? true,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: async (text) => Buffer.from(`sealed:${Buffer.from(text).toString('hex')}`),
    decryptStringAsync: async (sealed) => {
      if (state.locked === true) throw new Error('locked');
      const result = Buffer.from(sealed.toString().slice('sealed:'.length), 'hex').toString();
      return { result, shouldReEncrypt: state.rotated ?? false };
    },
  };
}

/** A pair of ports: the page's end as the browser has it, the main process's end as Electron has it. */
export function portPair(): {
  readonly page: MessagePort;
  readonly main: MessagePortMain;
  readonly started: () => boolean;
} {
  const { port1: page, port2 } = new MessageChannel();
  let started = false;
  const heard = new EventEmitter();
  const main: Pick<MessagePortMain, 'on' | 'postMessage' | 'start' | 'close'> = {
    on: listens<MessagePortMain['on']>(heard),
    postMessage: (message) => port2.postMessage(message),
    // Electron's port keeps messages until it is started.
    start: () => {
      started = true;
      port2.on('message', (data: unknown) => heard.emit('message', { data, ports: [] }));
    },
    close: () => port2.close(),
  };
  port2.on('close', () => heard.emit('close'));
  return { page, main: main as MessagePortMain, started: () => started };
}

export interface FrameFacts {
  readonly url?: string;
  readonly parent?: object | null;
  readonly detached?: boolean;
}
/** What `ipcMain` hands to a listener, from a main frame of our own unless said otherwise. */
export function ipcEvent(
  webContentsId: number,
  frame: FrameFacts | null,
  ports: readonly MessagePortMain[],
): IpcMainEvent {
  const senderFrame =
    frame === null ? null : { url: 'prilavok://app/cashier/', parent: null, detached: false, ...frame };
  return { sender: { id: webContentsId }, senderFrame, ports } as unknown as IpcMainEvent;
}
