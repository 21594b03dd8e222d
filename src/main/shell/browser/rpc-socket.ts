/** The RPC contract over a WebSocket at `/rpc`. The page proves itself by the cookie and the Origin, at the upgrade. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/websocket';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '#main/core.ts';
import type { DeviceRouter } from '#main/rpc/router.ts';
import type { CallContext } from '#main/rpc/rpc.ts';
import type { Access } from './access.ts';

/** Far above any call of the contract: the largest is a cart of 500 lines. */
export const MAX_FRAME_BYTES = 1_048_576;
/** A page has one line; a few windows may be open. More is a fault that would otherwise eat the device. */
const MAX_CONNECTIONS = 32;

export interface RpcSocketOptions {
  readonly access: Access;
  readonly router: DeviceRouter;
  /** What is known of a caller on this connection. */
  readonly contextFor: (connectionId: string) => CallContext;
  readonly log: Logger;
}

export interface RpcSocket {
  close(): void;
}

export function serveRpc(server: Server, { access, router, contextFor, log }: RpcSocketOptions): RpcSocket {
  const handler = new RPCHandler<CallContext>(router);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, access, sockets.clients.size);
    if (refusal !== undefined) {
      log.warn('connection refused', { reason: refusal, origin: request.headers.origin });
      refuse(stream);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => serve(socket));
  };

  const serve = (socket: WebSocket) => {
    const context = contextFor(randomUUID());
    const { connectionId } = context;
    // The handler is given its messages below, so it has nothing to listen to.
    const peer: Parameters<typeof handler.message>[0] = {
      send: (data: string | ArrayBufferLike) => socket.send(data),
      addEventListener: () => undefined,
    };
    socket.on('message', (data, isBinary) => {
      handler.message(peer, frameOf(data, isBinary), { context }).catch((error: unknown) => {
        log.warn('frame is not a call', { connectionId, error });
        socket.close(1003);
      });
    });
    socket.on('close', () => handler.close(peer));
    socket.on('error', (error) => log.warn('connection failed', { connectionId, error }));
  };

  server.on('upgrade', upgrade);
  return {
    close: () => {
      server.off('upgrade', upgrade);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

const refuse = (stream: Duplex): void => {
  // Whoever asked may be gone already.
  stream.on('error', () => stream.destroy());
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
};

function refusalOf(request: IncomingMessage, access: Access, connections: number): string | undefined {
  if (request.url !== '/rpc') return 'no such path';
  if (!access.isOwnHost(request)) return 'foreign host';
  // A browser always sends it here; whoever does not is no page of ours.
  if (request.headers.origin === undefined || !access.isOwnOrigin(request)) return 'foreign origin';
  if (!access.hasCookie(request)) return 'no token';
  return connections >= MAX_CONNECTIONS ? 'too many connections' : undefined;
}

function frameOf(data: RawData, isBinary: boolean): string | ArrayBuffer {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  return isBinary ? new Uint8Array(bytes).buffer : bytes.toString('utf8');
}
