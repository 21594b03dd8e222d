/** JSON over HTTP on loopback, as emulators are told from outside what they shall be like. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { z } from 'zod';
import { closeServer, listenOnLoopback } from './loopback.ts';

const LARGEST_BODY = 16 * 1024;

/** Answered with this status and `{"error": message}`. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** @returns the JSON of a body, `{}` for an empty one. Throws BadRequest. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  // A form of a foreign page can post text but not this type without asking the browser first, which we never allow.
  if (request.headers['content-type']?.split(';')[0] !== 'application/json') {
    throw new BadRequest(415, 'content-type must be application/json');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new BadRequest(413, `the body is larger than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  } catch {
    throw new BadRequest(400, 'the body is not JSON');
  }
}

/** Throws BadRequest with one line that names every member that is wrong. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new BadRequest(400, issues.join('; '));
}

/** Lets only those in who were told to go to this machine: a foreign site that resolves to loopback is not us. */
export function refuseForeign(request: IncomingMessage, port: number): void {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(request.headers.host ?? '')) throw new BadRequest(403, 'this page is for loopback only');
  const { origin } = request.headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) {
    throw new BadRequest(403, 'foreign origin');
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(JSON.stringify(value));
}

/** What "METHOD /path" answers; a POST is handed its body. A thrown BadRequest is the answer too. */
export type Routes = Readonly<Record<string, (body: unknown) => unknown>>;

export interface JsonServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Listens on loopback; port 0 takes a free one. Rejects with the system's error when the port is taken. */
export async function startJsonServer(port: number, routes: Routes): Promise<JsonServer> {
  let ownPort = port;
  const answer = async (request: IncomingMessage): Promise<unknown> => {
    refuseForeign(request, ownPort);
    const asked = `${request.method ?? ''} ${request.url ?? ''}`;
    const route = Object.hasOwn(routes, asked) ? routes[asked] : undefined;
    if (route === undefined) throw new BadRequest(404, `here: ${Object.keys(routes).join(', ')}`);
    return route(request.method === 'POST' ? await readJson(request) : undefined);
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (value) => sendJson(response, 200, value),
      (error: unknown) =>
        sendJson(response, error instanceof BadRequest ? error.status : 500, {
          error: error instanceof Error ? error.message : String(error),
        }),
    );
  });
  ownPort = await listenOnLoopback(server, port);
  return {
    port: ownPort,
    stop: () => {
      server.closeAllConnections();
      return closeServer(server);
    },
  };
}
