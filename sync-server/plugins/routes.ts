/**
 * The one way to add a route: a scope with its auth rule, and for each route its schemas, its words for the
 * documentation and its rate class. A test walks the table this keeps, and no route outside it passes.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { z } from 'zod';
import type { Guard } from '../auth/guards.ts';
import type { RateClass } from './rate-limits.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly auth?: string;
    readonly rate?: RateClass;
    /** Files and pages of a library, which carry no schema of ours. */
    readonly assets?: boolean;
  }
  interface FastifyInstance {
    readonly routeTable: readonly RouteEntry[];
  }
}

export interface RouteEntry {
  readonly method: string;
  readonly url: string;
  readonly auth: string | undefined;
  readonly rate: RateClass | undefined;
  readonly assets: boolean;
  readonly summary: string | undefined;
  readonly tags: readonly string[];
  /** Which of params, querystring, body and response have a schema. */
  readonly schemas: readonly string[];
}

/** RFC 9457, as every route may answer. */
export const ProblemReply = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  ref: z.string().optional(),
});

export interface RouteSpec<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
> {
  readonly summary: string;
  readonly tag: string;
  readonly rate: RateClass;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly reply: Reply;
  /** Statuses that carry `reply`; 200 alone when not said. A 204 needs no mention. */
  readonly statuses?: readonly number[];
  /** Bytes; the server's limit when not said. */
  readonly bodyLimit?: number;
}

export interface Call<Principal, Params, Query, Body> {
  readonly principal: Principal;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export type AddRoute<Principal> = <
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Reply extends z.ZodType = z.ZodType,
>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  spec: RouteSpec<Params, Query, Body, Reply>,
  handle: (
    call: Call<Principal, z.output<Params>, z.output<Query>, z.output<Body>>,
    // `undefined` leaves with the status the handler set, e.g. 204.
  ) => Promise<z.input<Reply> | undefined>,
) => void;

/** A folder of routes behind one auth rule. */
export async function scope<Principal>(
  app: FastifyInstance,
  guard: Guard<Principal>,
  define: (add: AddRoute<Principal>) => void,
): Promise<void> {
  await app.register(async (inner) => {
    const principals = new WeakMap<FastifyRequest, { readonly of: Principal }>();
    inner.addHook('onRequest', async (request) => {
      const { rate } = request.routeOptions.config;
      if (rate !== undefined) await inner.countAgainst(rate, request);
      principals.set(request, { of: await guard.authenticate(request) });
    });
    define((method, url, spec, handle) => {
      const { params, query, body, reply, statuses = [200] } = spec;
      inner.route({
        method,
        url,
        ...(spec.bodyLimit === undefined ? {} : { bodyLimit: spec.bodyLimit }),
        config: { auth: guard.rule, rate: spec.rate },
        schema: {
          summary: spec.summary,
          tags: [spec.tag],
          ...(params === undefined ? {} : { params }),
          ...(query === undefined ? {} : { querystring: query }),
          ...(body === undefined ? {} : { body }),
          response: { ...Object.fromEntries(statuses.map((status) => [status, reply])), default: ProblemReply },
        },
        handler: (request, response) => {
          const principal = principals.get(request);
          if (principal === undefined) throw new Error('a route was reached past its guard');
          return handle({
            principal: principal.of,
            // The validator compiler has just parsed these with the schemas that the types come from.
            params: request.params as z.output<NonNullable<typeof params>>,
            query: request.query as z.output<NonNullable<typeof query>>,
            body: request.body as z.output<NonNullable<typeof body>>,
            request,
            reply: response,
          });
        },
      });
    });
  });
}

/** Lets a library's own pages and files in: open to all, counted as reading, without schemas. */
export function stampAssets(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, auth: 'open', rate: 'read', assets: true };
    route.schema = { ...route.schema, hide: true };
  });
  app.addHook('onRequest', async (request) => {
    const { rate } = request.routeOptions.config;
    if (rate !== undefined) await app.countAgainst(rate, request);
  });
}

export const routeTable = fp(
  async (app) => {
    const table: RouteEntry[] = [];
    app.decorate('routeTable', table);
    app.addHook('onRoute', (route) => {
      // HEAD is Fastify's own shadow of each GET.
      for (const method of [route.method].flat().filter((one) => one !== 'HEAD')) {
        const { schema = {} } = route;
        table.push({
          method,
          url: route.url,
          get auth() {
            return route.config?.auth;
          },
          get rate() {
            return route.config?.rate;
          },
          get assets() {
            return route.config?.assets ?? false;
          },
          summary: schema.summary,
          tags: schema.tags ?? [],
          schemas: (['params', 'querystring', 'body', 'response'] as const).filter(
            (part) => schema[part] !== undefined,
          ),
        });
      }
    });
  },
  { name: 'route-table' },
);
