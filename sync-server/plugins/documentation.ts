/** OpenAPI, made from the routes' own schemas: `/docs` for people, `/docs/json` for programs. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fp from 'fastify-plugin';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { stampAssets } from './routes.ts';

export const documentation = fp<{ readonly version: string }>(
  async (app, { version }) => {
    await app.register(swagger, {
      openapi: {
        info: { title: 'Prilavok server', version, description: 'Faults are RFC 9457 problem+json with a `code`.' },
        components: {
          securitySchemes: {
            token: { type: 'http', scheme: 'bearer', description: 'The token of a device or a fiscal agent.' },
            session: { type: 'apiKey', in: 'cookie', name: 'prilavok_session' },
          },
        },
      },
      transform: (input) => {
        const { schema, url } = jsonSchemaTransform(input);
        const auth = input.route.config?.auth;
        if (auth === undefined || auth === 'open') return { schema, url };
        const security = [
          ...(auth.includes('token') ? [{ token: [] }] : []),
          ...(auth.includes('session') ? [{ session: [] }] : []),
        ];
        return { schema: { ...schema, security, description: `Who may: ${auth}.` }, url };
      },
    });
    await app.register(async (inner) => {
      stampAssets(inner);
      await inner.register(swaggerUi, { routePrefix: '/docs' });
    });
  },
  { name: 'documentation', dependencies: ['route-table', 'rate-limits'] },
);
