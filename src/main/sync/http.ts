/** The server as sync sees it: three calls, each answered by a checked reply or an `AppError`. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';
import { type PulledRow, PullReply, type PullRequest, PushReply, type PushRequest } from '#shared/sync/protocol.ts';
import { isPulledRow } from '#shared/sync/pulled-row.rules.ts';

/** A push whose mutations are JSON already, as the outbox keeps them. */
export type PushEnvelope = Omit<PushRequest, 'mutations'>;

export interface SyncHttp {
  push(envelope: PushEnvelope, mutations: readonly string[]): Promise<PushReply>;
  pull(request: PullRequest): Promise<PullReply>;
  rekey(): Promise<{ readonly incarnation: number }>;
}

export interface SyncHttpOptions {
  readonly serverUrl: () => string | undefined;
  readonly token: () => Promise<string | undefined>;
  readonly timeoutMs?: number;
  /** Whether bodies travel packed; by default they do unless the server is this machine. */
  readonly isPacked?: (url: URL) => boolean;
}

const TIMEOUT_MS = 30_000;
/** Below this a packed body is hardly smaller. */
const MIN_PACKED_BYTES = 2048;
const pack = promisify(gzip);
const unpack = promisify(gunzip);
/** Of a reply; the largest page is a fraction of it. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

const Fault = z.looseObject({ code: z.string(), detail: z.string().optional() });
const Page = PullReply.extend({
  rows: z.custom<PulledRow[]>((rows) => Array.isArray(rows) && rows.every(isPulledRow)),
});
const Rekeyed = z.object({ incarnation: z.int().min(1) });

/**
 * Each call throws `AppError` with the code the server gave; `device.server_unreachable` when none came back that could
 * be read, so that the caller only has to know whether to try again.
 */
export function createSyncHttp(options: SyncHttpOptions): SyncHttp {
  // Packing costs a till's processor more than its own loopback costs time.
  const isPacked = options.isPacked ?? ((url) => !isLoopback(url));
  const timeout = options.timeoutMs ?? TIMEOUT_MS;
  const plain = { agent: new HttpAgent({ keepAlive: true, maxSockets: 4 }), request: httpRequest };
  const secure = { agent: new HttpsAgent({ keepAlive: true, maxSockets: 4 }), request: httpsRequest };

  const post = async (url: URL, headers: RequestOptions['headers'], payload: string | Buffer): Promise<Answer> => {
    const { agent, request } = url.protocol === 'https:' ? secure : plain;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const calling = request(url, { method: 'POST', agent, headers }, resolve).on('error', reject);
    // Until the whole of the answer is here. An AbortSignal goes on to its end after that, and holds what it was to abort.
    const timer = setTimeout(() => calling.destroy(new Error(`none within ${timeout} ms`)), timeout);
    try {
      calling.end(payload);
      return await readAnswer(await promise);
    } finally {
      clearTimeout(timer);
    }
  };

  async function call<Reply>(path: string, body: string, schema: z.ZodType<Reply>): Promise<Reply> {
    const serverUrl = options.serverUrl();
    const token = await options.token();
    if (serverUrl === undefined || token === undefined) {
      throw new AppError('device.not_enrolled', 'this device has no server');
    }
    const url = new URL(path, withSlash(serverUrl));
    const mayPack = isPacked(url);
    const packsBody = mayPack && body.length >= MIN_PACKED_BYTES;
    const payload = packsBody ? await pack(body, { level: constants.Z_BEST_SPEED }) : body;
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
      'accept-encoding': mayPack ? 'gzip' : 'identity',
      ...(packsBody ? { 'content-encoding': 'gzip' } : {}),
    };
    const answer = await post(url, headers, payload).catch((error: unknown) => {
      const reason = error instanceof Error ? ('code' in error ? String(error.code) : error.message) : String(error);
      throw new AppError('device.server_unreachable', `no answer from ${url.host}: ${reason}`);
    });
    if (answer.status !== 200) throw toFault(answer.status, answer.body, url);
    const reply = schema.safeParse(answer.body);
    if (!reply.success) {
      throw new AppError('device.server_unreachable', `${url.host} answered ${path} in words of another program`, {
        cause: reply.error,
      });
    }
    return reply.data;
  }

  return {
    push: (envelope, mutations) => {
      const head = JSON.stringify(envelope).slice(0, -1);
      return call('sync/push', `${head},"mutations":[${mutations.join(',')}]}`, PushReply);
    },
    pull: (request) => call('sync/pull', JSON.stringify(request), Page),
    rekey: () => call('sync/rekey', '{}', Rekeyed),
  };
}

interface Answer {
  readonly status: number;
  /** The JSON of it; undefined when it is none: a proxy's page. */
  readonly body: unknown;
}

/** Throws when the answer breaks off or is larger than any of ours. */
async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REPLY_BYTES) throw new Error('the answer has no end');
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks);
  const isPacked = response.headers['content-encoding'] === 'gzip';
  const text = (isPacked ? await unpack(whole, { maxOutputLength: MAX_REPLY_BYTES }) : whole).toString();
  return { status: response.statusCode ?? 0, body: parseOrUndefined(text) };
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function toFault(status: number, body: unknown, url: URL): AppError {
  const fault = Fault.safeParse(body);
  if (fault.success && isErrorCode(fault.data.code)) {
    const { code, detail, ...details } = fault.data;
    return new AppError(fault.data.code, detail ?? code, { details });
  }
  if (status === 413) return new AppError('app.too_large', `something before ${url.host} refused the size`);
  // A proxy's page, or a server on its way up or down.
  return new AppError('device.server_unreachable', `${url.host} answered ${status}`);
}

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
const isLoopback = ({ hostname }: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
