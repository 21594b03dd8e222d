/** Prometheus text: for the machine itself, or for whoever holds the metrics token. */
import { timingSafeEqual } from 'node:crypto';
import fp from 'fastify-plugin';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { AppError } from '#shared/kernel/errors.ts';
import type { Guard } from '../auth/guards.ts';
import { sha256 } from '../auth/secrets.ts';
import { scope } from './routes.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Where features add their own measures. */
    readonly metrics: Registry;
  }
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

const guardOf = (token: string | undefined): Guard<undefined> => ({
  rule: 'loopback, or the metrics token',
  authenticate: (request) => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const allowed =
      given === undefined
        ? LOOPBACK.has(request.ip)
        : token !== undefined && timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(token)));
    if (!allowed) throw new AppError('auth.unauthorized', 'metrics are for this machine, or for the metrics token');
    return Promise.resolve(undefined);
  },
});

export const metrics = fp<{ readonly token: string | undefined; readonly sockets: () => number }>(
  async (app, { token, sockets }) => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const durations = new Histogram({
      name: 'prilavok_http_request_seconds',
      help: 'Time to answer, by route and status.',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers: [registry],
    });
    new Gauge({
      name: 'prilavok_live_sockets',
      help: 'Open live connections.',
      registers: [registry],
      collect() {
        this.set(sockets());
      },
    });
    app.decorate('metrics', registry);
    app.addHook('onResponse', async (request, reply) => {
      // The pattern, never the address: ids would make a series each.
      const route = request.routeOptions.url ?? 'none';
      durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    });
    await scope(app, guardOf(token), (add) => {
      add(
        'GET',
        '/metrics',
        { summary: 'Prometheus metrics', tag: 'Health', rate: 'read', reply: z.string() },
        async ({ reply }) => {
          reply.type(registry.contentType).serializer((text: unknown) => String(text));
          return await registry.metrics();
        },
      );
    });
  },
  { name: 'metrics', dependencies: ['rate-limits'] },
);
