/** The server as files see it: how much it has, the next chunk, the bytes. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import axios, { type AxiosRequestConfig, type AxiosResponse, isAxiosError } from 'axios';
import { z } from 'zod';
import {
  OFFSET_HEADER,
  ServerBlobState,
  STATE_HEADER,
  type UploadQuery,
  UploadReply,
} from '#shared/blobs/blobs.schema.ts';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';

export interface BlobHttpOptions {
  readonly serverUrl: () => string | undefined;
  readonly token: () => Promise<string | undefined>;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

type Ask = Omit<AxiosRequestConfig, 'headers'> & { readonly headers?: Record<string, string> };
export type BlobHttp = ReturnType<typeof createBlobHttp>;

/** Longer than the server waits for a request. */
const TIMEOUT_MS = 40_000;
const Fault = z.looseObject({ code: z.string(), detail: z.string().optional() });
const HeadReply = z.object({
  [STATE_HEADER]: ServerBlobState,
  [OFFSET_HEADER]: z.coerce.number().pipe(z.int().min(0)),
});

/** Each call throws `AppError`: with the server's code, or `device.server_unreachable` when it gave none. */
export function createBlobHttp({ serverUrl, token, signal }: BlobHttpOptions) {
  const client = axios.create({
    timeout: TIMEOUT_MS,
    // Apart from those of sync: a push never waits for a socket that a file has.
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 4 }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 4 }),
    maxRedirects: 0,
    validateStatus: () => true,
    proxy: false,
    transformRequest: [(body: unknown) => body],
    signal,
  });

  const request = async <T>(config: AxiosRequestConfig): Promise<AxiosResponse<T>> => {
    try {
      return await client.request<T>(config);
    } catch (error) {
      const reason = isAxiosError(error) ? (error.code ?? error.message) : String(error);
      // Not as its cause: an AxiosError carries the token, and causes are logged.
      throw new AppError('device.server_unreachable', `no answer about a file: ${reason}`);
    }
  };
  const ask = async <T>(id: string, { headers, ...config }: Ask): Promise<AxiosResponse<T>> => {
    const base = serverUrl();
    const secret = await token();
    if (base === undefined || secret === undefined) {
      throw new AppError('device.not_enrolled', 'this device has no server');
    }
    const url = new URL(`blob/${id}`, base.endsWith('/') ? base : `${base}/`).href;
    return request<T>({ ...config, url, headers: { ...headers, authorization: `Bearer ${secret}` } });
  };

  return {
    state: async (id: string): Promise<UploadReply> => {
      const answer = await ask(id, { method: 'HEAD' });
      const known = HeadReply.safeParse(answer.headers);
      if (!known.success) throw toFault(answer.status, undefined);
      return { state: known.data[STATE_HEADER], offset: known.data[OFFSET_HEADER] };
    },

    /** @param body as many bytes as `length` says, at the pace at which they come. */
    send: async (
      id: string,
      query: UploadQuery,
      length: number,
      body: AsyncIterable<Uint8Array>,
    ): Promise<UploadReply> => {
      const answer = await ask(id, {
        method: 'PATCH',
        params: query,
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(length) },
        data: Readable.from(body),
      });
      const reply = UploadReply.safeParse(answer.data);
      if (answer.status !== 200 || !reply.success) throw toFault(answer.status, answer.data);
      return reply.data;
    },

    /** The bytes from `from` on, or from the beginning where the server gives no part. */
    fetch: async (id: string, from: number): Promise<{ readonly from: number; readonly body: Readable }> => {
      const about: Ask = {
        method: 'GET',
        responseType: 'stream',
        ...(from === 0 ? {} : { headers: { range: `bytes=${from}-` } }),
      };
      let answer = await ask<Readable>(id, about);
      if (answer.status === 307) {
        answer.data.resume();
        // Past the server, to the store: the address is its own proof, and our token is none of its business.
        answer = await request<Readable>({ ...about, url: String(answer.headers['location']) });
        if (answer.status >= 400) throw await drained(answer, 'blobs.not_found');
      }
      if (answer.status === 200) return { from: 0, body: answer.data };
      if (answer.status === 206) return { from, body: answer.data };
      throw await drained(answer);
    },
  };
}

async function drained(answer: AxiosResponse<Readable>, code?: 'blobs.not_found'): Promise<AppError> {
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.data) pieces.push(piece as Uint8Array);
  if (code !== undefined) return new AppError(code, `the store answered ${answer.status}`);
  return toFault(answer.status, jsonOf(Buffer.concat(pieces).toString('utf8')));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page: the status has to do.
    return undefined;
  }
}

function toFault(status: number, body: unknown): AppError {
  const fault = Fault.safeParse(body);
  if (fault.success && isErrorCode(fault.data.code)) {
    const { code, detail, ...details } = fault.data;
    return new AppError(fault.data.code, detail ?? code, { details });
  }
  if (status === 401) return new AppError('auth.unauthorized', 'the server does not know this device');
  return new AppError('device.server_unreachable', `the server answered ${status} about a file`);
}
