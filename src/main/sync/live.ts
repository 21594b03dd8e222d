/** The server's hints over Socket.IO. They only make things quicker: with every one of them lost, nothing is. */
import { io, type Socket } from 'socket.io-client';
import type { z } from 'zod';
import type { Logger } from '#main/core.ts';
import { EXCHANGE_HINT } from '#shared/exchange/exchange.api.ts';
import { Poke } from '#shared/sync/protocol.ts';

export interface LiveLink {
  /** Connects, or connects anew when the server or the token is another. Without one it lets go. */
  follow(to: { readonly serverUrl: string; readonly token: string } | undefined): void;
  close(): void;
}

export interface LiveHints {
  /** The link stands (again): whatever was missed meanwhile is to be asked for. */
  readonly onConnect: () => void;
  readonly onPoke: (poke: z.infer<typeof Poke>) => void;
  /** The server has a fiscal task for this device's register. */
  readonly onTaskNext: () => void;
  /** A payment of this device may have moved at the provider. */
  readonly onPayment?: () => void;
  /** Headquarters wants something of this device. */
  readonly onCommand?: () => void;
  /** A phone wants something of the currency desk here. */
  readonly onExchange?: () => void;
}

export function createLiveLink(hints: LiveHints, log: Logger): LiveLink {
  let socket: Socket | undefined;
  let key: string | undefined;

  const close = () => {
    socket?.removeAllListeners();
    socket?.disconnect();
    socket = undefined;
    key = undefined;
  };

  return {
    close,
    follow: (to) => {
      const wanted = to === undefined ? undefined : `${to.serverUrl} ${to.token}`;
      if (wanted === key) {
        // A server that sent us away (revoked, shutting down) is not called again by the library itself.
        if (socket?.active === false) socket.connect();
        return;
      }
      close();
      if (to === undefined) return;
      key = wanted;
      socket = io(new URL('/device', to.serverUrl).href, {
        auth: { token: to.token },
        transports: ['websocket'],
        reconnectionDelay: 500,
        reconnectionDelayMax: 30_000,
        randomizationFactor: 0.5,
      });
      socket.on('connect', hints.onConnect);
      socket.on('task:next', hints.onTaskNext);
      socket.on('payment', () => hints.onPayment?.());
      socket.on('command', () => hints.onCommand?.());
      socket.on(EXCHANGE_HINT, () => hints.onExchange?.());
      // Another shop may be this device's now: what waits goes out first, then it is asked for.
      socket.on('grants', hints.onConnect);
      socket.on('poke', (message: unknown) => {
        const poke = Poke.safeParse(message);
        if (poke.success) hints.onPoke(poke.data);
      });
      socket.on('connect_error', (error) => {
        log.debug('no live connection', { reason: error.message });
      });
    },
  };
}
