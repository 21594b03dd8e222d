/**
 * Serves the screens of a mode from a fake device:
 *
 *     node test/fake-device/serve.ts --mode kiosk --port 0 [--dist dist/renderer] [--dev]
 *
 * `--dev` serves the sources through Vite instead of a build. The state of the device is chosen
 * - in the address: `/?scene=paper-out` starts afresh in a scene of `state.ts`;
 * - or by `POST /fake/scene {"scene":"unknown","keep":true}`, `POST /fake/state {…part of FakeState}`,
 *   `POST /fake/pay {"ends":"confirmed"}`, `POST /fake/drop` (cuts the line to the core; `{"forMs":5000}` for longer).
 */

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { Mode } from '#shared/kernel/mode.ts';
import { createFakeDevice, type FakeDevice } from './fake-device.ts';
import { FakeState, isScene, SCENES } from './state.ts';

const repository = path.join(import.meta.dirname, '../..');

/** The policy the shells send; `src/renderer/app/csp.md` gives the reasons. */
export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface FakeServer {
  readonly url: string;
  readonly device: FakeDevice;
  readonly close: () => Promise<void>;
}

export interface FakeServerOptions {
  readonly mode: Mode;
  readonly port?: number;
  /** Where `vite build` put the pages. */
  readonly dist?: string;
  readonly dev?: boolean;
}

export async function serveFake({ mode, port = 0, dist, dev = false }: FakeServerOptions): Promise<FakeServer> {
  const device = createFakeDevice({ mode, now: Date.now });
  const root = path.resolve(dist ?? path.join(repository, 'dist/renderer'));
  const vite = dev ? await import('vite') : undefined;
  const server = createServer();
  const viteServer = await vite?.createServer({
    configFile: path.join(repository, 'vite.config.ts'),
    server: { middlewareMode: true, hmr: { server } },
    appType: 'mpa',
  });
  const sockets = new WebSocketServer({ noServer: true });
  const handler = new RPCHandler(device.router);
  let closedUntil = 0;

  server.on('upgrade', (request, socket, head) => {
    if (new URL(request.url ?? '/', 'http://x').pathname !== '/rpc') return;
    if (Date.now() < closedUntil) {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      void handler.upgrade(ws, { context: {} });
    });
  });

  async function control(name: string, body: Record<string, unknown>): Promise<void> {
    switch (name) {
      case 'scene': {
        const scene = String(body['scene']);
        if (!isScene(scene)) throw new Error(`no scene "${scene}"; there are ${Object.keys(SCENES).join(', ')}`);
        if (body['keep'] === true) device.set(SCENES[scene]);
        else device.reset(SCENES[scene]);
        return;
      }
      case 'state':
        device.set(FakeState.parse({ ...device.state(), ...body }));
        return;
      case 'pay':
        device.endPayment(z.enum(['confirmed', 'failed', 'expired']).parse(body['ends'] ?? 'confirmed'));
        return;
      case 'drop':
        closedUntil =
          Date.now() +
          z
            .int()
            .min(0)
            .parse(body['forMs'] ?? 0);
        for (const socket of sockets.clients) socket.terminate();
        return;
      default:
        throw new Error(`no control "${name}"`);
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.pathname.startsWith('/fake/')) {
      await control(url.pathname.slice('/fake/'.length), await readJson(request));
      response.writeHead(204).end();
      return;
    }
    if (url.pathname.startsWith('/blobs')) {
      await answerBlob(request, response);
      return;
    }
    const scene = url.searchParams.get('scene');
    if (scene !== null) await control('scene', { scene });
    // Any address that is not a file is a place inside the page: the router of the page reads it.
    const isFile = path.extname(url.pathname) !== '';
    if (viteServer) {
      if (!isFile && !url.pathname.startsWith('/@')) request.url = `/${mode}/index.html`;
      viteServer.middlewares(request, response);
      return;
    }
    const file = path.join(root, isFile ? path.normalize(decodeURIComponent(url.pathname)) : `${mode}/index.html`);
    const bytes = file.startsWith(root + path.sep) ? await readFile(file).catch(() => undefined) : undefined;
    if (!bytes) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, {
        'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
        'content-security-policy': CSP,
        'x-content-type-options': 'nosniff',
      })
      .end(bytes);
  }

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: addressOf(server), device, close: () => close(server, sockets, viteServer) };
}

async function close(server: Server, sockets: WebSocketServer, vite?: { close: () => Promise<void> }): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  await vite?.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return `http://127.0.0.1:${address.port}`;
}

/** Any picture is taken, and the drawn one is shown. */
async function answerBlob(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const bytes = await readFile(path.join(repository, 'scripts/demo-photos/car-1.jpg'));
  if (request.method === 'PUT') response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
  else response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return z.record(z.string(), z.unknown()).parse(text === '' ? {} : JSON.parse(text));
}

export async function main(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      mode: { type: 'string', default: 'kiosk' },
      port: { type: 'string', default: '0' },
      dist: { type: 'string' },
      dev: { type: 'boolean', default: false },
    },
  });
  const { dist } = values;
  const { url } = await serveFake({
    mode: Mode.parse(values.mode),
    port: z.coerce.number().int().parse(values.port),
    dev: values.dev,
    ...(dist === undefined ? {} : { dist }),
  });
  process.stdout.write(`${url}\nscenes: ${Object.keys(SCENES).join(' ')}\n`);
}

if (import.meta.main) await main(process.argv.slice(2));
