/**
 * Serves headquarters' pages from a fake server:
 *
 *     node test/fake-hq/serve.ts --port 0 [--dist dist/renderer]
 *
 * Sign in as `petrova@example.ru` with the password of `fake-hq.ts`, or open `/hq?as=petrova` to be signed in at once.
 * `POST /fake/scene?to=empty`, `POST /fake/sell`, `POST /fake/forget` (the session ends), `POST /fake/cut` (no live line).
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Server } from 'socket.io';
import { SECURITY_HEADERS } from '#main/shell/csp.ts';
import { createFakeHq, type FakeHq, HqScene } from './fake-hq.ts';

const repository = path.join(import.meta.dirname, '../..');
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const COOKIE = 'fake_session';

export interface FakeHqServer {
  readonly url: string;
  readonly hq: FakeHq;
  readonly close: () => Promise<void>;
}

export async function serveFakeHq({ port = 0, dist }: { port?: number; dist?: string } = {}): Promise<FakeHqServer> {
  const root = path.resolve(dist ?? path.join(repository, 'dist/renderer'));
  const hq = createFakeHq(Date.now);
  const server = createServer();
  const io = new Server(server, { serveClient: false });
  const pages = io.of('/hq');
  let isCut = false;
  let session = 0;
  pages.use((_socket, next) => next(isCut ? new Error('app.unavailable') : undefined));

  function control(url: URL): void {
    switch (url.pathname) {
      case '/fake/scene':
        hq.reset(HqScene.parse(url.searchParams.get('to')));
        return;
      case '/fake/sell':
        hq.sell();
        pages.emit('changed', { collections: ['orders', 'summary', 'receipts'] });
        return;
      case '/fake/forget':
        session += 1;
        return;
      case '/fake/cut':
        isCut = url.searchParams.get('off') === null;
        if (isCut) pages.disconnectSockets(true);
        return;
      default:
        throw new Error(`no control ${url.pathname}`);
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.pathname.startsWith('/socket.io/')) return;
    if (url.pathname.startsWith('/fake/')) {
      control(url);
      response.writeHead(204).end();
      return;
    }
    const cookie = `${COOKIE}=${session}`;
    const isPage = request.headers.accept?.includes('text/html') === true;
    const answer = isPage
      ? undefined
      : hq.answer({
          method: request.method ?? 'GET',
          url,
          body: await readJson(request),
          signedIn: request.headers.cookie?.includes(cookie) === true,
        });
    if (answer) {
      await new Promise((resolve) => setTimeout(resolve, hq.delayMs()));
      if (answer.session !== undefined) {
        response.setHeader(
          'set-cookie',
          answer.session ? `${cookie}; Path=/; HttpOnly` : `${COOKIE}=; Path=/; Max-Age=0`,
        );
      }
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
      return;
    }
    const isFile = path.extname(url.pathname) !== '';
    const file = path.join(root, isFile ? path.normalize(url.pathname) : 'hq/index.html');
    const bytes = await readFile(file).catch(() => undefined);
    if (url.searchParams.has('as')) response.setHeader('set-cookie', `${cookie}; Path=/; HttpOnly`);
    response.writeHead(bytes ? 200 : 404, {
      'content-type': TYPES[path.extname(file)] ?? 'text/html; charset=utf-8',
      ...SECURITY_HEADERS,
    });
    response.end(bytes);
  }

  server.on('request', (request, response) => {
    respond(request, response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    hq,
    close: async () => {
      server.closeAllConnections();
      await io.close();
    },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, dist: { type: 'string' } } });
  const { url } = await serveFakeHq({
    port: Number(values.port),
    ...(values.dist === undefined ? {} : { dist: values.dist }),
  });
  process.stdout.write(`${url}/hq?as=petrova\n`);
}
