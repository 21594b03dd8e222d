/** The built pages of one mode, for whoever holds the token. */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Mode } from '#shared/kernel/mode.ts';
import { policyForStyle } from '../csp.ts';
import type { Access } from './access.ts';

export interface PagesOptions {
  readonly mode: Mode;
  /** Folder with `<mode>/index.html` and `assets/`. */
  readonly folder: string;
  readonly access: Access;
}

export async function pages(app: FastifyInstance, { mode, folder, access }: PagesOptions): Promise<void> {
  await app.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });

  app.get('/*', async (request, reply) => {
    const url = new URL(request.raw.url ?? '/', 'http://shell');
    if (url.pathname === '/' && url.searchParams.has('token')) {
      if (!access.isToken(url.searchParams.get('token') ?? undefined)) return refuse(reply);
      return reply.header('Set-Cookie', access.cookieFor(request.raw)).redirect(`/${mode}/`, 303);
    }
    if (!access.hasCookie(request.raw)) return refuse(reply);
    if (url.pathname === '/' || url.pathname === `/${mode}`) return reply.redirect(`/${mode}/`, 303);
    const file = fileFor(mode, url.pathname);
    if (file === undefined) return reply.callNotFound();
    // Names of assets bear a hash of their content; the page that names them must not be kept.
    const isAsset = file.startsWith('assets/');
    reply.header('Cache-Control', isAsset ? 'private, max-age=31536000, immutable' : 'no-store');
    return reply.sendFile(file);
  });
}

/**
 * The file behind a path, relative to the folder: an asset, or the page of this mode for every route of its own router.
 * `undefined` for anything else, the pages of other modes included.
 */
export function fileFor(mode: Mode, pathname: string): string | undefined {
  const path = decoded(pathname);
  if (path === undefined || !/^\/[\w./@-]*$/.test(path)) return undefined;
  const parts = path.slice(1).split('/');
  if (parts.some((part) => part.startsWith('.'))) return undefined;
  const [first, ...rest] = parts;
  if (first === 'assets') return rest.length > 0 && !rest.includes('') ? parts.join('/') : undefined;
  return first === mode && !rest.some((part) => part.includes('.')) ? `${mode}/index.html` : undefined;
}

function decoded(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    // A malformed escape names no file.
    return undefined;
  }
}

const refuse = (reply: FastifyReply): FastifyReply =>
  reply
    .code(403)
    .header('Cache-Control', 'no-store')
    .header('Content-Security-Policy', policyForStyle(REFUSAL_STYLE))
    .type('text/html; charset=utf-8')
    .send(REFUSAL);

const REFUSAL_STYLE =
  'body{font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:20vh auto;padding:0 1em;color:#1c1c1c}';
const REFUSAL = `<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<title>Прилавок</title>
<style>${REFUSAL_STYLE}</style>
<h1>Нужен адрес с ключом</h1>
<p>Эта страница открывается по адресу, который программа показывает при каждом запуске. Прежний адрес после
перезапуска не действует.</p>
<p lang="en">Open the address that the program printed when it started. It is new at every start.</p>
</html>
`;
