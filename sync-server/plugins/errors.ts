/** One error language: every fault leaves as problem+json with a registered code, and a surprise as `app.internal`. */
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaCompiler, FastifyServerOptions } from 'fastify';
import fp from 'fastify-plugin';
import { isResponseSerializationError, serializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { AppError, type ErrorCode, toIssues, toProblem } from '#shared/kernel/errors.ts';

/** What Fastify itself refuses, in our codes. The rest of its 4xx is a request that cannot be read. */
const OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'app.not_found',
  413: 'app.too_large',
  429: 'app.rate_limited',
  503: 'app.unavailable',
};

/** Our own compiler instead of the provider's: it keeps the path of each wrong field as the client wrote it. */
const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (input) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return { value: parsed.data };
    return {
      error: new AppError('app.bad_input', 'some fields are wrong', {
        details: { issues: toIssues(parsed.error.issues) },
      }),
    };
  };

type CompilersFactory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/**
 * For `Fastify`, which loads Ajv and a serializer of its own when it is not given others at once. Its types know of those
 * two only.
 */
export const compilersFactory = {
  buildValidator: () => validatorCompiler,
  buildSerializer: () => serializerCompiler,
} as unknown as CompilersFactory;

export const errors = fp(
  async (app) => {
    app.setErrorHandler((error, request, reply) => send(toExpected(error), request, reply));
    app.setNotFoundHandler((request, reply) =>
      send(new AppError('app.not_found', `there is no ${request.method} ${pathOf(request)}`), request, reply),
    );
  },
  { name: 'errors' },
);

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

function toExpected(error: unknown): unknown {
  if (error instanceof AppError || isResponseSerializationError(error)) return error;
  const { statusCode, message } = error as Partial<FastifyError>;
  if (statusCode === undefined || statusCode < 400 || (statusCode > 499 && statusCode !== 503)) return error;
  return new AppError(OF_STATUS[statusCode] ?? 'app.bad_input', message ?? 'the request cannot be read');
}

function send(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request.id);
  if (error instanceof AppError) {
    request.log.info({ code: error.code, cause: error.cause }, 'refused');
    const { retryAfterSeconds } = error.details;
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', retryAfterSeconds);
  } else {
    request.log.error({ err: error }, 'unhandled');
  }
  // Sent as text: the route's response schema speaks of its own answers, not of this one.
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}
