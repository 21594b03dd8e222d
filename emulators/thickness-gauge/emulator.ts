/**
 * An emulated thickness gauge: it speaks by itself over TCP, `T 118 FE`, and is told by HTTP where its probe was put.
 * The lines are described in `src/main/domains/diagnostics/gauge.rules.ts`.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';

const Probe = z.strictObject({
  /** Null: no metal under the probe. */
  micrometres: z.int().min(0).max(5000).nullable(),
  metal: z.enum(['FE', 'AL']).default('FE'),
});

export interface GaugeEmulator {
  readonly port: number;
  readonly controlPort: number;
  /** Puts the probe somewhere; everybody who listens hears of it. */
  probe(micrometres: number | null): void;
  /** Sends a line as it is. */
  say(line: string): void;
  /** Drops every link, as a flat battery does. */
  drop(): void;
  listeners(): number;
  stop(): Promise<void>;
}

const LARGEST_BODY = 1024;

/** Listens on loopback; port 0 takes a free one. */
export async function startGauge(options: {
  readonly port: number;
  readonly controlPort: number;
}): Promise<GaugeEmulator> {
  const sockets = new Set<Socket>();
  const gauge = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.write('B 87\r\n');
  });
  const say = (line: string) => {
    for (const socket of sockets) socket.write(`${line}\r\n`);
  };
  const probe = (micrometres: number | null, metal = 'FE') =>
    say(micrometres === null ? 'T -- --' : `T ${micrometres} ${metal}`);

  const send = (response: ServerResponse, status: number, value: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(value));
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url !== '/probe') return send(response, 404, { error: 'POST /probe' });
    if (request.headers['content-type'] !== 'application/json')
      return send(response, 415, { error: 'application/json' });
    let text = '';
    for await (const chunk of request) {
      text += String(chunk);
      if (text.length > LARGEST_BODY) return send(response, 413, { error: 'too large' });
    }
    const parsed = Probe.safeParse(parseJson(text));
    if (!parsed.success) return send(response, 400, { error: z.prettifyError(parsed.error) });
    probe(parsed.data.micrometres, parsed.data.metal);
    send(response, 200, { listeners: sockets.size });
  }
  const control = createHttpServer((request, response) => void answer(request, response));
  await listen(gauge, options.port);
  await listen(control, options.controlPort);
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (gauge.address() as AddressInfo).port,
    controlPort: (control.address() as AddressInfo).port,
    probe,
    say,
    drop,
    listeners: () => sockets.size,
    stop: async () => {
      drop();
      control.closeAllConnections();
      await Promise.all([gauge, control].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
