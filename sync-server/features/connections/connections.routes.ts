import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ConnectionCheck, ConnectionName, HqConnections } from '#shared/hq/connections.api.ts';
import type { Guards } from '../../auth/guards.ts';
import { scope } from '../../plugins/routes.ts';
import type { ConnectionsService } from './connections.service.ts';
import { proofOf, WEBHOOK_PATH, WebhookProof } from './webhook.probe.ts';

const TAG = 'Connections';
const Challenge = z.strictObject({
  challenge: z.string().regex(/^[\w-]{16,64}$/, 'must be 16 to 64 of A-Z a-z 0-9 _ -'),
});

export const connectionsRoutes =
  (guards: Guards, connections: ConnectionsService, probeSecret: string) => async (app: FastifyInstance) => {
    await scope(app, guards.session('hq_admin'), (add) => {
      add(
        'GET',
        '/hq/connections',
        {
          summary: 'Who takes payments and carries messages, by the settings',
          tag: TAG,
          rate: 'read',
          reply: HqConnections,
        },
        () => Promise.resolve(connections.list()),
      );
      add(
        'POST',
        '/hq/connections/:name/check',
        {
          summary: 'Try one now; e-mail sends a letter to whoever asks',
          tag: TAG,
          rate: 'write',
          params: z.strictObject({ name: ConnectionName }),
          reply: ConnectionCheck,
        },
        ({ principal, params }) => connections.check(principal, params.name),
      );
    });

    await scope(app, guards.open, (add) => {
      add(
        'GET',
        WEBHOOK_PATH,
        {
          summary: 'Proves to the server itself that its public address leads to it',
          tag: TAG,
          rate: 'read',
          query: Challenge,
          reply: WebhookProof,
        },
        ({ query, request }) => {
          const isForwarded = request.headers['x-forwarded-for'] !== undefined;
          const isBelieved = request.ip !== request.socket.remoteAddress;
          return Promise.resolve({
            proof: proofOf(probeSecret, query.challenge),
            proxy: isForwarded ? (isBelieved ? ('believed' as const) : ('ignored' as const)) : ('none' as const),
          });
        },
      );
    });
  };
