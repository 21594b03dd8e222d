/** An emulated adapter in an emulated car: TCP as a Wi-Fi adapter speaks it, and HTTP to change car and adapter. */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { createConversation } from './adapter.ts';
import { ADAPTERS, type AdapterName } from './adapters.ts';
import { CARS, type CarName } from './cars.ts';

const State = z.strictObject({
  car: z.enum(Object.keys(CARS) as [CarName, ...CarName[]]),
  adapter: z.enum(Object.keys(ADAPTERS) as [AdapterName, ...AdapterName[]]),
});
export type EmulatorState = z.infer<typeof State>;

export interface Emulator {
  readonly port: number;
  readonly controlPort: number;
  set(state: Partial<EmulatorState>): void;
  /** Every command since the start, oldest first. */
  heard(): readonly string[];
  stop(): Promise<void>;
}

const LARGEST_BODY = 4096;

/** Listens on loopback; port 0 takes a free one. Rejects with the system's error when a port is taken. */
export async function startElm(options: {
  readonly port: number;
  readonly controlPort: number;
  readonly car?: CarName;
  readonly adapter?: AdapterName;
}): Promise<Emulator> {
  let state: EmulatorState = { car: options.car ?? 'clean', adapter: options.adapter ?? 'honest' };
  const heard: string[] = [];
  const sockets = new Set<Socket>();

  const elm = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const say = createConversation(
      { car: () => CARS[state.car], adapter: () => ADAPTERS[state.adapter], heard: (command) => heard.push(command) },
      { write: (text) => void socket.write(text, 'latin1'), drop: () => void socket.destroy() },
    );
    let typed = '';
    // One answer after the other, as the chip does.
    let turn = Promise.resolve();
    socket.on('data', (chunk) => {
      typed += String(chunk);
      const lines = typed.split('\r');
      typed = lines.pop() ?? '';
      for (const line of lines) turn = turn.then(() => say(line.trim()));
    });
  });

  const control = createHttpServer((request, response) => void answer(request, response));
  const send = (response: ServerResponse, status: number, value: unknown) => {
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    response.end(JSON.stringify(value));
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const view = () => ({ ...state, cars: Object.keys(CARS), adapters: Object.keys(ADAPTERS), heard });
    if (request.method === 'GET' && request.url === '/state') return send(response, 200, view());
    if (request.method !== 'POST' || request.url !== '/state')
      return send(response, 404, { error: 'GET or POST /state' });
    // A foreign page cannot send this type without asking the browser, which is never allowed here.
    if (request.headers['content-type'] !== 'application/json')
      return send(response, 415, { error: 'application/json' });
    let text = '';
    for await (const chunk of request) {
      text += String(chunk);
      if (text.length > LARGEST_BODY) return send(response, 413, { error: 'too large' });
    }
    const parsed = State.partial().safeParse(parseJson(text));
    if (!parsed.success) return send(response, 400, { error: z.prettifyError(parsed.error) });
    set(parsed.data);
    send(response, 200, view());
  }

  const set = ({
    car,
    adapter,
  }: {
    readonly car?: CarName | undefined;
    readonly adapter?: AdapterName | undefined;
  }) => {
    state = { car: car ?? state.car, adapter: adapter ?? state.adapter };
  };
  await listen(elm, options.port);
  await listen(control, options.controlPort);
  return {
    port: (elm.address() as AddressInfo).port,
    controlPort: (control.address() as AddressInfo).port,
    set,
    heard: () => heard,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      control.closeAllConnections();
      await Promise.all([elm, control].map((server) => new Promise((resolve) => server.close(resolve))));
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
