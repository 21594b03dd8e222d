/**
 * The device's local REST API, for integrations on the same machine (K-30…K-55). It listens on loopback, takes no calls of
 * foreign web pages, asks for the token of this start, and can do what a client at the kiosk can. `docs/agent-api.md`.
 *
 * Composition: on a kiosk, `register: (app) => agentApi(app, deps)` of a shell, or of a Fastify that listens on loopback.
 * It brings its own guard and its own error language, so it is the same wherever it stands.
 */
import swagger from '@fastify/swagger';
import type { FastifyError, FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler } from 'fastify-type-provider-zod';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { z } from 'zod';
import type { Logger } from '#main/core.ts';
import type { PaymentService } from '#main/domains/payments/payments.service.ts';
import type { VisitService } from '#main/domains/visits/visits.service.ts';
import { AppError, type ErrorCode, toProblem } from '#shared/kernel/errors.ts';
import { bringsToken, refuseCaller } from './caller.rules.ts';
import { toFieldFaults } from './field-faults.rules.ts';
import { paymentsRoutes } from './payments.routes.ts';
import { createRateLimit } from './rate-limit.ts';
import { type ReportsPort, reportsRoutes } from './reports.routes.ts';
import { sessionsRoutes } from './sessions.routes.ts';

export interface AgentApiDeps {
  /** What a caller proves itself with: new at every start. */
  readonly token: string;
  readonly version: string;
  readonly visits: VisitService;
  readonly payments: PaymentService;
  readonly reports?: ReportsPort;
  readonly metrics: Registry;
  readonly log: Logger;
  readonly now: () => number;
  /** A short name for a fault: the line to look for in the log. */
  readonly newRef: () => string;
}

/** K-89. */
const INTENTS_PER_MINUTE = 10;

/** Adds the routes under `/api` to an application. Nothing else of it is touched. */
export async function agentApi(app: FastifyInstance, deps: AgentApiDeps): Promise<void> {
  const { now, visits, payments } = deps;
  const log = deps.log.child({ domain: 'agent-api' });
  const registers = [deps.metrics];
  const faults = new Counter({
    name: 'http_errors_total',
    help: 'Requests of the local API that were refused or failed, by error code.',
    labelNames: ['code'] as const,
    registers,
  });
  const limited = new Counter({
    name: 'rate_limit_violations_total',
    help: 'Requests of the local API above their rate limit.',
    registers,
  });

  const durations = new Histogram({
    name: 'prilavok_agent_request_seconds',
    help: 'Time to answer a request of the local API.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers,
  });

  await app.register(
    async (api) => {
      api.setValidatorCompiler<z.ZodType>(({ schema }) => (input) => {
        const parsed = schema.safeParse(input);
        if (parsed.success) return { value: parsed.data };
        const issues = toFieldFaults(parsed.error.issues, input);
        return { error: new AppError('app.bad_input', 'some fields are wrong', { details: { issues } }) };
      });
      api.setSerializerCompiler(serializerCompiler);

      // A call that needs no body is often made with one that is empty, under whatever type the client gives it.
      const parseJson = api.getDefaultJsonParser('error', 'error');
      api.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
        if (body === '') done(null, undefined);
        else void parseJson(request, String(body), done);
      });
      api.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
        if (body === '') done(null, undefined);
        else done(new AppError('app.bad_input', 'the body must be application/json'));
      });

      api.addHook('onRequest', async ({ headers }, reply) => {
        const refusal = refuseCaller(headers);
        if (refusal !== undefined) throw new AppError('auth.origin_refused', refusal);
        if (bringsToken(headers, deps.token)) return;
        reply.header('www-authenticate', 'Bearer');
        throw new AppError('auth.unauthorized', 'the header Authorization: Bearer <token of agent.json> is needed');
      });
      api.addHook('onResponse', async ({ method, routeOptions }, reply) => {
        // The pattern, never the address: ids would make a series each.
        durations.observe(
          { method, route: routeOptions.url ?? 'none', status: reply.statusCode },
          reply.elapsedTime / 1000,
        );
      });
      api.setErrorHandler((error, request, reply) => {
        const ref = deps.newRef();
        const expected = toExpected(error);
        const problem = toProblem(expected, ref);
        const facts = { method: request.method, route: request.routeOptions.url, ref };
        if (expected instanceof AppError) log.info('request refused', { ...facts, code: problem.code });
        else log.error('request failed', { ...facts, error });
        faults.inc({ code: problem.code });
        const wait = problem['retryAfterSeconds'];
        if (typeof wait === 'number') reply.header('retry-after', wait);
        // As text: the route's response schemas speak of its own answers, not of this one.
        return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
      });

      await api.register(swagger, {
        openapi: {
          info: {
            title: 'Prilavok kiosk agent',
            version: deps.version,
            description:
              'Money in kopecks, times in Unix milliseconds. Faults are RFC 9457 problem+json with a `code`.',
          },
          components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
          security: [{ token: [] }],
        },
        transform: jsonSchemaTransform,
      });
      api.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
        // As text: the document is no answer of the schemas that it describes.
        reply.type('application/json').send(JSON.stringify(api.swagger())),
      );
      await api.register(sessionsRoutes, { prefix: '/sessions', visits, now });
      await api.register(paymentsRoutes, {
        prefix: '/payments',
        payments,
        intentLimit: createRateLimit({ limit: INTENTS_PER_MINUTE, windowMs: 60_000, now }),
        onLimited: () => limited.inc(),
      });
      if (deps.reports !== undefined) {
        await api.register(reportsRoutes, { prefix: '/reports', reports: deps.reports });
      }
    },
    { prefix: '/api' },
  );
}

const OF_STATUS: Readonly<Record<number, ErrorCode>> = { 404: 'app.not_found', 413: 'app.too_large' };

/** What Fastify itself refuses (a body that is too large, or no JSON), in our codes; a surprise stays one. */
function toExpected(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { statusCode = 500, message } = error as Partial<FastifyError>;
  if (statusCode < 400 || statusCode > 499) return error;
  return new AppError(OF_STATUS[statusCode] ?? 'app.bad_input', message ?? 'the request cannot be read');
}
