/**
 * The line between this page and its device core: a MessagePort in Electron, a WebSocket in the browser shell. It opens
 * itself again when the core comes back, and says how it stands.
 */
import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import { AppError } from '#shared/kernel/errors.ts';
import { PORT_REQUEST } from '#shared/rpc/port.ts';

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

/** A core that is still starting is not a core that is gone: so many first attempts may fail in silence. */
const PATIENCE = 5;
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
    for (let failures = 0; running; ) {
      const opened = await dial().catch(() => undefined);
      if (opened) {
        failures = 0;
        line = opened;
        first.resolve();
        become('open');
        await opened.closed;
        line = undefined;
      } else {
        failures += 1;
      }
      if (state === 'open' || failures >= PATIENCE) {
        become('lost');
        first.resolve();
      }
      await wait(retryDelay(Math.max(failures - 1, 0)));
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

/**
 * Hands one end of a new channel to the preload script, which passes it on to the device core. The preload takes one port
 * a page, so a line that ended is dialled again by loading the page again.
 */
export function dialMessagePort(): Dial {
  let used = false;
  return async () => {
    if (used) {
      location.reload();
      throw new AppError('app.unavailable', 'the page is loaded again');
    }
    used = true;
    const { port1: port, port2: theirs } = new MessageChannel();
    const closed = new Promise<void>((done) => port.addEventListener('close', () => done()));
    window.postMessage(PORT_REQUEST, location.origin, [theirs]);
    port.start();
    return { link: new MessagePortLink({ port }), closed };
  };
}

declare global {
  interface Window {
    /** Set by the preload script: this page is in Electron. */
    readonly prilavok?: { readonly shell: 'electron' };
  }
}

/** The dial of whichever shell this page is in. */
export const dialShell = (): Dial =>
  window.prilavok
    ? dialMessagePort()
    : dialWebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/rpc`);
