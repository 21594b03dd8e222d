/** One TCP connection to the emulated register: a frame out, a frame in. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { frameCutter } from './wire.ts';

export interface Link {
  /** False once the other side has hung up, or has said what nobody asked for. */
  alive(): Promise<boolean>;
  /** `undefined` when the link broke or the time (ms) ran out: the request may have been obeyed all the same. */
  exchange(request: Buffer, timeoutMs: number): Promise<Buffer | undefined>;
  close(): void;
}

/** `undefined` when there is nobody, or no such address, within the time (ms). */
export async function openLink(host: string, port: number, timeoutMs: number): Promise<Link | undefined> {
  let socket: Socket | undefined;
  try {
    socket = createConnection({ host, port, noDelay: true });
    // What breaks a link is told by its closing; an error that nobody listens for would end the process.
    socket.on('error', () => undefined);
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) });
    return linkOver(socket);
  } catch {
    socket?.destroy();
    return undefined;
  }
}

function linkOver(socket: Socket): Link {
  let waiting: ((frame: Buffer | undefined) => void) | undefined;
  const answer = (frame: Buffer | undefined): void => {
    const asked = waiting;
    waiting = undefined;
    asked?.(frame);
  };
  const cut = frameCutter((frame) => {
    if (waiting === undefined) socket.destroy();
    else answer(frame);
  });
  socket.on('data', (chunk: Buffer) => {
    try {
      // Bytes that nobody asked for are as bad as a hang-up: an answer to an abandoned request.
      if (cut(chunk) > 0 && waiting === undefined) socket.destroy();
    } catch {
      socket.destroy();
    }
  });
  // At once, and not when the closing of this side is through: half a hang-up is one.
  socket.on('end', () => socket.destroy());
  socket.on('close', () => answer(undefined));

  return {
    async alive() {
      // What the kernel knows already, this process learns only when its loop polls: one whole turn of it lies
      // between two immediates. A request sent to a register that had gone would be in doubt for nothing.
      await nextTurn();
      await nextTurn();
      return !socket.destroyed;
    },
    exchange: (request, timeoutMs) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve(undefined);
        const late = setTimeout(() => socket.destroy(), timeoutMs);
        waiting = (frame) => {
          clearTimeout(late);
          resolve(frame);
        };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
