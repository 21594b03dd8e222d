/** How headquarters' pages speak with the sync server: REST with the session cookie, problem+json on a fault. */
import { createContext, type ReactNode, use } from 'react';
import { z } from 'zod';
import { AppError, isErrorCode } from '#shared/kernel/errors.ts';

export type Query = Readonly<Record<string, string | undefined>>;

export interface Hq {
  /** @throws AppError the server's code, or `device.server_unreachable` when nothing answered. */
  readonly get: <T>(path: string, schema: z.ZodType<T>, query?: Query, signal?: AbortSignal) => Promise<T>;
  /** An array that comes in pages: `next` is the cursor of the one after it, by the header `Link` (RFC 8288). */
  readonly getPage: <T>(path: string, schema: z.ZodType<T>, query?: Query, signal?: AbortSignal) => Promise<Page<T>>;
  readonly post: <T>(path: string, schema: z.ZodType<T>, body?: unknown) => Promise<T>;
  readonly patch: <T>(path: string, schema: z.ZodType<T>, body: unknown) => Promise<T>;
  /** Sends a file as it is. */
  readonly upload: <T>(path: string, schema: z.ZodType<T>, file: File, query: Query) => Promise<T>;
  /** The server's DELETE, which keeps what has a history. */
  readonly remove: (path: string) => Promise<undefined>;
}

export interface Page<T> {
  readonly rows: T;
  readonly next: string | undefined;
}

export interface HqOptions {
  readonly fetch: typeof fetch;
  /** Called when the server no longer knows the session. */
  readonly onSignedOut: () => void;
}

interface Call {
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON, except a file. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

const ProblemBody = z.looseObject({ code: z.string(), ref: z.string().optional() });

export function createHq({ fetch, onSignedOut }: HqOptions): Hq {
  async function ask(url: string, init: Call = {}): Promise<Response> {
    const response = await fetch(url, {
      ...(init.signal ? { signal: init.signal } : {}),
      ...(init.method ? { method: init.method } : {}),
      ...(init.body === undefined ? {} : { body: init.body instanceof File ? init.body : JSON.stringify(init.body) }),
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(init.body === undefined
          ? {}
          : { 'content-type': init.body instanceof File ? 'text/csv' : 'application/json' }),
      },
    }).catch((cause: unknown) => {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
      throw new AppError('device.server_unreachable', 'no answer', { cause });
    });
    if (response.ok) return response;
    const fault = await faultOf(response);
    if (fault.code === 'auth.unauthorized' || fault.code === 'auth.session_expired') onSignedOut();
    throw fault;
  }
  async function call<T>(schema: z.ZodType<T>, url: string, init?: Call): Promise<T> {
    const response = await ask(url, init);
    return schema.parse(response.status === 204 ? undefined : await response.json());
  }
  return {
    get: (path, schema, query = {}, signal) => call(schema, urlOf(path, query), { signal }),
    getPage: async (path, schema, query = {}, signal) => {
      const response = await ask(urlOf(path, query), { signal });
      return { rows: schema.parse(await response.json()), next: nextOf(response.headers.get('link')) };
    },
    post: (path, schema, body) => call(schema, path, { method: 'POST', body }),
    patch: (path, schema, body) => call(schema, path, { method: 'PATCH', body }),
    upload: (path, schema, file, query) => call(schema, urlOf(path, query), { method: 'POST', body: file }),
    remove: (path) => call(z.undefined(), path, { method: 'DELETE' }),
  };
}

function urlOf(path: string, query: Query): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const search = new URLSearchParams(given).toString();
  return search === '' ? path : `${path}?${search}`;
}

const NEXT = /<([^>]*)>\s*;\s*rel="?next"?/;

function nextOf(link: string | null): string | undefined {
  const url = NEXT.exec(link ?? '')?.[1];
  return url === undefined ? undefined : (new URL(url, location.origin).searchParams.get('cursor') ?? undefined);
}

/** A proxy in between may answer something that is no problem document of ours. */
async function faultOf(response: Response): Promise<AppError> {
  const body = ProblemBody.safeParse(await response.json().catch(() => undefined));
  if (body.success && isErrorCode(body.data.code)) {
    return new AppError(body.data.code, body.data.code, { details: body.data });
  }
  return new AppError(response.status >= 500 ? 'device.server_unreachable' : 'app.internal', `HTTP ${response.status}`);
}

const HqContext = createContext<Hq | undefined>(undefined);

export function HqProvider({ hq, children }: { readonly hq: Hq; readonly children: ReactNode }) {
  return <HqContext value={hq}>{children}</HqContext>;
}

export function useHq(): Hq {
  const hq = use(HqContext);
  if (!hq) throw new Error('HqProvider is missing');
  return hq;
}

/** Query keys begin with the collection that `changed` names. */
export const hqKeys = {
  me: ['hq', 'me'] as const,
  orders: ['hq', 'orders'] as const,
  receipts: ['hq', 'receipts'] as const,
  devices: ['hq', 'devices'] as const,
  summary: ['hq', 'summary'] as const,
  shops: ['hq', 'shops'] as const,
  registers: ['hq', 'registers'] as const,
  tasks: ['hq', 'tasks'] as const,
  alerts: ['hq', 'alerts'] as const,
  catalogue: ['hq', 'catalogue'] as const,
  sync: ['hq', 'sync'] as const,
  reports: ['hq', 'reports'] as const,
  commands: ['hq', 'commands'] as const,
  users: ['hq', 'users'] as const,
  audit: ['hq', 'audit'] as const,
  jobs: ['hq', 'jobs'] as const,
  connections: ['hq', 'connections'] as const,
  reconciliation: ['hq', 'reconciliation'] as const,
};
