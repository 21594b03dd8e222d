/**
 * The device's screens in any Chromium of this machine: pages, the RPC socket, the local API and the metrics on one
 * loopback port. The address that `start` answers carries the token; nothing else does, the log least of all.
 */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { BlobDoor } from '#main/blobs/blob-door.ts';
import type { Logger } from '#main/core.ts';
import type { DeviceRouter } from '#main/rpc/router.ts';
import type { CallContext } from '#main/rpc/rpc.ts';
import { AppError, ERROR_CODES, toProblem } from '#shared/kernel/errors.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { SECURITY_HEADERS } from '../csp.ts';
import { createAccess } from './access.ts';
import { blobRoutes } from './blobs.ts';
import { pages } from './pages.ts';
import { serveRpc } from './rpc-socket.ts';

export interface BrowserShellOptions {
  readonly mode: Mode;
  /** Loopback address; the settings allow no other. */
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** 256 random bits as hex, new at every start. */
  readonly token: string;
  /**
   * The built renderer. Absent where the screens have a shell of their own: then only the local API is served here. */
  readonly pagesFolder?: string;
  /** `shell.json` is written here, for whoever on this machine may open the device. */
  readonly dataDir: string;
  readonly router: DeviceRouter;
  readonly contextFor: (connectionId: string) => CallContext;
  readonly metrics: Registry;
  readonly log: Logger;
  readonly newRef: () => string;
  /** Files of the device, for its pages. */
  readonly blobs?: BlobDoor;
  /** The device's REST API, when it has one; `agent.json` is written for whoever may call it. */
  readonly agent?: AgentApi | undefined;
}

export interface AgentApi {
  /** What callers prove themselves with. */
  readonly token: string;
  readonly register: (app: FastifyInstance) => Promise<void>;
}

export interface BrowserShell {
  /** With the token. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const noSchemas = () => () => {
  throw new Error('a route of the shell has no schema; those of the agent bring their own compilers');
};
/** Fastify loads Ajv and a serializer of its own, a hundred files at every start, when it is not given others at once. */
const withoutSchemas = { buildValidator: noSchemas, buildSerializer: noSchemas };

/** Throws `app.unavailable` with the port when it is taken. */
export async function startBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const { host, log } = options;
  const access = createAccess(options.token);
  const app = fastify({
    logger: false,
    bodyLimit: 1_048_576,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    schemaController: { compilersFactory: withoutSchemas },
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (!access.isOwnHost(request.raw)) throw new AppError('auth.origin_refused', 'this host is not served here');
    if (!access.isOwnOrigin(request.raw)) throw new AppError('auth.origin_refused', 'another site may not call');
  });
  app.setErrorHandler((error, request, reply) => {
    const ref = options.newRef();
    const fault = asFault(error);
    const facts = { method: request.method, path: pathOf(request.raw.url), ref };
    if (fault.code === 'app.internal') log.error('request failed', { ...facts, error });
    else log.info('request refused', { ...facts, code: fault.code });
    const problem = toProblem(fault, ref);
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  });
  app.setNotFoundHandler((request) => {
    throw new AppError('app.not_found', `there is no ${request.method} ${pathOf(request.raw.url)}`);
  });

  app.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.contentType).send(await options.metrics.metrics()),
  );
  await options.agent?.register(app);
  const { pagesFolder: folder, router, contextFor } = options;
  const { blobs: door } = options;
  if (folder !== undefined && door !== undefined) await app.register(blobRoutes, { door, access, contextFor });
  if (folder !== undefined) await app.register(pages, { mode: options.mode, folder, access });

  const rpc = folder === undefined ? undefined : serveRpc(app.server, { access, router, contextFor, log });
  await listen(app, host, options.port);
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const name = host.includes(':') ? `[${host}]` : host;
  const url = `http://${name}:${port}/?token=${options.token}`;
  const note = (file: string, told: object) => writeNote(join(options.dataDir, file), { ...told, pid: process.pid });
  const notes = [
    ...(folder === undefined ? [] : [note('shell.json', { url, mode: options.mode })]),
    ...(options.agent === undefined
      ? []
      : [note('agent.json', { url: `http://${name}:${port}/api`, token: options.agent.token })]),
  ];
  log.info('browser shell listens', { host, port });
  return {
    url,
    port,
    close: async () => {
      for (const file of notes) rmSync(file, { force: true });
      rpc?.close();
      await app.close();
    },
  };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
    const reason = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be opened (${code})`;
    throw new AppError('app.unavailable', `port ${port} of ${host} ${reason}: choose another by --port`, {
      cause: error,
    });
  }
}

/** Fastify's own refusals (a body that is too large, a malformed one) in our codes. */
function asFault(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  if (status === ERROR_CODES['app.too_large'].http) return new AppError('app.too_large', 'the body is too large');
  const isTheirs = typeof status === 'number' && status >= 400 && status < 500;
  return isTheirs
    ? new AppError('app.bad_input', 'the request cannot be read', { cause: error })
    : new AppError('app.internal', 'internal', { cause: error });
}

/** Without the query: that is where a token stands. */
const pathOf = (url: string | undefined): string => url?.split('?', 1)[0] ?? '';

/** For whoever may read this folder. */
function writeNote(file: string, note: object): string {
  // A file that was there keeps its own mode, so it is made anew.
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return file;
}
