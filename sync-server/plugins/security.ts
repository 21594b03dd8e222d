/** Headers of every answer, cookies, and the id that joins an answer to its log lines. */
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import fp from 'fastify-plugin';

/**
 * The headquarters page loads its own files and nothing else, styles included: they are built into its sheets.
 * `upgrade-insecure-requests` is left out, since a shop's server may speak plain HTTP on its own network; TLS and HSTS
 * belong to the proxy that ends it.
 */
export const CSP = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'object-src': ["'none'"],
};

export const security = fp(
  async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id);
    });
    await app.register(helmet, {
      global: false,
      contentSecurityPolicy: { useDefaults: false, directives: CSP },
      strictTransportSecurity: false,
      referrerPolicy: { policy: 'no-referrer' },
    });
    // The same for every answer, and composed anew for each by the library: so it is asked for the first one alone.
    let same: Map<string, number | string | readonly string[]> | undefined;
    app.addHook('onRequest', async (_request, { raw, helmet: compose }) => {
      if (same === undefined) {
        const others = new Set(raw.getHeaderNames());
        compose();
        const own = Object.entries(raw.getHeaders()).filter(([name]) => !others.has(name));
        same = new Map(own.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
      } else raw.setHeaders(same);
    });
    await app.register(cookie);
  },
  { name: 'security' },
);
