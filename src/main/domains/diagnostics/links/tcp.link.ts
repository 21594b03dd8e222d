import { createConnection } from 'node:net';
import type { OpenTextLink } from './text.link.ts';

/** An adapter on Wi-Fi, or one behind a serial server. */
export const tcpLink =
  ({ host, port }: { readonly host: string; readonly port: number }): OpenTextLink =>
  (signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const socket = createConnection({ host, port, noDelay: true });
      const give = () => {
        socket.destroy();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', give, { once: true });
      socket.once('error', (error) => {
        signal.removeEventListener('abort', give);
        reject(error);
      });
      socket.once('connect', () => {
        signal.removeEventListener('abort', give);
        // One byte is one character: what is not ASCII is noise that the reader drops.
        socket.setEncoding('latin1');
        socket.on('error', () => socket.destroy());
        resolve({
          write: (text) => void socket.write(text, 'latin1'),
          onText: (listener) => void socket.removeAllListeners('data').on('data', listener as (data: unknown) => void),
          onClose: (listener) => void socket.once('close', listener),
          close: () => void socket.destroy(),
        });
      });
    });
