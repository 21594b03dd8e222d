/**
 * The pages: the built renderer's files, and an entry for every address that a page itself routes. Managers work at the root,
 * as the contract of `/api/manager` has it; headquarters and partners under `/hq`.
 */
import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { stampAssets } from './routes.ts';

const NOT_BUILT = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Прилавок</title>
<body style="font: 16px/1.5 system-ui; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>Сервер работает</h1>
<p>Страницы ещё не собраны: выполните <code>npm run build</code> и обновите страницу.</p>
<p>Описание API: <a href="/docs">/docs</a></p>`;

const NAVIGATION = 'navigation';

/**
 * `/hq/orders` is a screen and also a resource. A browser that goes there asks for HTML, the page's own calls do not;
 * the router keeps the two apart by this. Must be added before any route.
 */
export function separateNavigations(app: FastifyInstance): void {
  app.addConstraintStrategy({
    name: NAVIGATION,
    mustMatchWhenDerived: true,
    storage: () => {
      const stored = new Map<unknown, unknown>();
      return {
        get: (type: unknown) => stored.get(type) ?? null,
        set: (type: unknown, store: unknown) => {
          stored.set(type, store);
        },
      } as never;
    },
    validate: () => undefined,
    deriveConstraint: (request: IncomingMessage) =>
      request.method === 'GET' &&
      /^\/hq(?:[/?]|$)/.test(request.url ?? '') &&
      request.headers.accept?.includes('text/html') === true
        ? 'page'
        : undefined,
  });
}

/** `no-store`: a WebView keeps the old shell otherwise, and asks for files that are gone. */
const PAGES = [
  { folder: 'manager', cache: 'no-store', at: ['/', '/clients', '/clients/*'], constraints: {} },
  { folder: 'hq', cache: 'no-cache', at: ['/hq', '/hq/*'], constraints: { [NAVIGATION]: 'page' } },
] as const;

export const pages = (rendererDir: string) => async (app: FastifyInstance) => {
  stampAssets(app);
  const isBuilt = PAGES.every(({ folder }) => existsSync(join(rendererDir, folder, 'index.html')));
  if (isBuilt) {
    // Vite puts a hash of the content in these names, so a name never changes its meaning.
    await app.register(fastifyStatic, {
      root: join(rendererDir, 'assets'),
      prefix: '/assets/',
      index: false,
      immutable: true,
      maxAge: '365d',
    });
  }
  for (const { folder, cache, at, constraints } of PAGES) {
    for (const url of at) {
      app.get(url, { constraints }, (_request, reply) =>
        isBuilt
          ? reply
              .header('cache-control', cache)
              .sendFile('index.html', join(rendererDir, folder), { cacheControl: false })
          : reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT),
      );
    }
  }
};
