/** How the page of a browser speaks with `/api/manager`: the token of its session, problem documents on a fault. */
import { z } from 'zod';
import { TOTAL_COUNT_HEADER } from '#shared/clients/manager.api.ts';
import { type ManagerLogin, ManagerMe, ManagerToken } from '#shared/clients/manager-session.api.ts';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';
import type { Progress } from '../app/manager.tsx';
import { currentToken, useManagerSession } from './manager-session.store.ts';
import { putFile } from './put-file.ts';

const BASE = '/api/manager';

export interface Call {
  readonly method?: 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  /** The version that a change is of. */
  readonly seen?: string | undefined;
  readonly signal?: AbortSignal;
  /** It goes even when the page does. */
  readonly keepalive?: boolean;
}

const Problem = z.looseObject({ code: z.string(), ref: z.string().optional() });

/** @throws AppError with the server's code, `device.server_unreachable` when nobody answered. */
async function ask(path: string, accept: string, init: Call): Promise<Response> {
  const token = currentToken();
  const response = await fetch(`${BASE}${path}`, {
    ...(init.method ? { method: init.method } : {}),
    ...(init.signal ? { signal: init.signal } : {}),
    ...(init.keepalive ? { keepalive: true } : {}),
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    credentials: 'omit',
    headers: {
      accept,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(init.seen === undefined ? {} : { 'if-match': init.seen }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  }).catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new AppError('device.server_unreachable', 'no answer', { cause });
  });
  if (response.ok) return response;
  const fault = await faultOf(response);
  // Only the session that the server refused is over: another may have begun while this call was under way.
  if (response.status === 401 && token !== undefined) useManagerSession.getState().expire(token);
  throw fault;
}

export async function callManager<T>(path: string, schema: z.ZodType<T>, init: Call = {}): Promise<T> {
  const response = await ask(path, 'application/json', init);
  return schema.parse(response.status === 204 ? undefined : await response.json());
}

/** A page of a list, with how much there is on all its pages. */
export async function callManagerList<T>(
  path: string,
  schema: z.ZodType<readonly T[]>,
  init: Call = {},
): Promise<{ readonly items: readonly T[]; readonly total: number }> {
  const response = await ask(path, 'application/json', init);
  const items = schema.parse(await response.json());
  return { items, total: Number(response.headers.get(TOTAL_COUNT_HEADER) ?? items.length) };
}

export const fetchBytes = async (path: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await (await ask(path, 'application/pdf', {})).arrayBuffer());

async function faultOf(response: Response): Promise<AppError> {
  const read = Problem.safeParse(await response.json().catch(() => undefined));
  if (read.success && isErrorCode(read.data.code)) {
    const { code, ...details } = read.data;
    return new AppError(read.data.code, code, { details });
  }
  return new AppError(response.status >= 500 ? 'device.server_unreachable' : 'app.internal', `HTTP ${response.status}`);
}

export async function signIn(login: z.infer<typeof ManagerLogin>): Promise<void> {
  const { access_token } = await callManager('/auth/login', ManagerToken, { method: 'POST', body: login });
  useManagerSession.getState().begin(access_token);
}

export const me = (signal: AbortSignal): Promise<ManagerMe> => callManager('/auth/me', ManagerMe, { signal });

/** Bytes go to the address that the server gave for them, which holds its own leave. */
export const sendBytes = (
  { url, fields }: { readonly url: string; readonly fields: Readonly<Record<string, string>> },
  file: Blob,
  onProgress: Progress,
): Promise<void> => putFile(url, file, onProgress, { headers: { 'content-type': file.type, ...fields } });
