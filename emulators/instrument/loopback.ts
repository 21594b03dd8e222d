/** Ports of emulated instruments: on loopback only, since nobody signs in to them. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Listens, and gives the port: 0 takes a free one. Rejects with the system's error when the port is taken. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

export const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => void server.close(() => resolve()));

/** The TCP port through which a program talks with an instrument. */
export interface Link {
  readonly port: number;
  /** Those who are connected now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Hangs up on everybody. */
  readonly drop: () => void;
  /** Hangs up on everybody and stops listening. */
  readonly stop: () => Promise<void>;
}

/** Listens for connections; port 0 takes a free one. Rejects with the system's error when the port is taken. */
export async function startLink(port: number, onSocket: (socket: Socket) => void): Promise<Link> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    onSocket(socket);
  });
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: await listenOnLoopback(server, port),
    sockets,
    drop,
    stop: () => {
      drop();
      return closeServer(server);
    },
  };
}
