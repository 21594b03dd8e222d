/** Our pages come from our own scheme, with headers we control: no `file://`, no server, no way out of one folder. */
import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';
import type { Protocol } from 'electron';
import { type BlobDoor, isBlobPath } from '#main/blobs/blob-door.ts';
import type { Logger } from '#main/core.ts';
import { SECURITY_HEADERS } from '#main/shell/csp.ts';
import type { Mode } from '#shared/kernel/mode.ts';
import { FAILURE_PAGE_POLICY } from './failure-page.ts';
import { APP_SCHEME, FAILURE_PATH, isOwnAddress } from './origin.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.webmanifest': 'application/manifest+json',
};

/** Must run before `ready`, once: afterwards Chromium no longer takes the privileges. */
export function registerScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true },
    },
  ]);
}

/** The door of files, for the one window there is. */
export type PageBlobs = (request: Parameters<BlobDoor>[0]) => ReturnType<BlobDoor>;

export interface PageServer {
  readonly mode: Mode;
  /** Folder with `<mode>/index.html` and `assets/`; may lie inside an asar. */
  readonly root: string;
  /** The page for `FAILURE_PATH`, while there is a failure to tell. */
  readonly failurePage: () => string | undefined;
  /** Files of the device, once there is a device. */
  readonly blobs: () => PageBlobs | undefined;
  readonly log: Logger;
}

export function servePages(protocol: Pick<Protocol, 'handle'>, server: PageServer): void {
  protocol.handle(APP_SCHEME, (request) => answerPage(request, server));
}

/** The answer to one request of a page: a file from inside the root or of the device, or 404/405 with no body. */
export async function answerPage(
  request: Pick<Request, 'url' | 'method'> & Partial<Pick<Request, 'body'>>,
  server: PageServer,
): Promise<Response> {
  const isOwn = isOwnAddress(request.url);
  if (isOwn && isBlobPath(new URL(request.url).pathname)) return answerBlob(request, server);
  if (request.method !== 'GET') return refused(405);
  if (!isOwn) return refused(404);
  if (new URL(request.url).pathname === FAILURE_PATH) {
    const page = server.failurePage();
    if (page === undefined) return refused(404);
    return found(page, '.html', { 'Content-Security-Policy': FAILURE_PAGE_POLICY });
  }
  const file = fileFor(server, request.url);
  if (file === undefined) return refused(404);
  try {
    return found(await readFile(file), extname(file));
  } catch (error) {
    if (!isMissing(error)) server.log.error('page file cannot be read', { error });
    return refused(404);
  }
}

async function answerBlob(
  { url, method, body }: Pick<Request, 'url' | 'method'> & Partial<Pick<Request, 'body'>>,
  server: PageServer,
): Promise<Response> {
  const door = server.blobs();
  if (door === undefined) return refused(404);
  const { pathname, search } = new URL(url);
  const given = await door({ method, url: `${pathname}${search}`, body: body ?? undefined });
  const content = typeof given.body === 'string' ? given.body : ReadableStream.from(given.body);
  return new Response(content, { status: given.status, headers: { ...SECURITY_HEADERS, ...given.headers } });
}

/**
 * A file of `assets/` of a known kind, or, for every route of this mode's own router, its page. Nothing else: the pages of other
 * modes are not this device's.
 */
function fileFor({ root, mode }: PageServer, address: string): string | undefined {
  const full = resolveInside(root, address);
  const [first] = full?.slice(root.length + 1).split(sep) ?? [];
  if (first === 'assets') return full !== undefined && Object.hasOwn(CONTENT_TYPES, extname(full)) ? full : undefined;
  return first === mode ? join(root, mode, 'index.html') : undefined;
}

/** Decoded once, resolved, compared with the separator on: `/root-of-another` must not pass for `/root`. */
export function resolveInside(root: string, address: string): string | undefined {
  const path = decoded(URL.parse(address)?.pathname);
  if (path === undefined || path.includes('\0')) return undefined;
  const full = resolve(root, `.${path}`);
  return full.startsWith(root + sep) ? full : undefined;
}

function decoded(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : decodeURIComponent(path);
  } catch {
    // A malformed escape names no file.
    return undefined;
  }
}

const found = (body: string | Uint8Array<ArrayBuffer>, extension: string, headers: object = {}): Response =>
  new Response(body, {
    headers: {
      ...SECURITY_HEADERS,
      ...headers,
      'Content-Type': CONTENT_TYPES[extension] ?? 'application/octet-stream',
    },
  });

const refused = (status: number): Response => new Response(null, { status, headers: SECURITY_HEADERS });

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code));
