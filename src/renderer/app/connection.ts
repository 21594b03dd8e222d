/**
 * The line between this page and its device core: a MessagePort in Electron, a WebSocket in the browser shell. It opens
 * itself again when the core comes back, and says how it stands.
 */
import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import { AppError } from '#shared/kernel/errors.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost';

/** One open line: how to call over it, and a promise that ends when it does. */
export interface Line {
  readonly link: ClientLink<ClientContext>;
  readonly closed: Promise<void>;
}

/** Opens a line or rejects. */
export type Dial = () => Promise<Line>;

export interface Connection {
  readonly link: ClientLink<ClientContext>;
  readonly state: () => ConnectionState;
  /** Calls `listener` at every change of state; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly start: () => void;
  readonly stop: () => void;
}

export interface ConnectionOptions {
  readonly dial: Dial;
  /** Resolves after so many milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Quick at first (a core that restarts is back within a second), then every five seconds. */
const RETRY_MS = [250, 500, 1000, 2000, 5000] as const;
const retryDelay = (attempt: number): number => RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 5000;

/** A call made while there is no line fails at once with `app.unavailable`: a screen must not wait in silence. */
export function createConnection({ dial, wait }: ConnectionOptions): Connection {
  let state: ConnectionState = 'connecting';
  let line: Line | undefined;
  let running = false;
  /** Calls that came before the first line; they go out or fail with it. */
  let first = Promise.withResolvers<void>();
  const listeners = new Set<() => void>();
  const become = (next: ConnectionState) => {
    if (state === next) return;
    state = next;
    for (const listener of listeners) listener();
  };

  async function run(): Promise<void> {
    for (let attempt = 0; running; attempt += 1) {
      const opened = await dial().catch(() => undefined);
      if (opened) {
        attempt = -1;
        line = opened;
        first.resolve();
        become('open');
        await opened.closed;
        line = undefined;
      }
      first.resolve();
      become('lost');
      await wait(retryDelay(Math.max(attempt, 0)));
    }
  }

  return {
    link: {
      async call(path, input, options) {
        if (!line && state === 'connecting') await first.promise;
        if (!line) throw new AppError('app.unavailable', 'the device core does not answer');
        return line.link.call(path, input, options);
      },
    },
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      if (running) return;
      running = true;
      first = Promise.withResolvers<void>();
      void run();
    },
    stop() {
      running = false;
    },
  };
}

/** `ws(s)://<this origin>/rpc`: the browser shell knows the window by its cookie. */
export const dialWebSocket =
  (url: string): Dial =>
  () =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      const closed = new Promise<void>((done) => {
        socket.addEventListener('close', () => {
          done();
          reject(new AppError('app.unavailable', 'the socket closed'));
        });
      });
      socket.addEventListener('open', () => resolve({ link: new WebSocketLink({ websocket: socket }), closed }));
    });

/** What the preload script puts on `window`. */
export interface PreloadBridge {
  /** Asks the shell for a line. The answer is a `message` event of this window whose data is `PORT_MESSAGE`. */
  readonly requestPort: () => void;
}
export const PORT_MESSAGE = 'prilavok:port';

/** The port arrives as a message from the preload script of this same window: any other source is refused. */
export const dialMessagePort =
  (bridge: PreloadBridge): Dial =>
  () =>
    new Promise((resolve) => {
      const receive = (event: MessageEvent) => {
        const [port] = event.ports;
        if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
        window.removeEventListener('message', receive);
        const closed = new Promise<void>((done) => port.addEventListener('close', () => done()));
        port.start();
        resolve({ link: new MessagePortLink({ port }), closed });
      };
      window.addEventListener('message', receive);
      bridge.requestPort();
    });

declare global {
  interface Window {
    readonly prilavok?: PreloadBridge;
  }
}

/** The dial of whichever shell this page is in. */
export const dialShell = (): Dial =>
  window.prilavok
    ? dialMessagePort(window.prilavok)
    : dialWebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/rpc`);
